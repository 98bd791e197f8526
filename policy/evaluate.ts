/** What the rules say about a graph, less what is waived. */
import type { Graph } from "../plan/graph";
import { nearest } from "../settings/nearest";
import type { Profile } from "../settings/settings";
import { CONDITIONS } from "./conditions";
import { Undecided } from "./json";
import type { Finding } from "./finding";
import type { Level, Rule } from "./rule";
import { RULES } from "./rules";
import { View } from "./view";
import type { Waiver } from "./waivers";

export interface Context {
    /** `2026-11-21`: waivers end. */
    readonly today: string;
    readonly profile: Profile;
    /** Name of each app → name of its preset. */
    readonly presets: Readonly<Record<string, string>>;
    /** AWS accounts that the settings name: the stack's own, and those that it exchanges releases with. */
    readonly accounts?: readonly string[];
}

export interface Violation {
    readonly policy: string;
    readonly level: Level;
    readonly urn: string;
    readonly message: string;
}

export interface Waived {
    readonly policy: string;
    readonly urn: string;
    readonly reason: string;
    /** The last day on which it counts; undefined: for good. */
    readonly until: string | undefined;
}

export interface Verdict {
    /** The mandatory ones first. */
    readonly violations: readonly Violation[];
    readonly waived: readonly Waived[];
    /** What the rules could not tell, because a value is not known. */
    readonly undecided: readonly Violation[];
}

/** Names of what waivers themselves can do wrong. */
export const WAIVER_POLICIES = {
    expired: "waiver-expired",
    unused: "waiver-unused",
    unknown: "waiver-of-unknown-rule",
    refused: "waiver-refused",
} as const;

interface Found extends Finding {
    readonly rule: Rule;
}

/** A pure function of the graph, the waivers and the day. */
export function evaluate(
    graph: Graph,
    waivers: readonly Waiver[],
    context: Context,
    rules: readonly Rule[] = RULES,
): Verdict {
    const view = new View(graph, context.accounts);
    const found = rules.flatMap((rule) =>
        distinct(rule.check(view)).map((finding): Found => ({ ...finding, rule })),
    );
    const decided = found.filter(({ undecided }) => !undecided);
    const counting = waivers.filter((waiver) => problemWith(waiver, context, rules) === undefined);
    const judged = decided.map((one) => ({
        one,
        waiver: counting.find((waiver) => covers(waiver, one, view, context)),
    }));
    const used = new Set(judged.map(({ waiver }) => waiver));
    const undecided = found.filter((one) => one.undecided);
    return {
        violations: sorted([
            ...judged.filter(({ waiver }) => waiver === undefined).map(({ one }) => violation(one)),
            ...waiverViolations(graph, waivers, context, rules, (waiver) =>
                isOfUse(waiver, used, undecided, view),
            ),
        ]),
        waived: judged.flatMap(({ one, waiver }) =>
            waiver === undefined
                ? []
                : [{ policy: one.rule.name, urn: one.urn, reason: waiver.reason, until: waiver.until }],
        ),
        undecided: sorted(undecided.map((one) => ({ ...violation(one), level: "advisory" as const }))),
    };
}

/** A rule may come upon the same thing on two ways. */
function distinct(findings: readonly Finding[]): readonly Finding[] {
    return [...new Map(findings.map((one) => [`${one.urn}\n${one.message}`, one])).values()];
}

function violation({ rule, urn, message }: Found): Violation {
    return { policy: rule.name, level: rule.level, urn, message };
}

