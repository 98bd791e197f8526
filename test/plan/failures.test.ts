import assert from "node:assert/strict";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Graph } from "../../plan/graph";
import { record } from "../../plan/record";
import { ofType } from "../support/graph";

const BASE = { project: "selfhost", stack: "dev", region: "eu-west-1" };

function recorded(register: () => unknown): Promise<Graph> {
    return record(() => Promise.resolve(register() as Record<string, unknown> | undefined), BASE);
}

/** Nobody else hears of what fails in the work, and the process is as it was. */
async function unheard(work: () => Promise<void>): Promise<void> {
    const heard: unknown[] = [];
    const listener = (reason: unknown): void => void heard.push(reason);
    process.on("unhandledRejection", listener);
    const events = ["unhandledRejection", "beforeExit", "exit", "uncaughtException"];
    const state = (): readonly unknown[] => [
        ...events.map((event) => process.listenerCount(event)),
        Object.getOwnPropertyDescriptor(Error, "prepareStackTrace")?.value,
    ];
    const before = state();
    try {
        await work();
        await new Promise((resolve) => setImmediate(resolve));
        assert.deepEqual(state(), before);
    } finally {
        process.off("unhandledRejection", listener);
    }
    assert.deepEqual(heard, []);
}

describe("record: what the plan does not know", () => {
    class Custom extends pulumi.CustomResource {
        readonly answer!: pulumi.Output<string>;

        constructor(type: string, name: string, props: Record<string, unknown> = {}) {
            super(type, name, { answer: undefined, ...props });
        }
    }

    it("names every unknown type and look-up at once, and nothing that follows from them", async () => {
        const graph = recorded(() => {
            const first = new Custom("aws:made/up:Up", "first");
            new Custom("aws:made/down:Down", "second", { from: first.answer });
            new aws.s3.Bucket("files", { bucket: first.answer });
            const found = pulumi.runtime.invokeOutput<{ id: string }>("aws:made/getUp:getUp", { name: "x" });
            return { found: found.id };
        });
        await assert.rejects(graph, (error: Error) => {
            assert.deepEqual(error.message.split("\n").sort(), [
                "plan/types.ts does not know the look-up aws:made/getUp:getUp: add it, with the results that the program reads",
                'plan/types.ts does not know the resource type aws:made/down:Down, registered as "second": add it, with the computed outputs that the program reads',
                'plan/types.ts does not know the resource type aws:made/up:Up, registered as "first": add it, with the computed outputs that the program reads',
            ]);
            return true;
        });
    });

    it("names an input that reads an output missing from the table, and where it comes from", async () => {
        const graph = recorded(() => {
            const files = new aws.s3.Bucket("files", {});
            const tags = { Zone: pulumi.interpolate`zone ${files.hostedZoneId}` };
            new aws.ecs.Cluster("cluster", { tags });
            new aws.ssm.Parameter("secret", {
                type: "SecureString",
                value: pulumi.secret(files.hostedZoneId),
            });
        });
        const urn = "urn:pulumi:dev::selfhost::";
        const from = `(it depends on ${urn}aws:s3/bucket:Bucket::files): add the output that it reads to plan/types.ts`;
        await assert.rejects(graph, {
            message: [
                `${urn}aws:ecs/cluster:Cluster::cluster: the input \`tags.Zone\` cannot be known in a plan ${from}`,
                `${urn}aws:ssm/parameter:Parameter::secret: the input \`value\` cannot be known in a plan ${from}`,
            ].join("\n"),
        });
    });

    it("names a stack output that cannot be known", async () => {
        const graph = recorded(() => ({ zones: [new aws.s3.Bucket("files", {}).hostedZoneId] }));
        await assert.rejects(graph, {
            message:
                "the stack's output `zones[0]` cannot be known in a plan: add the output that it reads to plan/types.ts",
        });
    });

    it("refuses to read an existing resource as if it were registered", async () => {
        await unheard(async () => {
            await assert.rejects(
                recorded(() => {
                    aws.ec2.Vpc.get("adopted", "vpc-1");
                }),
                {
                    message:
                        'the plan cannot be made: aws:ec2/vpc:Vpc "adopted" is read with `.get`: use a look-up',
                },
            );
        });
    });
});

