/** Which apps call one another directly, and in which order they therefore start. */
import type { Decided } from "./context";
import { firstName, type Named } from "./formerly";
import { nearest, oneOf } from "./nearest";
import { distinct } from "./order";
import type { Problem } from "./problem";
import type { RawApp } from "./appSchema";
import type { RawEnvironment } from "./schema";
import type { AppSettings } from "./settings";

export function decideReaches(
    name: string,
    raw: RawApp,
    environment: RawEnvironment,
): Pick<AppSettings, "reaches" | "reached"> {
    return {
        reaches: distinct(raw.reaches ?? []),
        reached: Object.entries(environment.apps ?? {}).some(
            ([other, app]) => other !== name && reachesOf(app).includes(name),
        ),
    };
}

/** What an app's part of the stack file names, well or badly written. */
function reachesOf(app: unknown): readonly unknown[] {
    const reaches: unknown =
        typeof app === "object" && app !== null ? Reflect.get(app, "reaches") : undefined;
    return Array.isArray(reaches) ? reaches : [];
}

/** The variable by which an app finds another: `shop-api` → `SHOP_API_URL`. */
export function urlVariable(name: string): string {
    return `${name.replaceAll("-", "_").toUpperCase()}_URL`;
}

/** Under the first name: an app that reads it goes on reading it. */
function variableOf(name: string, apps: readonly Named[]): string {
    const app = apps.find((one) => one.name === name);
    return urlVariable(app === undefined ? name : firstName(app));
}

export function reachRules({ raw, apps }: Decided): readonly Problem[] {
    const names = Object.keys(raw.apps ?? {}).sort();
    return [
        ...apps.flatMap((app) =>
            app.reaches.flatMap((other) => [
                ...strangers(app.name, other, names),
                ...takenVariables(app, variableOf(other, apps), other),
            ]),
        ),
        ...cycles(apps).map(cycleProblem),
    ];
}

function strangers(app: string, other: string, names: readonly string[]): readonly Problem[] {
    const path = `selfhost:apps.${app}.reaches`;
    if (other === app) {
        return [{ path, value: other, reason: "names the app itself.", fix: `Remove \`${other}\`.` }];
    }
    if (names.includes(other)) {
        return [];
    }
    const others = names.filter((name) => name !== app);
    const near = nearest(other, others);
    const fix =
        near !== undefined
            ? `Write \`${near}\`, or remove it.`
            : others.length === 0
              ? "Remove it."
              : `Remove it, or write ${oneOf(others)}.`;
    return [{ path, value: other, reason: "names an app that the stack does not have.", fix }];
}

/** Only one value of a variable reaches the container. */
function takenVariables(app: AppSettings, variable: string, other: string): readonly Problem[] {
    const path = `selfhost:apps.${app.name}`;
    const reason = `is what \`reaches\` sets, to the address of \`${other}\`.`;
    const ofPreset = [...app.preset.reserved, ...Object.keys(app.database?.variables ?? {})];
    if (ofPreset.includes(variable)) {
        const clash = `sets \`${variable}\` to the address of \`${other}\`, and ${app.preset.title} needs it for something else.`;
        return [
            {
                path: `${path}.reaches`,
                value: other,
                reason: clash,
                fix: `Give the app \`${other}\` another name.`,
            },
        ];
    }
    if (variable in app.env) {
        return [{ path: `${path}.env.${variable}`, value: app.env[variable], reason, fix: "Remove it." }];
    }
    return app.secrets.some(({ name }) => name === variable)
        ? [{ path: `${path}.secrets.${variable}`, value: undefined, reason, fix: "Remove it." }]
        : [];
}

function cycleProblem(cycle: readonly string[]): Problem {
    const [first = "", ...others] = cycle;
    const round = [...others, `${first} again`].join(", which reaches ");
    return {
        path: `selfhost:apps.${first}.reaches`,
        value: others[0],
        // https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-connect-concepts-deploy.html
        reason: `closes a circle: ${first} reaches ${round}. Each would have to start after the other, since a task only finds apps that were there before it.`,
        fix: "Let one of them call another at its public address.",
    };
}

/** The circles, each once and from its first name on; not every way around where several share apps. */
function cycles(apps: readonly Pick<AppSettings, "name" | "reaches">[]): readonly (readonly string[])[] {
    const reaches = new Map(apps.map((app) => [app.name, app.reaches]));
    const found = new Map<string, readonly string[]>();
    const done = new Set<string>();
    const visit = (name: string, trail: readonly string[]): void => {
        const start = trail.indexOf(name);
        if (start >= 0) {
            const cycle = fromFirst(trail.slice(start));
            found.set(cycle.join(), cycle);
            return;
        }
        if (!done.has(name)) {
            (reaches.get(name) ?? [])
                .filter((other) => other !== name)
                .forEach((other) => {
                    visit(other, [...trail, name]);
                });
            done.add(name);
        }
    };
    [...reaches.keys()].sort().forEach((name) => {
        visit(name, []);
    });
    return [...found.values()];
}

function fromFirst(cycle: readonly string[]): readonly string[] {
    const first = cycle.indexOf([...cycle].sort()[0] ?? "");
    return [...cycle.slice(first), ...cycle.slice(0, first)];
}

/** The apps, each behind those that it reaches, otherwise in the order in which they came. */
export function serversFirst<App extends Pick<AppSettings, "name" | "reaches">>(
    apps: readonly App[],
): readonly App[] {
    const ordered: App[] = [];
    const seen = new Set<App>();
    const visit = (app: App): void => {
        if (!seen.has(app)) {
            seen.add(app);
            apps.filter(({ name }) => app.reaches.includes(name)).forEach(visit);
            ordered.push(app);
        }
    };
    apps.forEach(visit);
    return ordered;
}
