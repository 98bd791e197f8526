/** The schema as people and editors read it: docs/configuration.md and the JSON Schema of a stack file. */
import { z } from "zod";
import { catalogue } from "../apps/catalogue";
import { NAMESPACE } from "./config";
import { sharedDatabase } from "./databaseSchema";
import { PROFILE_DEFAULTS } from "./profiles";
import { app } from "./appSchema";
import { environment } from "./schema";
import { PROFILES } from "./settings";
import { MOST } from "./values";

/** JSON Schema for editors: `# yaml-language-server: $schema=…` at the top of a stack file. */
export function jsonSchema(): Record<string, unknown> {
    const appSchemas = [...catalogue.values()].map((preset) => toJson(app.extend(preset.options.shape)));
    const settings = Object.entries(withoutApps().shape).map(([key, schema]): [string, unknown] => [
        `${NAMESPACE}:${key}`,
        toJson(schema),
    ]);
    const properties = {
        "aws:region": { type: "string", description: "AWS region." },
        "aws:profile": { type: "string", description: "Profile of the AWS command line's configuration." },
        ...Object.fromEntries(settings),
        [`${NAMESPACE}:apps`]: {
            type: "object",
            description: environment.shape.apps.description,
            additionalProperties: appSchemas.length === 1 ? appSchemas[0] : { anyOf: appSchemas },
        },
    };
    return {
        $schema: "https://json-schema.org/draft/2020-12/schema",
        title: "A stack file of selfhost",
        type: "object",
        properties: {
            config: {
                type: "object",
                properties,
                patternProperties: {
                    [`^${NAMESPACE}:[a-z][a-z0-9-]*\\.[A-Za-z_][A-Za-z0-9_-]*$`]: {
                        type: "object",
                        description: "A secret of an app, set with `pulumi config set --secret`.",
                        properties: { secure: { type: "string" } },
                        required: ["secure"],
                        additionalProperties: false,
                    },
                    "^pulumi:": {},
                },
                additionalProperties: false,
            },
            secretsprovider: { type: "string" },
            encryptedkey: { type: "string" },
            encryptionsalt: { type: "string" },
        },
        additionalProperties: false,
    };
}

function withoutApps() {
    return environment.omit({ apps: true });
}

function toJson(schema: z.ZodType): unknown {
    const made = z.toJSONSchema(schema, { io: "input", target: "draft-2020-12" });
    return Object.fromEntries(Object.entries(made).filter(([key]) => key !== "$schema"));
}

/** A stack file to start from. */
const EXAMPLE = [
    "# Pulumi.mine.yaml",
    "config:",
    "  aws:region: eu-central-1",
    "  selfhost:profile: staging",
    "  selfhost:domain: example.org # the name of its zone in Route 53, too",
    "  selfhost:apps:",
    "    blog: # https://blog.example.org",
    "      preset: ghost",
    "    api: # docker/web, until `image` or `pipeline` names something else",
    "      preset: web",
    "      runtime: node",
    "      database: { engine: aurora-postgresql }",
    "      env: { LOG_LEVEL: info }",
    "    coffeefans: # https://people.example.org/coffeefans",
    "      { preset: site, host: people, path: /coffeefans, folder: docker/site/sites/example }",
    "    teafans: # https://people.example.org/teafans",
    "      { preset: site, host: people, path: /teafans, folder: docker/site/sites/example }",
];

/** docs/configuration.md */
export function configurationPage(): string {
    const presets = [...catalogue.values()];
    return [
        "# Configuration",
        "",
        "<!-- Made from settings/schema.ts, settings/appSchema.ts, settings/profiles.ts and apps/ by `npm run generate`. -->",
        "",
        "Everything below stands under `config:` in `Pulumi.<stack>.yaml`. What is missing has the default of the profile.",
        "Text that could be read as a number, a date or a truth value belongs in quotes.",
        "",
        "```yaml",
        ...EXAMPLE,
        "```",
        "",
        "`npm run -s plan -- <stack or file>` says what that makes and costs, and all that is wrong with it at once.",
        "[examples/](../examples) has a file for each of five designs, and one of eight applications.",
        "",
        "## The environment",
        "",
        "`aws:region` is required; `aws:profile` is passed on.",
        "",
        ...table(
            environment.omit({ apps: true, databases: true }),
            `${NAMESPACE}:`,
            PROFILES.map((profile) => PROFILE_DEFAULTS[profile]),
        ),
        "",
        "## An app",
        "",
        `Below \`${NAMESPACE}:apps.<name>\`. The name has 2 to 20 lower-case letters, digits and hyphens.`,
        "",
        ...table(
            app,
            "",
            PROFILES.map((profile) => PROFILE_DEFAULTS[profile].app),
        ),
        "",
        "## A shared database",
        "",
        `Below \`${NAMESPACE}:databases.<name>\`. The name has 2 to 10 lower-case letters, digits and hyphens.`,
        "",
        "An app that says `database: { use: <name> }` gets a database, a user and a secret of its own in it, and cannot read the",
        "others'. What the apps share is the cluster: its capacity and its price, its upgrades, its snapshots, and a restore, which",
        "moves all of them. It pauses when all of them let it; the plan says which does not. An app that is removed takes its user",
        "along; its database stays, until you drop it.",
        "",
        ...table(
            sharedDatabase,
            "",
            PROFILES.map((profile) => PROFILE_DEFAULTS[profile].app.database),
        ),
        "",
        "## The presets",
        "",
        "Each has settings, secrets and limits of its own.",
        "",
        ...presets.map(({ name, title }) => `- [${title}](presets/${name}.md): \`preset: ${name}\``),
        "",
    ].join("\n");
}

