import assert from "node:assert/strict";
import { sidOf } from "../../../components/delivery/bucket";
import { machine } from "../../../components/delivery/project";
import type { Graph, Json } from "../../../plan/graph";
import { jsonIn, named, ofType, only, statementsIn } from "../../support/graph";
import { ACCOUNT, full, FULL, withDelivery } from "./stack";

interface Action {
    readonly name: string;
    readonly category: string;
    readonly provider: string;
    readonly runOrder: number;
    readonly inputArtifacts?: readonly string[];
    readonly outputArtifacts?: readonly string[];
    readonly namespace?: string;
    readonly configuration: Readonly<Record<string, string>>;
}

interface Stage {
    readonly name: string;
    readonly actions: readonly Action[];
}

function stagesOf(graph: Graph): readonly Stage[] {
    return named(graph, "delivery-infrastructure").inputs.stages as unknown as readonly Stage[];
}

function variablesOf({ configuration }: Action): Readonly<Record<string, string>> {
    const list = jsonIn(configuration.EnvironmentVariables) as readonly { name: string; value: string }[];
    return Object.fromEntries(list.map(({ name, value }) => [name, value]));
}

describe("delivery bucket", () => {
    it("has the name that the environment before can tell without asking", async () => {
        const graph = await withDelivery("promotesTo: []");
        assert.equal(
            named(graph, "delivery-bucket").inputs.bucket,
            `selfhost-delivery-dev-${ACCOUNT}-eu-west-1`,
        );
    });

    it("keeps the program and the releases, and loses what pipelines hand on", async () => {
        const { rules } = named(await full(), "delivery-bucket-lifecycle").inputs;
        const expiring = (rules as readonly { filter: { prefix: string }; expiration?: { days?: number } }[])
            .filter(({ expiration }) => expiration?.days !== undefined)
            .map(({ filter }) => filter.prefix);
        assert.deepEqual(expiring, ["selfhost-", "sbom/", "running/"]);
        for (const kept of ["program.zip", "incoming/wiki.zip"]) {
            assert.ok(expiring.every((prefix) => !kept.startsWith(prefix)));
        }
        for (const { inputs } of ofType(await full(), "aws:codepipeline/pipeline:Pipeline")) {
            assert.ok(
                JSON.stringify(inputs.name).slice(1).startsWith("selfhost-"),
                "CodePipeline names the folder by the pipeline",
            );
        }
    });

    it("names statements as IAM wants them", () => {
        assert.deepEqual(["staging", "pre-prod"].map(sidOf), ["Staging", "PreProd"]);
    });
});

describe("the program in the bucket", () => {
    it("is everything that `up` needs, ciphertext at most, and nothing that was installed", async () => {
        const { source } = named(await full(), "delivery-program").inputs;
        const { assets } = source as { assets: Readonly<Record<string, { asset: string; path: string }>> };
        for (const needed of [
            "Pulumi.yaml",
            "Pulumi.dev.yaml",
            "index.ts",
            "package-lock.json",
            "tsconfig.json",
        ]) {
            assert.equal(assets[needed]?.asset, "file", needed);
        }
        for (const needed of ["components", "settings", "delivery", "docker", "lambda", "apps"]) {
            assert.equal(assets[needed]?.asset, "archive", needed);
        }
        assert.deepEqual(
            Object.keys(assets).filter((name) => /node_modules|^\.|Pulumi\.(staging|prod)/.test(name)),
            [],
        );
    });

    it("is put there after everything that it describes", async () => {
        const graph = await full();
        const { dependencies } = named(graph, "delivery-program");
        for (const resource of [
            named(graph, "bookstack-service"),
            named(graph, "delivery-bucket-versioning"),
        ]) {
            assert.ok(dependencies.includes(resource.urn), resource.name);
        }
    });
});

