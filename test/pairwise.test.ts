/**
 * Every two values of the dimensions below meet in a planned stack, or the settings refuse them together and say why.
 *
 * `npm test` plans some of the stacks, chosen by seed; `SELFHOST_ALL=1 npm test` all of them. The coverage is printed.
 */
import assert from "node:assert/strict";
import { catalogue } from "../apps/catalogue";
import { app as appSchema } from "../settings/appSchema";
import { DEPLOYERS, EGRESS_MODES, PROFILES, STRATEGIES } from "../settings/settings";
import { assertSound } from "./support/invariants";
import { Coverage, type Combination, type Dimensions, type Refusal } from "./support/pairs";
import { planText } from "./support/planned";
import { fileText } from "./support/program";
import { SEED, share } from "./support/seed";
import { settleText } from "./support/settings";

/** So many are planned in `npm test`. */
const PLANNED = 5;

const DIMENSIONS = {
    profile: PROFILES,
    egress: EGRESS_MODES,
    engine: ["aurora-mysql", "aurora-postgresql", "none"],
    preset: [...catalogue.keys()],
    strategy: STRATEGIES,
    deployer: DEPLOYERS,
    database: ["own", "shared", "none"],
} as const satisfies Dimensions;

type Group = Readonly<Record<string, unknown>>;

/** What the presets cannot be without. */
const OWN = { image: { build: { context: "docker/from" } } };
const NEEDED: Readonly<Record<string, Group>> = {
    backstage: OWN,
    bookstack: { admin: { email: "a@example.com" } },
    // What policies want of a container is in the image, and only the stack file knows it.
    web: { ...OWN, user: "1000", readonlyRootFilesystem: true },
};

function appOf({ preset = "", strategy, deployer, engine, database }: Combination): Group {
    const own = database === "own" && engine !== "none" ? { database: { engine } } : {};
    const without = database === "none" && preset === "ghost" ? { sqlite: true } : {};
    const overlap = strategy !== "rolling" && preset === "ghost" ? { overlap: "brief" } : {};
    const pipeline =
        deployer === "pulumi" || (deployer === "codedeploy" && strategy === "codeDeploy" && !hasPipeline())
            ? {}
            : { image: undefined, pipeline: { source: { github: "example/app" }, deploy: deployer } };
    return {
        preset,
        ...NEEDED[preset],
        deploy: { strategy, ...overlap },
        // A share of the requests is a share of the tasks' work: one task has none.
        ...(strategy === "canary" && preset !== "ghost" ? { scale: { min: 2, max: 4 } } : {}),
        ...(database === "shared" ? { database: { use: "common" } } : own),
        ...without,
        ...pipeline,
    };
}

function hasPipeline(): boolean {
    return "pipeline" in appSchema.shape;
}

function textOf(combination: Combination): string {
    const { profile, egress, engine, database } = combination;
    return fileText({
        profile,
        domain: "example.com",
        network: { egress },
        delivery: { notifications: { emails: ["team@example.com"] } },
        ...(database === "shared" ? { databases: { common: { engine } } } : {}),
        apps: { wiki: appOf(combination) },
    });
}

/** What is wrong with a combination, or is not as it says. */
function refusal(combination: Combination): Refusal {
    const { settings, problems } = settleText(textOf(combination));
    if (settings === undefined) {
        const [problem] = problems;
        // A stack file that is refused is further away than one that is settled otherwise.
        return { count: 10 * problems.length, reason: `${problem?.path ?? ""} ${problem?.reason ?? ""}` };
    }
    const [app] = settings.apps;
    const { database } = app ?? {};
    const is: Combination = {
        ...combination,
        engine: database?.cluster.engine ?? "none",
        database: database === undefined ? "none" : database.cluster.shared ? "shared" : "own",
        strategy: app?.deploy.strategy ?? "",
        deployer: app?.deployer ?? "",
    };
    const others = Object.keys(is).filter((key) => is[key] !== combination[key]);
    return {
        count: others.length,
        reason: `${combination.preset ?? ""} has ${others.map((key) => `${key} ${is[key] ?? ""}`).join(", ")}`,
    };
}

describe("every two of profile, egress, engine, preset, strategy, deployer and database", function () {
    this.timeout(600_000);

    const coverage = new Coverage(DIMENSIONS, refusal);

    it("meet in some stack, or are refused together with a reason", () => {
        const { stacks, covered, impossible } = coverage.find();
        console.log(
            `      ${covered} pairs meet in ${stacks.length} stacks; ${impossible.size} are refused:`,
        );
        for (const reason of new Set(impossible.values())) {
            const pairs = [...impossible].flatMap(([pair, why]) => (why === reason ? [pair] : []));
            console.log(`        ${reason} (${pairs.join("; ")})`);
        }
        assert.deepEqual(
            [...impossible.values()].filter((reason) => reason === ""),
            [],
        );
    });

    it("are planned soundly, and violate no policy but those that the combination asks for", async () => {
        const violated = new Map<string, string>();
        for (const combination of share(coverage.find().stacks, PLANNED)) {
            const where = `SELFHOST_SEED=${SEED} ${JSON.stringify(combination)}`;
            const plan = await planText(textOf(combination), "dev");
            try {
                assertSound(plan);
            } catch (error) {
                throw new Error(`${where}\n${textOf(combination)}`, { cause: error });
            }
            for (const { policy, level, message } of plan.policy.violations) {
                if (level === "mandatory" && !asksFor(combination, policy)) {
                    violated.set(policy, `${message}: ${where}`);
                }
            }
        }
        assert.deepEqual(Object.fromEntries(violated), {});
    });
});

/** What a person who writes that has to waive. */
const ASKED: Readonly<Record<string, (combination: Combination) => boolean>> = {
    "tasks-without-public-address": ({ egress }) => egress === "publicIp",
};

function asksFor(combination: Combination, policy: string): boolean {
    return ASKED[policy]?.(combination) ?? false;
}