export function table(schema: z.ZodObject, prefix: string, defaults: readonly unknown[]): string[] {
    const head =
        defaults.length === 0
            ? ["| setting | value | meaning |", "| --- | --- | --- |"]
            : [
                  "| setting | value | dev | staging | prod | meaning |",
                  "| --- | --- | --- | --- | --- | --- |",
              ];
    return [...head, ...rows(schema, prefix, defaults)];
}

function rows(schema: z.ZodObject, prefix: string, defaults: readonly unknown[]): string[] {
    return Object.entries(schema.shape).flatMap(([key, field]) => {
        const inner = unwrap(field as z.ZodType);
        const below = defaults.map((value) => at(value, key));
        const options =
            inner instanceof z.ZodUnion
                ? (inner.options as z.ZodType[]).filter((option) => option instanceof z.ZodObject)
                : [];
        const row = line(`${prefix}${key}`, field as z.ZodType, below);
        if (inner instanceof z.ZodObject) {
            return [
                ...(description(field as z.ZodType) === "" ? [] : [row]),
                ...rows(inner, `${prefix}${key}.`, below),
            ];
        }
        if (inner instanceof z.ZodArray && inner.element instanceof z.ZodObject) {
            const none = below.map(() => undefined);
            return [row, ...rows(inner.element, `${prefix}${key}[].`, none)];
        }
        const list = inner instanceof z.ZodRecord ? inner.valueType : inner;
        const choices =
            list instanceof z.ZodUnion
                ? (list.options as z.ZodType[]).filter((option) => option instanceof z.ZodObject)
                : options;
        const path = inner instanceof z.ZodRecord ? `${prefix}${key}.<NAME>.` : `${prefix}${key}.`;
        return [row, ...unique(choices.flatMap((option) => rows(option, path, below)))];
    });
}

function unique(lines: readonly string[]): string[] {
    return [...new Set(lines)];
}

function line(path: string, field: z.ZodType, defaults: readonly unknown[]): string {
    const shown = defaults.map((value) =>
        value === undefined || (typeof value === "object" && !Array.isArray(value))
            ? ""
            : `\`${text(value)}\``,
    );
    return `| ${[`\`${path}\``, kind(field), ...shown, description(field)].join(" | ")} |`;
}

function text(value: unknown): string {
    return Array.isArray(value) ? `[${value.join(", ")}]` : String(value);
}

function description(field: z.ZodType): string {
    const own = field.description ?? unwrap(field).description;
    return (own ?? "").replaceAll("|", "\\|");
}

function kind(field: z.ZodType): string {
    const inner = unwrap(field);
    if (inner instanceof z.ZodEnum) {
        return inner.options.map((option) => `\`${String(option)}\``).join(", ");
    }
    if (inner instanceof z.ZodArray) {
        return "list";
    }
    if (inner instanceof z.ZodNumber) {
        return numbers(inner);
    }
    if (inner instanceof z.ZodBoolean) {
        return "`true`, `false`";
    }
    if (inner instanceof z.ZodUnion) {
        return unique((inner.options as z.ZodType[]).map(kind)).join(" or ");
    }
    if (inner instanceof z.ZodLiteral) {
        return typeof inner.value === "number" ? "number" : "text";
    }
    return inner instanceof z.ZodString || inner instanceof z.ZodStringFormat ? "text" : "group";
}

/** The most that AWS keeps in 32 bits is no limit that anybody meets. */
function numbers({ minValue, maxValue }: z.ZodNumber): string {
    if (minValue === null || minValue <= Number.MIN_SAFE_INTEGER) {
        return "number";
    }
    return maxValue === null || maxValue >= MOST ? `${minValue} or more` : `${minValue} to ${maxValue}`;
}

function unwrap(field: z.ZodType): z.ZodType {
    return field instanceof z.ZodOptional ? unwrap(field.unwrap() as z.ZodType) : field;
}

function at(value: unknown, key: string): unknown {
    return typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined;
}