describe("deploy project", () => {
    it("takes the role of the bootstrap, and a name that the role's trust has", async () => {
        const { inputs } = named(await full(), "delivery-deploy");
        assert.equal(inputs.name, "selfhost-dev-deploy");
        assert.equal(
            inputs.serviceRole,
            `arn:aws:iam::${ACCOUNT}:role/selfhost-bootstrap/selfhost-dev-pipeline-eu-west-1`,
        );
    });

    it("has its steps in the source, so that a push mends them", async () => {
        for (const name of ["delivery-deploy"]) {
            const { source } = named(await full(), name).inputs as { source: { buildspec: string } };
            assert.equal(source.buildspec, "delivery/buildspec.yml");
        }
    });

    it("knows no secret, only where one is", async () => {
        const token = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:pulumi-a1b2c3";
        const cloud = await withDelivery(`state: { pulumiCloud: { organization: acme, token: "${token}" } }`);
        const variables = (graph: Graph) =>
            (
                named(graph, "delivery-deploy").inputs.environment as {
                    environmentVariables: readonly { name: string; type: string; value: string }[];
                }
            ).environmentVariables;
        assert.deepEqual(
            variables(cloud).filter(({ type }) => type !== "PLAINTEXT"),
            [{ name: "PULUMI_ACCESS_TOKEN", type: "SECRETS_MANAGER", value: token }],
        );
        assert.ok(!variables(cloud).some(({ name }) => name === "PULUMI_BACKEND_URL"));
        assert.equal(
            variables(await full()).find(({ name }) => name === "PULUMI_BACKEND_URL")?.value,
            `s3://selfhost-state-${ACCOUNT}-eu-west-1?region=eu-west-1`,
        );
    });

    it("runs on the processor of the images that it builds, and on ARM where they differ", () => {
        const type = (architecture: "ARM64" | "X86_64") =>
            machine({ builds: { apps: [], architecture } }).type;
        assert.deepEqual([type("ARM64"), type("X86_64")], ["ARM_CONTAINER", "LINUX_CONTAINER"]);
    });
});

describe("infrastructure pipeline", () => {
    it("previews, asks in sequence, applies, and changes itself last", async () => {
        const stages = stagesOf(await full());
        assert.deepEqual(
            stages.map(({ name, actions }) => [
                name,
                actions.map((action) => `${action.name} ${action.runOrder}`),
            ]),
            [
                ["Source", ["Source 1"]],
                ["Preview", ["Preview 1"]],
                ["Approve", ["Approval1 1", "Approval2 2"]],
                ["Apply", ["Apply 1", "Itself 2"]],
            ],
        );
        assert.deepEqual(
            stages
                .flatMap(({ actions }) => actions.filter(({ provider }) => provider === "CodeBuild"))
                .map((action) => variablesOf(action).SCRIPT),
            ["preview", "up", "itself"],
        );
    });

    it("has no stage for approvals where nobody is asked", async () => {
        const graph = await withDelivery(
            "appliedBy: codepipeline",
            "pipeline: { repository: a/b, approvals: [] }",
        );
        assert.deepEqual(
            stagesOf(graph).map(({ name }) => name),
            ["Source", "Preview", "Apply"],
        );
        const up = stagesOf(graph).at(-1)?.actions[0];
        assert.ok(up);
        assert.equal(variablesOf(up).APPROVED, "false");
    });

    it("hands every artifact on that is asked for, from a stage before", async () => {
        const made = new Set<string>();
        for (const { actions } of stagesOf(await full())) {
            for (const { inputArtifacts = [] } of actions) {
                assert.ok(inputArtifacts.every((artifact) => made.has(artifact)));
            }
            for (const artifact of actions.flatMap(({ outputArtifacts = [] }) => outputArtifacts)) {
                assert.ok(!made.has(artifact), `${artifact} is made once`);
                made.add(artifact);
            }
        }
    });

    it("applies the very source that was previewed, and knows whose consent counts", async () => {
        const [, preview, , apply] = stagesOf(await full());
        const up = apply?.actions[0];
        assert.ok(up);
        assert.deepEqual(preview?.actions[0]?.inputArtifacts, ["Source"]);
        assert.deepEqual(up.inputArtifacts, ["Source", "Preview"]);
        const variables = variablesOf(up);
        assert.equal(variables.APPROVED, "true");
        assert.deepEqual(JSON.parse(variables.APPROVERS ?? ""), {
            Approval2: ["arn:aws:iam::123456789012:role/lead"],
        });
        assert.deepEqual(JSON.parse(variables.BUILT ?? ""), ["bookstack"]);
        assert.deepEqual(JSON.parse(variables.PROMOTES_TO ?? ""), [
            {
                environment: "staging",
                bucket: "selfhost-delivery-staging-210987654321-eu-west-1",
                region: "eu-west-1",
            },
        ]);
    });

    it("uses variables of namespaces that an action before it has, and that its script exports", async () => {
        const seen = new Set<string>(["codepipeline"]);
        for (const { actions } of stagesOf(await full())) {
            for (const { configuration } of actions) {
                for (const [, namespace = "", variable] of JSON.stringify(configuration).matchAll(
                    /#\{(\w+)\.(\w+)\}/g,
                )) {
                    assert.ok(seen.has(namespace), namespace);
                    assert.ok(
                        namespace !== "Preview" || ["STEPS", "PREVIEW"].includes(variable ?? ""),
                        variable,
                    );
                }
            }
            actions.forEach(({ namespace }) => namespace !== undefined && seen.add(namespace));
        }
    });

    it("survives what it applies: none of its roles is a resource of the stack", async () => {
        const graph = await full();
        const roles = ofType(graph, "aws:iam/role:Role").map(({ urn }) => urn);
        const own: readonly Json[] = [
            named(graph, "delivery-infrastructure").inputs.roleArn ?? null,
            named(graph, "delivery-deploy").inputs.serviceRole ?? null,
        ];
        for (const role of own) {
            assert.ok(
                typeof role === "string" && role.includes(":role/selfhost-bootstrap/"),
                JSON.stringify(role),
            );
            assert.ok(roles.every((urn) => !role.includes(urn)));
        }
    });

    it("records what was seen to run of what `up` has built, and tells which commit that is", async () => {
        for (const graph of [
            await full(),
            await withDelivery("appliedBy: codepipeline", "pipeline: { repository: a/b }"),
        ]) {
            const parameter = named(graph, "delivery-verified-bookstack");
            assert.equal(parameter.inputs.name, "/selfhost/dev/built/bookstack");
            assert.deepEqual(parameter.options.ignoreChanges, ["insecureValue"]);
            const { apps } = graph.outputs as { apps: { bookstack: { release: string } } };
            assert.ok(apps.bookstack.release.includes(`${parameter.urn}.id`), apps.bookstack.release);
        }
    });

    it("tells the operator where it is, and that the connection waits for a person", async () => {
        const { delivery } = (await full()).outputs as { delivery: Readonly<Record<string, Json>> };
        assert.match(JSON.stringify(delivery.pipeline), /pipelines\/selfhost-dev-infrastructure\/view/);
        assert.ok(JSON.stringify(delivery.connections).includes("connectionStatus"));
    });
});

