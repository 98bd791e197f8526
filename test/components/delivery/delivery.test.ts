import assert from "node:assert/strict";
import fc from "fast-check";
import { chatRegion } from "../../../components/delivery/chat";
import { sidOf } from "../../../components/delivery/bucket";
import { machine } from "../../../components/delivery/project";
import type { Graph, Json, Resource } from "../../../plan/graph";
import { jsonIn, named, ofType, only, statementsIn } from "../../support/graph";
import { recordText } from "../../support/program";
import { remembered } from "../../support/recorded";

/** The account is whose credentials run the program: a plan does not know it. */
const ACCOUNT = "${aws:index/getCallerIdentity:getCallerIdentity().accountId}";

/** The whole stack, with these lines below `selfhost:delivery`. */
const withDelivery = remembered((...lines: readonly string[]) =>
    recordText(
        [
            "config:",
            "  aws:region: eu-west-1",
            '  selfhost:account: "123456789012"',
            "  selfhost:domain: example.com",
            "  selfhost:delivery:",
            ...lines.map((line) => `    ${line}`),
            "  selfhost:apps:",
            "    bookstack: { admin: { email: a@example.com } }",
            "",
        ].join("\n"),
    ),
);

const FULL = [
    "appliedBy: codepipeline",
    "pipeline:",
    "  repository: example/selfhost",
    "  approvals: [{ emails: [a@example.com] }, { approvers: [arn:aws:iam::123456789012:role/lead] }]",
    '  drift: { schedule: "MON-FRI 06:00", apply: true }',
    'promotesTo: [{ environment: staging, account: "210987654321" }]',
    "notifications: { emails: [ops@example.com], slack: [{ workspace: T07EA123LEP, channel: C07EZ1ABC23 }] }",
];
const full = () => withDelivery(...FULL);

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
        assert.deepEqual(expiring, ["selfhost-", "running/"]);
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

    it("has a key only where another account takes part, which that account's role may use", async () => {
        assert.deepEqual(
            ofType(await withDelivery("promotesTo: [{ environment: staging }]"), "aws:kms/key:Key").map(
                ({ name }) => name,
            ),
            ["cluster-exec"],
        );
        const statements = statementsIn(named(await full(), "delivery-key").inputs.policy);
        assert.deepEqual(statements.OtherEnvironments?.Principal, {
            AWS: ["arn:aws:iam::210987654321:root"],
        });
        assert.deepEqual(statements.OtherEnvironments.Condition, {
            ArnEquals: {
                "aws:PrincipalArn": [
                    "arn:aws:iam::210987654321:role/selfhost-bootstrap/selfhost-staging-pipeline-eu-west-1",
                ],
            },
        });
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

    it("tells the operator where it is, and that the connection waits for a person", async () => {
        const { delivery } = (await full()).outputs as { delivery: Readonly<Record<string, Json>> };
        assert.match(JSON.stringify(delivery.pipeline), /pipelines\/selfhost-dev-infrastructure\/view/);
        assert.ok(JSON.stringify(delivery.connections).includes("connectionStatus"));
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

describe("notifications", () => {
    const rulesOf = (graph: Graph): readonly Resource[] =>
        ofType(graph, "aws:cloudwatch/eventRule:EventRule");

    it("are nothing where nobody wants them", async () => {
        const graph = await withDelivery("promotesTo: []");
        assert.deepEqual([ofType(graph, "aws:sns/topic:Topic"), rulesOf(graph)], [[], []]);
    });

    it("are of pipelines, builds, deployments and approvals, each to people in words and to chat as it is", async () => {
        const graph = await full();
        assert.deepEqual(
            rulesOf(graph).map(({ name }) => name),
            ["delivery-approvals", "delivery-builds", "delivery-deployments", "delivery-pipelines"],
        );
        const targets = ofType(graph, "aws:cloudwatch/eventTarget:EventTarget");
        const worded = targets.filter(({ inputs }) => inputs.inputTransformer !== undefined);
        assert.ok(worded.every(({ name }) => name.endsWith("-mail")));
        assert.deepEqual([targets.length, worded.length], [8, 4]);
        assert.ok(targets.every(({ inputs }) => inputs.roleArn === undefined));
    });

    it("hear of this environment alone", async () => {
        for (const { name, inputs } of rulesOf(await full())) {
            const pattern = inputs.eventPattern as string;
            const own = ["selfhost-dev-", `arn:aws:ecs:eu-west-1:${ACCOUNT}:service/selfhost-dev/`];
            assert.ok(
                own.some((prefix) => pattern.includes(JSON.stringify({ prefix }))),
                `${name}: ${pattern}`,
            );
        }
    });

    it("say what their sentence promises: each word in angle brackets is taken from the event", async () => {
        for (const { name, inputs } of ofType(await full(), "aws:cloudwatch/eventTarget:EventTarget")) {
            if (inputs.inputTransformer !== undefined) {
                const { inputPaths, inputTemplate } = inputs.inputTransformer as {
                    inputPaths: Readonly<Record<string, string>>;
                    inputTemplate: string;
                };
                const words = [...inputTemplate.matchAll(/<(\w+)>/g)].map(([, word = ""]) => word);
                assert.deepEqual([...new Set(words)].sort(), Object.keys(inputPaths).sort(), name);
                assert.equal(
                    typeof JSON.parse(inputTemplate),
                    "string",
                    "a text in quotes is a valid template",
                );
            }
        }
    });

    it("reach topics whose policies let EventBridge in, from rules of this account alone, and nobody without TLS", async () => {
        const graph = await full();
        const targets = ofType(graph, "aws:cloudwatch/eventTarget:EventTarget").map(
            ({ inputs }) => inputs.arn as string,
        );
        const policies = ofType(graph, "aws:sns/topicPolicy:TopicPolicy");
        for (const target of new Set(targets)) {
            const policy = policies.find(({ inputs }) => inputs.arn === target);
            assert.ok(policy, `${target} has a policy`);
            const { EventsOfThisAccount: allowed, TlsOnly: denied } = statementsIn(policy.inputs.policy);
            assert.deepEqual(
                [allowed?.Principal, allowed?.Action, allowed?.Resource],
                [{ Service: "events.amazonaws.com" }, "sns:Publish", target],
            );
            assert.deepEqual(allowed?.Condition, {
                StringEquals: { "aws:SourceAccount": ACCOUNT },
                ArnLike: { "aws:SourceArn": `arn:aws:events:eu-west-1:${ACCOUNT}:rule/*` },
            });
            assert.equal(denied?.Effect, "Deny");
        }
        for (const { name, inputs } of ofType(graph, "aws:sns/topic:Topic")) {
            assert.equal(inputs.kmsMasterKeyId, undefined, `${name}: EventBridge cannot use AWS's own key`);
        }
    });

    it("let a chat channel do nothing", async () => {
        const graph = await full();
        assert.ok(
            !graph.resources.some(
                ({ type, inputs }) =>
                    type === "aws:iam/rolePolicy:RolePolicy" &&
                    JSON.stringify(inputs.role).includes("delivery-chat-role"),
            ),
        );
        const slack = only(graph, "aws:chatbot/slackChannelConfiguration:SlackChannelConfiguration").inputs;
        assert.deepEqual(slack.guardrailPolicyArns, ["arn:aws:iam::aws:policy/CloudWatchReadOnlyAccess"]);
    });

    it("ask for chat where AWS offers it, from any region", () => {
        const regions = fc.constantFrom("us", "eu", "ap", "sa", "ca", "me", "af", "il", "mx");
        const sides = fc.constantFrom("east", "west", "central", "southeast", "northeast");
        fc.assert(
            fc.property(regions, sides, fc.integer({ min: 1, max: 5 }), (area, side, n) =>
                ["us-east-2", "us-west-2", "eu-west-1", "ap-southeast-1"].includes(
                    chatRegion(`${area}-${side}-${n}`),
                ),
            ),
        );
        assert.deepEqual(["eu-central-1", "us-west-1", "ap-east-1", "sa-east-1"].map(chatRegion), [
            "eu-west-1",
            "us-west-2",
            "ap-southeast-1",
            "us-east-2",
        ]);
    });
});
