/**
 * No setting is lost: each one of the schema, given another value, changes what is registered or said, or is refused.
 *
 * The settings come from the schema itself. `npm test` looks at all of them as far as they are decided, and plans some,
 * chosen by seed; `SELFHOST_ALL=1 npm test` plans all.
 */
import assert from "node:assert/strict";
import { catalogue } from "../apps/catalogue";
import { app } from "../settings/appSchema";
import { environment } from "../settings/schema";
import { leavesOf, type Leaf } from "./support/leaves";
import { planText } from "./support/planned";
import { fileText } from "./support/program";
import { ALL, share } from "./support/seed";
import { settleText } from "./support/settings";
import { OWN, taughtBeside, taughtValues } from "./support/taught";

type Group = Readonly<Record<string, unknown>>;

/** A stack file in which settings are tried. */
interface Base {
    readonly stack: string;
    readonly preset: string;
    readonly app: Group;
}

const { image } = OWN;

const BASES: readonly Base[] = [
    { stack: "dev", preset: "web", app: { image } },
    { stack: "dev", preset: "bookstack", app: { admin: { email: "a@example.com" } } },
    {
        stack: "prod",
        preset: "web",
        app: { image, database: { engine: "aurora-postgresql" }, bucket: true },
    },
    { stack: "prod", preset: "ghost", app: {} },
    { stack: "dev", preset: "ghost", app: { sqlite: true } },
    { stack: "staging", preset: "site", app: {} },
    { stack: "dev", preset: "backstage", app: { image } },
];

/** That they are said decides that there is no pipeline here; which environment they name is for the reader. */
const NAMES = ["pipeline.stageOf"];

/** So many are planned in `npm test`. */
const PLANNED = 7;

interface Setting extends Leaf {
    /** As a message names it: `selfhost:apps.<app>.host`. */
    readonly name: string;
    /** Undefined: the environment's. */
    readonly preset: string | undefined;
    readonly ofApp: boolean;
}

const SETTINGS: readonly Setting[] = [
    ...leavesOf(environment.omit({ apps: true }), taughtValues).map((leaf) => ({
        ...leaf,
        name: `selfhost:${leaf.path}`,
        preset: undefined,
        ofApp: false,
    })),
    ...leavesOf(app.omit({ preset: true }), taughtValues).map((leaf) => ({
        ...leaf,
        name: `selfhost:apps.*.${leaf.path}`,
        preset: undefined,
        ofApp: true,
    })),
    ...[...catalogue.values()].flatMap((preset) =>
        leavesOf(preset.options, taughtValues).map((leaf) => ({
            ...leaf,
            name: `selfhost:apps.*.${leaf.path} (${preset.name})`,
            preset: preset.name,
            ofApp: true,
        })),
    ),
];

/** The text of a base's stack file, with a fragment of settings, or without. */
function fileOf(base: Base, setting: Setting, fragment: unknown = {}): string {
    const beside = taughtBeside(setting.path);
    const wiki = [{ preset: base.preset }, base.app, ...beside.map((one) => one.app ?? {})];
    const parts = [
        { domain: "example.com" },
        ...beside.map((one) => one.environment ?? {}),
        setting.ofApp ? {} : fragment,
        {
            apps: {
                wiki: [...wiki, setting.ofApp ? fragment : {}].reduce<Group>(
                    (one, other) => merged(one, other),
                    {},
                ),
            },
        },
    ];
    const all = parts.reduce<Group>((one, other) => merged(one, other), {});
    return fileText(all);
}

/** The later one counts; groups are put together. */
function merged(one: unknown, other: unknown): Group {
    const result: Record<string, unknown> = { ...(one as Group) };
    for (const [key, value] of Object.entries(other as Group)) {
        result[key] = isGroup(value) && isGroup(result[key]) ? merged(result[key], value) : value;
    }
    return result;
}

function isGroup(value: unknown): value is Group {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What came of a stack file: what was decided, or why it was refused. */
interface Outcome {
    readonly text: string;
    readonly decided: string | undefined;
    readonly refusal: string;
}

function outcomeOf(text: string, stack: string): Outcome {
    const { settings, problems } = settleText(text, { stack });
    return {
        text,
        decided:
            settings &&
            JSON.stringify(settings, (key, value: unknown) => (key === "preset" ? facts(value) : value)),
        refusal: problems.map(({ path, reason }) => `${path} ${reason}`).join("; "),
    };
}

/** A preset's schemas are the same in every stack. */
function facts(preset: unknown): unknown {
    return { ...(preset as Group), options: undefined };
}

/** The bases that a setting may be said in; its own preset's alone where it is a preset's. */
function basesOf({ preset }: Setting): readonly Base[] {
    return BASES.filter((base) => preset === undefined || base.preset === preset);
}

interface Tried {
    readonly base: Base;
    /** What is accepted, each by another value; the last is without the setting. */
    readonly accepted: readonly Outcome[];
    readonly refusals: readonly string[];
}

function tryIn(base: Base, setting: Setting): Tried {
    const outcomes = [...setting.fragments, undefined].map((fragment) =>
        outcomeOf(fileOf(base, setting, fragment), base.stack),
    );
    return {
        base,
        accepted: outcomes.filter(({ decided }) => decided !== undefined),
        refusals: outcomes.flatMap(({ decided, refusal }) => (decided === undefined ? [refusal] : [])),
    };
}

/** The first base in which at least one value of the setting is taken, and is not what is decided without it. */
function found(setting: Setting): Tried {
    const tried = basesOf(setting).map((base) => () => tryIn(base, setting));
    const refusals: string[] = [];
    for (const attempt of tried) {
        const one = attempt();
        if (new Set(one.accepted.map(({ decided }) => decided)).size > 1) {
            return one;
        }
        refusals.push(...one.refusals);
    }
    throw new Error(
        `${setting.name}: no value changes anything that is decided. Refused: ${[...new Set(refusals)].join(" | ")}. ` +
            "Either nobody reads the setting, or test/support/taught.ts must know a value that is taken, and what stands beside it.",
    );
}

/** Values that are taken and come to the same, though they are different. */
function alike(outcomes: readonly string[]): number {
    return outcomes.length - new Set(outcomes).size;
}

describe("every setting of the schema", function () {
    this.timeout(600_000);

    for (const setting of SETTINGS) {
        it(`${setting.name} decides something, or is refused`, () => {
            const first = found(setting);
            const all = ALL ? basesOf(setting).map((base) => tryIn(base, setting)) : [first];
            for (const { base, accepted } of all) {
                const said = accepted.filter(({ text }) => text !== fileOf(base, setting));
                assert.equal(
                    alike(said.map(({ decided }) => decided ?? "")),
                    0,
                    `${base.stack} ${base.preset}`,
                );
            }
        });
    }

    const planned = SETTINGS.filter(({ path }) => !NAMES.includes(path));
    for (const setting of share(planned, PLANNED)) {
        it(`${setting.name} changes what is registered or said`, async () => {
            const { base, accepted } = found(setting);
            const plans: string[] = [];
            for (const { text } of accepted) {
                plans.push(await planOf(text, base.stack));
            }
            const without = accepted.some(({ text }) => text === fileOf(base, setting));
            // What is decided without the setting is one of its values.
            assert.ok(alike(plans) <= (without ? 1 : 0), `two values come to the same in ${base.preset}`);
            assert.ok(new Set(plans).size > 1, `lost in ${base.stack} ${base.preset}`);
        });
    }
});

async function planOf(text: string, stack: string): Promise<string> {
    const { graph, notes, pending, policy } = await planText(text, stack);
    return JSON.stringify([graph, notes, pending, policy]);
}
