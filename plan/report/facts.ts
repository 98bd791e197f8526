/** What a report says, before it is HTML or Markdown. */
import type { Verdict } from "../../policy/evaluate";
import { RULES } from "../../policy/rules";
import type { Rule } from "../../policy/rule";
import type { Cost, Line } from "../cost/cost";
import type { Plan } from "../plan";
import { isReal, type Section, sectionsOf } from "../sections";

export interface SectionFacts extends Section {
    readonly monthly: number;
    readonly idleMonthly: number;
    /** The dearest first. */
    readonly lines: readonly Line[];
}

/** A rule with everything that is against it, or was waived for one reason. */
export interface RuleFacts {
    readonly policy: string;
    readonly rule: Rule | undefined;
    readonly level: string;
    readonly messages: readonly string[];
}

export interface WaiverFacts {
    readonly policy: string;
    readonly reason: string;
    readonly until: string | undefined;
    /** Names of resources. */
    readonly resources: readonly string[];
}

export interface Facts {
    readonly title: string;
    readonly resources: number;
    readonly sections: readonly SectionFacts[];
    readonly violations: readonly RuleFacts[];
    readonly mandatory: number;
    readonly advisory: number;
    readonly waivers: readonly WaiverFacts[];
    readonly nameOf: (urn: string) => string;
}

export function factsOf(plan: Plan): Facts {
    const { graph, cost, policy } = plan;
    const names = new Map(graph.resources.map(({ urn, name }) => [urn, name]));
    const nameOf = (urn: string): string => names.get(urn) ?? urn;
    const mandatory = policy.violations.filter(({ level }) => level === "mandatory").length;
    return {
        title: `${graph.project} · ${graph.stack} · ${graph.region}`,
        resources: graph.resources.filter(isReal).length,
        sections: sectionsOf(plan).map((section) => sectionFacts(section, cost)),
        violations: violationsByRule(policy),
        mandatory,
        advisory: policy.violations.length - mandatory,
        waivers: waiversByReason(policy, nameOf),
        nameOf,
    };
}

function sectionFacts(section: Section, cost: Cost): SectionFacts {
    const urns = new Set(section.resources.map(({ urn }) => urn));
    const lines = cost.lines.filter(({ urn }) => urns.has(urn));
    const sum = (amounts: readonly number[]): number => amounts.reduce((all, amount) => all + amount, 0);
    return {
        ...section,
        monthly: sum(lines.map(({ monthly }) => monthly)),
        idleMonthly: sum(lines.map(({ idleMonthly }) => idleMonthly)),
        lines: [...lines].sort((a, b) => b.monthly - a.monthly),
    };
}

function violationsByRule({ violations }: Verdict): readonly RuleFacts[] {
    const found = new Map<string, RuleFacts>();
    for (const { policy, level, message } of violations) {
        const key = `${level}\n${policy}`;
        const messages = [...(found.get(key)?.messages ?? []), message];
        const rule = RULES.find(({ name }) => name === policy);
        found.set(key, { policy, rule, level, messages });
    }
    return [...found.values()];
}

function waiversByReason({ waived }: Verdict, nameOf: (urn: string) => string): readonly WaiverFacts[] {
    const found = new Map<string, WaiverFacts>();
    for (const { policy, reason, until, urn } of waived) {
        const key = [policy, reason, until ?? ""].join("\n");
        const resources = [...(found.get(key)?.resources ?? []), nameOf(urn)];
        found.set(key, { policy, reason, until, resources: [...new Set(resources)] });
    }
    return [...found.values()].sort((a, b) => (a.policy < b.policy ? -1 : a.policy > b.policy ? 1 : 0));
}

/** `aws:rds/cluster:Cluster` is shown as `rds/cluster`. */
export function shortType(type: string): string {
    return type.replace(/^aws:/, "").replace(/:[^:]*$/, "");
}