function sorted(violations: readonly Violation[]): readonly Violation[] {
    const key = ({ level, policy, urn, message }: Violation): string =>
        [level === "mandatory" ? "0" : "1", policy, urn, message].join("\n");
    return [...violations].sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

/** Why a waiver does not count at all. */
function problemWith(
    waiver: Waiver,
    { today, profile }: Context,
    rules: readonly Rule[],
): string | undefined {
    const rule = rules.find(({ name }) => name === waiver.rule);
    const own = waiver.origin === "settings";
    if (rule === undefined && own) {
        return WAIVER_POLICIES.unknown;
    }
    if (waiver.until !== undefined && waiver.until < today) {
        return WAIVER_POLICIES.expired;
    }
    const refused = own && profile === "prod" && rule?.waivable === "never";
    return refused ? WAIVER_POLICIES.refused : undefined;
}

function covers(waiver: Waiver, { rule, urn, subject }: Found, view: View, context: Context): boolean {
    const item = view.find(urn);
    const { profiles, presets, condition } = waiver.when ?? {};
    return (
        waiver.rule === rule.name &&
        matches(waiver.resource, item?.name ?? "") &&
        (waiver.subject === undefined || matches(waiver.subject, subject ?? "")) &&
        (profiles?.includes(context.profile) ?? true) &&
        (presets?.includes(presetOf(item?.name ?? "", context) ?? "") ?? true) &&
        (condition === undefined || (item !== undefined && holds(() => CONDITIONS[condition](item, view))))
    );
}

/** A condition about what nobody knows yet does not hold. */
function holds(condition: () => boolean): boolean {
    try {
        return condition();
    } catch (error) {
        if (error instanceof Undecided) {
            return false;
        }
        throw error;
    }
}

/** `*` stands for any text. */
export function matches(glob: string, text: string): boolean {
    const pattern = glob.replace(/[.+^${}()|[\]\\?]/g, "\\$&").replaceAll("*", ".*");
    return new RegExp(`^${pattern}$`, "s").test(text);
}

/** `bookstack-definition` belongs to the app `bookstack`; of two apps that match, the longer name is meant. */
function presetOf(name: string, { presets }: Context): string | undefined {
    const apps = Object.keys(presets).filter((app) => name === app || name.startsWith(`${app}-`));
    const app = apps.sort((a, b) => b.length - a.length)[0];
    return app === undefined ? undefined : presets[app];
}

/** Whether a waiver is needed is open as long as a rule cannot tell. */
function isOfUse(
    waiver: Waiver,
    used: ReadonlySet<Waiver | undefined>,
    undecided: readonly Found[],
    view: View,
): boolean {
    const open = undecided.some(
        ({ rule, urn }) => rule.name === waiver.rule && matches(waiver.resource, view.find(urn)?.name ?? ""),
    );
    return waiver.origin === "built-in" || used.has(waiver) || open;
}

function waiverViolations(
    graph: Graph,
    waivers: readonly Waiver[],
    context: Context,
    rules: readonly Rule[],
    ofUse: (waiver: Waiver) => boolean,
): readonly Violation[] {
    const stack = graph.resources.find(({ type }) => type === "pulumi:pulumi:Stack")?.urn ?? "";
    return waivers.flatMap((waiver) => {
        const problem =
            problemWith(waiver, context, rules) ?? (ofUse(waiver) ? undefined : WAIVER_POLICIES.unused);
        return problem === undefined
            ? []
            : [
                  {
                      policy: problem,
                      level: "mandatory" as const,
                      urn: stack,
                      message: sentence(problem, waiver, rules),
                  },
              ];
    });
}

function sentence(problem: string, { rule, resource, until }: Waiver, rules: readonly Rule[]): string {
    const which = `The waiver of ${rule} for ${resource}`;
    switch (problem) {
        case WAIVER_POLICIES.expired:
            return `${which} ended on ${until ?? ""}. Do what the rule says, or give it another day.`;
        case WAIVER_POLICIES.refused:
            return `${which} is refused: prod does without no such rule. Do what the rule says.`;
        case WAIVER_POLICIES.unknown:
            return `${which} is for a rule that does not exist. ${suggestion(rule, rules)}`;
        default:
            return `${which} is of no use: nothing violates the rule. Remove it.`;
    }
}

function suggestion(word: string, rules: readonly Rule[]): string {
    const near = nearest(
        word,
        rules.map(({ name }) => name),
    );
    return near === undefined ? "Correct its name, or remove it." : `Write \`${near}\`, or remove it.`;
}