describe("an environment that a person applies", () => {
    it("tells the command that hands on what runs, where there is somebody to hand it to", async () => {
        const told = async (...lines: readonly string[]) =>
            ((await withDelivery(...lines)).outputs as { delivery: { handOn?: string } }).delivery.handOn;
        assert.equal(
            await told('promotesTo: [{ environment: staging, account: "210987654321" }]'),
            `ENVIRONMENT=dev STACK=dev COMMIT="$(git rev-parse HEAD)" BUILT='["bookstack"]' PROMOTES_TO='[{"environment":"staging","bucket":"selfhost-delivery-staging-210987654321-eu-west-1","region":"eu-west-1"}]' bash delivery/hand-on.sh`,
        );
        assert.equal(await told("promotesTo: []"), undefined);
        assert.equal(await told(...FULL), undefined);
    });
});

describe("drift", () => {
    it("is looked for in the program that was last applied, by a schedule that may start that and nothing else", async () => {
        const graph = await full();
        const project = ofType(graph, "aws:codebuild/project:Project").find(
            ({ name }) => name === "delivery-drift",
        );
        assert.ok(project);
        assert.equal(project.inputs.name, "selfhost-dev-drift");
        const { location } = project.inputs.source as { location: string };
        assert.match(location, /delivery-bucket\.id\}\/program\.zip$/);
        const schedule = only(graph, "aws:scheduler/schedule:Schedule").inputs;
        assert.equal(schedule.scheduleExpression, "cron(0 6 ? * MON-FRI *)");
        const statements = statementsIn(named(graph, "delivery-drift-role-policy").inputs.policy);
        assert.deepEqual(Object.keys(statements), ["StartBuild"]);
        assert.deepEqual(statements.StartBuild?.Resource, [`\${${project.urn}.arn}`]);
    });

    it("is not looked for where nobody says when", async () => {
        assert.deepEqual(ofType(await withDelivery("promotesTo: []"), "aws:scheduler/schedule:Schedule"), []);
    });
});
