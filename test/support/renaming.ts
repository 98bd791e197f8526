/** A stack file in which an app has another name, and says what it was. */
import { parse, stringify } from "yaml";

interface Content {
    readonly config: Record<string, unknown>;
}

type App = Record<string, unknown> | null;

/** The names of a stack file's apps. */
export function appsIn(text: string): readonly string[] {
    return Object.keys(appsOf(parse(text) as Content));
}

/** With each of these apps called otherwise, and all that names it. `formerly`: left out, it is just another name. */
export function renamedText(
    text: string,
    names: Readonly<Record<string, string>>,
    formerly: (former: string) => unknown = (former) => former,
): string {
    const { config, ...rest } = parse(text) as Content;
    const renamed = (name: string): string => names[name] ?? name;
    const apps = Object.entries(appsOf({ config })).map(([name, app]): [string, App] => {
        const reaches = Array.isArray(app?.reaches)
            ? { reaches: app.reaches.map((other: string) => renamed(other)) }
            : {};
        const was = name in names ? formerly(name) : undefined;
        return [renamed(name), { ...app, ...reaches, ...(was === undefined ? {} : { formerly: was }) }];
    });
    const others = Object.entries(config).map(([key, value]): [string, unknown] => [
        key.replace(/^selfhost:([^.]+)(?=\.)/, (_, name: string) => `selfhost:${renamed(name)}`),
        value,
    ]);
    const waivers = (config["selfhost:waivers"] ?? []) as readonly { readonly resource: string }[];
    const all = {
        ...Object.fromEntries(others),
        ...(waivers.length === 0
            ? {}
            : {
                  "selfhost:waivers": waivers.map((waiver) => ({
                      ...waiver,
                      resource: waiver.resource.replace(/^[^-]+/, renamed),
                  })),
              }),
        "selfhost:apps": Object.fromEntries(apps),
    };
    return stringify(
        { config: all, ...rest },
        { defaultStringType: "QUOTE_DOUBLE", defaultKeyType: "PLAIN", lineWidth: 0 },
    );
}

function appsOf({ config }: Content): Record<string, App> {
    return config["selfhost:apps"] as Record<string, App>;
}
