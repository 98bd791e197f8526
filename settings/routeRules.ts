/** Apps that get in one another's way at the load balancer, and more than one load balancer carries. */
import type { Decided } from "./context";
import { collisions, freePriority, shadows } from "./priority";
import { isShifted, mayOverlap } from "./deploy";
import type { Problem } from "./problem";
import type { AppSettings } from "./settings";

export function routeRules(decided: Decided): readonly Problem[] {
    const apps = decided.apps.filter(({ name }) =>
        ["", ".host", ".path", ".priority"].every(
            (key) => !decided.refused.has(`selfhost:apps.${name}${key}`),
        ),
    );
    return [
        ...addressRules(apps),
        ...priorityRules(onShared(apps)),
        ...testRules(onShared(apps)),
        ...shadowRules({ ...decided, apps }),
        ...quotaRules(decided),
    ];
}

/** The apps whose rules are on the environment's load balancer: all but those that have one of their own. */
function onShared(apps: readonly AppSettings[]): readonly AppSettings[] {
    return apps.filter(({ deploy }) => deploy.strategy !== "codeDeploy");
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
    return host === undefined ? `${path} of the load balancer's own name` : `${host}${path}`;
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

/** The rules for tests: one priority for each, and before the app's own rule, which would take the request. */
function testRules(apps: readonly AppSettings[]): readonly Problem[] {
    const own = apps.map(({ name, route }) => ({ name, priority: route.priority, test: false }));
    const tests = apps.flatMap(({ name, deploy }) =>
        isShifted(deploy) ? [{ name, priority: deploy.testPriority, test: true }] : [],
    );
    const taken = new Set([...own, ...tests].map((one) => one.priority));
    return tests.flatMap(({ name, priority }): readonly Problem[] => {
        const path = `selfhost:apps.${name}.deploy.testPriority`;
        const before = own.find((one) => one.name === name)?.priority ?? priority;
        const free = freeBefore(Math.min(priority, before), taken);
        const fix = `Write \`testPriority: ${free ?? "<another>"}\`.`;
        const other = [...own, ...tests].find(
            (one) => one.priority === priority && one.name !== name && (!one.test || one.name < name),
        );
        if (other !== undefined) {
            return [{ path, value: priority, reason: `is the rule priority of \`${other.name}\` too.`, fix }];
        }
        const reason = `is not before the app's own rule (${before}), which would take the request.`;
        return priority < before ? [] : [{ path, value: priority, reason, fix }];
    });
}

/** A rule that is asked earlier and takes every request that a later one is for. */
function shadowRules({ apps, raw }: Decided): readonly Problem[] {
    const all = ranked(onShared(apps));
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
    const rules = sum(onShared(apps), ({ deploy }) => (isShifted(deploy) ? 2 : 1));
    const groups = sum(onShared(apps), ({ preset }) => (mayOverlap(preset) ? 2 : 1));
    const targets = sum(onShared(apps), ({ scale, deploy }) =>
        Math.floor((scale.max * deploy.maximumPercent) / 100),
    );
    const names = new Set(
        raw.domain === undefined ? [] : [raw.domain, `*.${raw.domain}`, ...(raw.certificateNames ?? [])],
    );
    const elsewhere = "Move some to an environment of their own";
    return [
        ...exceeding("selfhost:apps", rules, MOST.rules, "rules of the load balancer", elsewhere),
        ...exceeding("selfhost:apps", groups, MOST.targetGroups, "target groups", elsewhere),
        ...exceeding(
            "selfhost:apps",
            targets,
            MOST.targets,
            "targets of the load balancer while every app is deployed",
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
