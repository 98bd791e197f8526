/** A page for each preset: docs/presets/<name>.md. */
import type { Facts, Preset } from "../apps/app";
import { table } from "./documents";
import { PROFILES } from "./settings";

/** `prose` is apps/<name>.md: what nobody can derive. */
export function presetPage(preset: Preset, prose: string | undefined): string {
    return [
        `# ${preset.title}`,
        "",
        `<!-- Made from apps/${preset.name}.ts${prose === undefined ? "" : ` and apps/${preset.name}.md`} by \`npm run generate\`. -->`,
        "",
        `\`preset: ${preset.name}\`. What every app may say is in [configuration.md](../configuration.md#an-app).`,
        "",
        ...facts(
            preset.facts(
                {},
                { name: preset.name, path: "/", database: false, healthPath: undefined, ownImage: false },
            ),
        ),
        "",
        ...(prose === undefined ? [] : [prose.trimEnd(), ""]),
        "## Settings of its own",
        "",
        ...settings(preset),
        "",
        "## Secrets",
        "",
        ...secrets(preset),
        "",
        "## Variables that the program sets",
        "",
        "They are refused in `env`; all others are yours.",
        "",
        ...preset.reserved.map((name) => `- \`${name}\``),
        "",
    ].join("\n");
}

/** In the order in which one asks. */
function facts(known: Facts): readonly string[] {
    const { health, times } = known;
    const sizes = PROFILES.map((profile) => `${profile} ${size(known.task[profile])}`);
    const rows: readonly (readonly [string, string])[] = [
        ["tasks", tasks(known)],
        ["size", sizes.join(", ")],
        ["health check", `\`${health.path}\` on port ${known.port} answers ${health.matcher}`],
        ["database", database(known)],
        ["files", files(known)],
        ["image", image(known)],
        [
            "migrations",
            known.migrate === undefined ? "none before a deployment" : "a task before a deployment",
        ],
        ["start", `${times.startSeconds} seconds at the longest that is normal`],
        ["stop", `${times.deregistrationSeconds} seconds for open requests, ${times.stopSeconds} to end`],
    ];
    return ["| | |", "| --- | --- |", ...rows.map(([name, text]) => `| ${name} | ${text} |`)];
}

function size({ cpu, memory }: { readonly cpu: number; readonly memory: number }): string {
    return `${cpu / 1024} vCPU ${memory / 1024} GB`;
}

function tasks({ manyTasks, briefOverlap }: Facts): string {
    if (manyTasks) {
        return "one or more";
    }
    return briefOverlap ? "one; two in a deployment with `deploy: { overlap: brief }`" : "one";
}

const ENGINES = { "aurora-mysql": "Aurora MySQL", "aurora-postgresql": "Aurora PostgreSQL" } as const;

function database({ database: need, keepsDatabaseAwake }: Facts): string {
    if (need === undefined) {
        return "none";
    }
    const engines = need.engines.map((engine) => ENGINES[engine]).join(" or ");
    const when = need.required ? "" : ", where the stack file says `database:`";
    return `${engines}${when}; ${keepsDatabaseAwake ? "never pauses while a task runs" : "may pause"}`;
}

function files({ bucket, volumes }: Facts): string {
    const all = [
        ...(bucket ? ["a bucket"] : []),
        ...volumes.map((volume) => `EFS at \`${volume.containerPath}\``),
    ];
    return all.length === 0 ? "none" : all.join(", ");
}

function image({ context }: Facts): string {
    const folder = typeof context === "string" ? `docker/${context}` : context?.dockerfile;
    return folder === undefined ? "your own: `image:` is required" : `\`${folder}\`, or one of your own`;
}

function settings({ options }: Preset): readonly string[] {
    return Object.keys(options.shape).length === 0 ? ["None."] : table(options, "", []);
}

const SOURCES = {
    require: "you set it",
    generate: "generated, unless you set it",
    optional: "only if you set it",
} as const;

function secrets(preset: Preset): readonly string[] {
    const rows = Object.entries(preset.secrets).map(
        ([name, { description, when }]) => `| \`${name}\` | ${description} | ${SOURCES[when]} |`,
    );
    return rows.length === 0
        ? ["None."]
        : ["| secret | what for | where from |", "| --- | --- | --- |", ...rows];
}
