/** Apps that get in one another's way at the load balancer, and more than one load balancer carries. */
import type { Decided } from "./context";
import { collisions, freePriority, shadows } from "../components/edge/priority";
import type { Problem } from "./problem";
import type { AppSettings } from "./settings";

export function routeRules(decided: Decided): readonly Problem[] {
    return [
        ...addressRules(decided.apps),
        ...priorityRules(decided.apps),
        ...shadowRules(decided),
        ...quotaRules(decided),
    ];
}

interface Ranked {
    readonly name: string;
    readonly host: string | undefined;
    readonly path: string;
    readonly priority: number;
}

function ranked(apps: readonly AppSettings[]): readonly Ranked[] {
    return apps.map(({ name, route: { host, path, priority } }) => ({ name, host, path, priority }));
}

function where({ host, path }: Ranked): string {
    return `${host ?? "the load balancer's own name"}${path}`;
}

function isSamePlace(one: Ranked, other: Ranked): boolean {
    return one.host === other.host && one.path === other.path;
}

function addressRules(apps: readonly AppSettings[]): readonly Problem[] {
    const all = ranked(apps);
    return all.flatMap((app, i) =>
        all
            .slice(0, i)
            .filter((other) => isSamePlace(app, other))
            .map((other) => ({
                path: `selfhost:apps.${app.name}`,
                value: undefined,
                reason: `answers at ${where(app)}, and so does \`${other.name}\`.`,
                fix:
                    app.host === undefined
                        ? `Write \`path: /${app.name}\` for one of them, or a domain.`
                        : "Give one of them another `host` or `path`.",
            })),
    );
}

function priorityRules(apps: readonly AppSettings[]): readonly Problem[] {
    const all = ranked(apps);
    // Each explanation gives another number away, so that all of them can be followed at once.
    const taken = all.map(({ priority }) => priority);
    return collisions(all)
        .filter(([one, other]) => !isSamePlace(one, other))
        .map(([one, other]) => {
            const free = freePriority(other.priority, taken);
            taken.push(...(free === undefined ? [] : [free]));
            return {
                path: `selfhost:apps.${other.name}.priority`,
                value: other.priority,
                reason: `is the rule priority of \`${one.name}\` too.`,
                fix: `Write \`priority: ${free ?? "<another>"}\` for \`${other.name}\`.`,
            };
        });
}

/** A rule that is asked earlier and takes every request that a later one is for. */
function shadowRules({ apps, raw }: Decided): readonly Problem[] {
    const all = ranked(apps);
    const taken = new Set(all.map(({ priority }) => priority));
    return shadows(all)
        .filter(([first, hidden]) => !isSamePlace(first, hidden))
        .map(([first, hidden]) => {
            const free = freeBefore(first.priority, taken);
            if (free !== undefined) {
                taken.add(free);
            }
            const chosen = [first, hidden].find(({ name }) => isPriorityGiven(raw.apps?.[name]));
            const options = [
                ...(chosen === undefined ? [] : [`remove the \`priority\` of \`${chosen.name}\``]),
                ...(free === undefined ? [] : [`write \`priority: ${free}\` for \`${hidden.name}\``]),
            ];
            const fix =
                options.length === 0 ? `give \`${first.name}\` a higher \`priority\`` : options.join(", or ");
            return {
                path: `selfhost:apps.${hidden.name}`,
                value: undefined,
                reason: `gets no request: the rule of \`${first.name}\` comes first (${first.priority} before ${hidden.priority}) and takes all of ${where(hidden)}.`,
                fix: `${fix.charAt(0).toUpperCase()}${fix.slice(1)}.`,
            };
        });
}

function freeBefore(priority: number, taken: ReadonlySet<number>): number | undefined {
    return Array.from({ length: priority - 1 }, (_, step) => priority - 1 - step).find(
        (one) => !taken.has(one),
    );
}

function isPriorityGiven(app: unknown): boolean {
    return typeof app === "object" && app !== null && Reflect.get(app, "priority") !== undefined;
}

/**
 * What one load balancer carries; the target groups cannot be raised.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html
 */
const MOST = { rules: 100, targetGroups: 100, targets: 1000 } as const;

/** https://docs.aws.amazon.com/acm/latest/userguide/acm-limits.html */
const MOST_NAMES = 10;

function quotaRules({ apps, raw }: Decided): readonly Problem[] {
    const groups = sum(apps, ({ preset }) => (preset.manyTasks ? 2 : 1));
    const targets = sum(apps, ({ scale, deploy }) => Math.floor((scale.max * deploy.maximumPercent) / 100));
    const names = new Set(
        raw.domain === undefined ? [] : [raw.domain, `*.${raw.domain}`, ...(raw.certificateNames ?? [])],
    );
    const elsewhere = "Move some to an environment of their own";
    return [
        ...exceeding("selfhost:apps", apps.length, MOST.rules, "rules of the load balancer", elsewhere),
        ...exceeding("selfhost:apps", groups, MOST.targetGroups, "target groups", elsewhere),
        ...exceeding(
            "selfhost:apps",
            targets,
            MOST.targets,
            "tasks during a deployment, as targets of the load balancer,",
            `${elsewhere}, or write a lower \`scale.max\``,
        ),
        ...exceeding(
            "selfhost:certificateNames",
            names.size,
            MOST_NAMES,
            "names in one certificate",
            "Remove some, or write `certificate:` for one that you have",
        ),
    ];
}

function exceeding(path: string, value: number, most: number, what: string, fix: string): readonly Problem[] {
    const reason = `needs ${value} ${what}, and there can be ${most}.`;
    return value > most ? [{ path, value: undefined, reason, fix: `${fix}.` }] : [];
}

function sum(apps: readonly AppSettings[], of: (app: AppSettings) => number): number {
    return apps.reduce((total, app) => total + of(app), 0);
}