describe("record: a program that fails", () => {
    const boom = (): never => {
        throw new Error("boom");
    };
    const ways: Readonly<Record<string, () => Record<string, unknown> | undefined>> = {
        "in the program": boom,
        "after a registration": () => {
            new aws.s3.Bucket("files", {});
            return boom();
        },
        "in a component": () => {
            class Broken extends pulumi.ComponentResource {
                constructor() {
                    super("selfhost:index:Broken", "broken", {});
                    boom();
                }
            }
            return { broken: new Broken() };
        },
        "in an apply that nobody reads": () => {
            new aws.s3.Bucket("files", {}).arn.apply(boom);
            return undefined;
        },
        "in an apply that other resources read": () => {
            const bucket = new aws.s3.Bucket("files", {}).arn.apply<string>(boom);
            const policy = new aws.s3.BucketPolicy("policy", { bucket, policy: "{}" });
            new aws.ecs.Cluster("cluster", { tags: { bucket: policy.bucket } });
            return undefined;
        },
        "in an apply that is an output": () => ({ arn: new aws.s3.Bucket("files", {}).arn.apply(boom) }),
        "while something waits for ever": () => {
            new aws.ecs.Cluster("cluster", { name: new Promise<string>(() => undefined) });
            return boom();
        },
    };

    for (const [way, program] of Object.entries(ways)) {
        it(`says what was thrown ${way}, and nobody else hears of it`, async () => {
            await unheard(async () => {
                await assert.rejects(recorded(program), { message: "boom" });
            });
        }).timeout(4000);
    }

    it("reports the very error that was thrown", async () => {
        const thrown = new RangeError("boom");
        const program = (): Promise<undefined> => Promise.reject(thrown);
        await assert.rejects(record(program, BASE), (error) => error === thrown);
    });

    it("leaves the traces of errors that say something as they are", async () => {
        let trace: string | undefined;
        await recorded(() => {
            trace = new Error("boom").stack;
        });
        assert.match(trace ?? "", /^Error: boom\n.*failures\.test\.ts:\d+/);
    });

    it("names what a program waits for when it waits for ever", async () => {
        await unheard(async () => {
            const graph = recorded(() => {
                new aws.ecs.Cluster("cluster", { name: new Promise<string>(() => undefined) });
            });
            setImmediate(() => process.emit("beforeExit", 0));
            await assert.rejects(graph, /"cluster" \[aws:ecs\/cluster:Cluster\] was waiting .* "name"/);
        });
    });
});

describe("record: many runs in one process", () => {
    const zone = (): Promise<Record<string, unknown>> => {
        const config = new pulumi.Config("selfhost");
        const name = config.get("domain") ?? "none";
        new aws.s3.Bucket(`files-${name}`, {});
        const { region } = aws.config;
        return Promise.resolve({ name, region, stack: pulumi.getStack(), secret: config.get("key") ?? null });
    };
    const options = (stack: string): Parameters<typeof record>[1] => ({
        ...BASE,
        stack,
        config: { "selfhost:domain": `${stack}.example.com` },
    });

    it("records the same graph twice", async () => {
        const [first, second] = [await record(zone, options("dev")), await record(zone, options("dev"))];
        assert.deepEqual(first, second);
        assert.equal(JSON.stringify(first), JSON.stringify(second));
    });

    it("lets overlapping calls wait for each other, also after a failure", async () => {
        const failing = record(() => Promise.reject(new Error("boom")), options("broken"));
        const runs = ["dev", "staging", "prod"].map((stack) => record(zone, options(stack)));
        await assert.rejects(failing, { message: "boom" });
        const graphs = await Promise.all(runs);
        assert.deepEqual(
            graphs.map((graph) => [graph.outputs.name, graph.outputs.stack, graph.resources.length]),
            [
                ["dev.example.com", "dev", 2],
                ["staging.example.com", "staging", 2],
                ["prod.example.com", "prod", 2],
            ],
        );
    });

    it("leaves no configuration behind", async () => {
        await record(zone, {
            ...options("dev"),
            config: { "selfhost:key": "k" },
            secretKeys: ["selfhost:key"],
        });
        assert.equal(new pulumi.Config("selfhost").get("key"), undefined);
        const graph = await record(zone, BASE);
        assert.deepEqual(graph.outputs, { name: "none", region: "eu-west-1", stack: "dev", secret: null });
    });

    it("does not carry one run's resources into the next, whatever failed", async () => {
        const waits = recorded(() => {
            new aws.ecs.Cluster("late", {
                name: new Promise<string>((resolve) => setImmediate(resolve, "x")),
            });
            throw new Error("boom");
        });
        await assert.rejects(waits, { message: "boom" });
        const graph = await recorded(() => {
            new aws.s3.Bucket("files", {});
        });
        assert.equal(graph.resources.length, 2);
        assert.equal(ofType(graph, "aws:ecs/cluster:Cluster").length, 0);
    });
});
