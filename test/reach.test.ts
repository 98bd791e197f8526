/** How a changed setting, and credentials of another generation, reach the tasks: by whoever deploys them. */
import assert from "node:assert/strict";
import type { Graph, Json } from "../plan/graph";
import { STRATEGIES, type Deployer, type Strategy } from "../settings/deploy";
import { jsonIn, named, ofType, reference, statementsIn } from "./support/graph";
import { containerIn, graphOf } from "./support/planned";
import { share } from "./support/seed";
import { planned } from "./support/stacks";

const PIPELINE = "pipeline: { source: { s3: { bucket: sources, key: wiki.zip } }";
const BY: Readonly<Record<Deployer, string>> = {
    pulumi: `${PIPELINE}, deploy: pulumi }`,
    ecs: `${PIPELINE}, deploy: ecs }`,
    codedeploy: `${PIPELINE} }\ndeploy: { strategy: codeDeploy }`,
};
const DEPLOYERS = Object.keys(BY) as readonly Deployer[];

const recorded = (deployer: Deployer, language: string, generation: number): Promise<Graph> =>
    graphOf(
        "bookstack",
        `admin: { email: a@example.com }
env: { APP_LANG: ${language} }
database: { credentialsGeneration: ${generation} }
${BY[deployer]}`,
        "staging",
        'selfhost:account: "123456789012"',
    );

const before = (deployer: Deployer) => recorded(deployer, "en", 1);
const after = (deployer: Deployer) => recorded(deployer, "de", 2);

const serviceIn = (graph: Graph) => named(graph, ofType(graph, "aws:ecs/service:Service")[0]?.name ?? "");

describe("a changed setting", () => {
    it("is a new revision, which `up` deploys exactly where it is the one who deploys", async () => {
        for (const deployer of DEPLOYERS) {
            const graph = await after(deployer);
            assert.equal(
                containerIn(graph, "bookstack").environment.find(({ name }) => name === "APP_LANG")?.value,
                "de",
            );
            const { inputs, options } = serviceIn(graph);
            assert.equal(inputs.taskDefinition, reference(named(graph, "bookstack-definition"), "arn"));
            assert.equal(options.ignoreChanges.includes("taskDefinition"), deployer !== "pulumi", deployer);
        }
    });

    it("is written down for the next release where a pipeline's action deploys", async () => {
        for (const deployer of DEPLOYERS) {
            const written = async (graph: Promise<Graph>): Promise<Json | undefined> =>
                (await graph).resources.find(({ name }) => name === "bookstack-pipeline-taskdef")?.inputs
                    .content;
            const [old, now] = [await written(before(deployer)), await written(after(deployer))];
            if (deployer === "pulumi") {
                assert.deepEqual([old, now], [undefined, undefined]);
                continue;
            }
            assert.notDeepEqual(now, old);
            const { containerDefinitions } = jsonIn(now) as { containerDefinitions: readonly Json[] };
            const [container] = containerDefinitions as readonly Readonly<Record<string, Json>>[];
            assert.equal(container?.image, "<IMAGE1_NAME>");
            assert.ok(JSON.stringify(container.environment).includes('{"name":"APP_LANG","value":"de"}'));
        }
    });

    it("is noted where it waits for a release", async () => {
        const waits = async (example: string, words: RegExp) => {
            const { notes } = await planned(`examples/${example}.yaml`);
            assert.ok(
                notes.some((note) => words.test(note)),
                notes.join("\n"),
            );
        };
        await waits("ghostcodedeploy", /CodeDeploy brings them to the tasks/);
        await waits("web", /the pipeline's next release brings them to the tasks/);
    });
});

describe("credentials of another generation", () => {
    const grants = (graph: Graph) =>
        ofType(graph, "aws:iam/rolePolicy:RolePolicy").filter(({ name }) =>
            name.startsWith("bookstack-execution-user"),
        );

    it("come with a grant of their own where `up` deploys them, before the old one goes", async () => {
        const names = async (graph: Promise<Graph>) => grants(await graph).map(({ name }) => name);
        assert.deepEqual(
            [await names(before("pulumi")), await names(after("pulumi"))],
            [["bookstack-execution-user-1-1"], ["bookstack-execution-user-1-2"]],
        );
    });

    it("take no grant away from tasks that a pipeline has not replaced yet", async () => {
        for (const deployer of ["ecs", "codedeploy"] as const) {
            const [[old, ...none], [now]] = [grants(await before(deployer)), grants(await after(deployer))];
            assert.deepEqual(none, []);
            assert.deepEqual([now?.name, now?.inputs], [old?.name, old?.inputs]);
            assert.deepEqual(statementsIn(now?.inputs.policy).ReadDatabaseUser?.Resource, [
                "arn:aws:secretsmanager:eu-west-1:123456789012:secret:selfhost/staging/bookstack/database-*",
            ]);
        }
    });
});

describe("what somebody else than `up` decides", () => {
    const SCALED = "scale: { min: 2, max: 4 }";
    const FIXED = "scale: { min: 2, max: 2 }";
    const own = (strategy: Strategy, deployer: Deployer, scale: string): Promise<Graph> =>
        graphOf(
            "shop",
            `preset: web
${scale}
deploy: { strategy: ${strategy} }
${PIPELINE}, deploy: ${deployer} }`,
            "staging",
            'selfhost:account: "123456789012"',
        );
    const pairs: readonly (readonly [Strategy, Deployer])[] = STRATEGIES.flatMap((strategy) =>
        (strategy === "codeDeploy" ? (["codedeploy"] as const) : (["pulumi", "ecs"] as const)).map(
            (deployer) => [strategy, deployer] as const,
        ),
    );

    for (const [strategy, deployer] of share(pairs, 4)) {
        it(`is left alone, and nothing else: ${strategy}, deployed by ${deployer}`, async () => {
            const graph = await own(strategy, deployer, strategy === "canary" ? SCALED : FIXED);
            const expected = [
                ...(strategy === "canary" ? ["desiredCount"] : []),
                ...(strategy === "codeDeploy" ? ["loadBalancers"] : []),
                ...(deployer === "pulumi" ? [] : ["taskDefinition"]),
            ];
            assert.deepEqual([...serviceIn(graph).options.ignoreChanges].sort(), expected);
            // The release is the pipeline's, but what the program reads of it is not ignored anywhere else.
            const others = graph.resources
                .filter(({ name, options }) => name.startsWith("shop") && options.ignoreChanges.length > 0)
                .map(({ name, options }) => `${name}: ${options.ignoreChanges.join()}`)
                .filter((line) => !/^shop-(service|codedeploy): /.test(line));
            const shifted = ["blueGreen", "canary", "linear"].includes(strategy);
            assert.deepEqual(others.sort(), [
                ...(strategy === "codeDeploy" ? ["shop-https: defaultActions"] : []),
                "shop-image-release: insecureValue",
                "shop-image-verified: insecureValue",
                ...(shifted ? ["shop-rule: actions", "shop-test: actions"] : []),
            ]);
        });
    }
});
