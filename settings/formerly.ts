/** Apps that had other names: what AWS still knows them by, and what nobody else may be called. */
import type { Decided } from "./context";
import type { Problem } from "./problem";
import type { AppSettings } from "./settings";

/** Components of the environment bear these names. */
export const ENVIRONMENT_PARTS: readonly string[] = ["aws", "cluster", "delivery", "edge", "network"];

/** Whatever bears a name and had others. */
export type Named = Pick<AppSettings, "name" | "formerly">;

/** What AWS knows an app by: names there cannot change, so the first one stays. */
export function firstName({ name, formerly }: Named): string {
    return formerly[0] ?? name;
}

/** What an app's part of the stack file says of its former names, as far as it is well written. */
export function formerNames(app: unknown): readonly string[] {
    const given: unknown = typeof app === "object" && app !== null ? Reflect.get(app, "formerly") : undefined;
    const names: readonly unknown[] = Array.isArray(given) ? given : [given];
    return names.filter((name) => typeof name === "string");
}

/** Those of them that are nobody else's: what would follow from the others is nobody's mistake. */
export function ownFormerNames(name: string, apps: Readonly<Record<string, unknown>>): readonly string[] {
    const others = Object.entries(apps).filter(([other]) => other !== name);
    const taken = others.flatMap(([other, app]) => [other, ...formerNames(app)]);
    return formerNames(apps[name]).filter(
        (former, at, all) => former !== name && !taken.includes(former) && all.indexOf(former) === at,
    );
}

/** What is wrong with a former name: why, and what to write instead. */
type Wrong = Pick<Problem, "reason" | "fix">;

export function formerlyRules({ raw, databases }: Decided): readonly Problem[] {
    const apps = raw.apps ?? {};
    return Object.keys(apps)
        .sort()
        .flatMap((name) =>
            formerNames(apps[name]).flatMap((former, at, all): readonly Problem[] => {
                const wrong =
                    all.indexOf(former) < at
                        ? { reason: "is named twice.", fix: "Write each name once, the oldest first." }
                        : (takenBy(name, former, apps) ?? ofTheEnvironment(former, databases.names));
                const path = `selfhost:apps.${name}.formerly`;
                return wrong === undefined ? [] : [{ path, value: former, ...wrong }];
            }),
        );
}

function takenBy(name: string, former: string, apps: Readonly<Record<string, unknown>>): Wrong | undefined {
    if (former === name) {
        return { reason: "is what the app is called now.", fix: "Write the name that it had before." };
    }
    if (Object.hasOwn(apps, former)) {
        return {
            reason: `is the name of another app, and \`${name}\` keeps in AWS what it had under it.`,
            fix: `Give one of the two another name; \`${former}\` is taken as long as \`${name}\` says that it had it.`,
        };
    }
    // Said of the later one.
    const other = Object.keys(apps)
        .sort()
        .find((one) => one < name && formerNames(apps[one]).includes(former));
    return other === undefined
        ? undefined
        : {
              reason: `is a former name of \`${other}\` too, and only one of them can have what it named.`,
              fix: "Remove it from the one that never had it.",
          };
}

const NEVER = "Write the name that the app really had.";

function ofTheEnvironment(former: string, databases: readonly string[]): Wrong | undefined {
    if (ENVIRONMENT_PARTS.includes(former)) {
        return { reason: "is the name of a part of every environment, so no app had it.", fix: NEVER };
    }
    const database = databases.find((name) => name === former || `${name}-database` === former);
    return database === undefined
        ? undefined
        : { reason: `has the name that parts of the shared database \`${database}\` have.`, fix: NEVER };
}

/** `selfhost:wiki.APP_KEY` → `selfhost:bookstack.APP_KEY`: how a config secret was called last. */
export function formerKey(key: string, { name, formerly }: Named): string | undefined {
    const last = formerly.at(-1);
    return last === undefined ? undefined : key.replace(`:${name}.`, `:${last}.`);
}
