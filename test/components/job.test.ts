import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import type * as pulumi from "@pulumi/pulumi";
import { type Call, FILES, invoke, Job, type JobArgs, type JobHandler } from "../../components/job";
import type { Graph } from "../../plan/graph";
import { assertParents, named, ofType, only, reference, statementsIn } from "../support/graph";
import { ACCOUNT, recorded } from "../support/recorded";

const ARGS: JobArgs = {
    environment: "prod",
    handler: "release",
    statements: [
        {
            Sid: "Tag",
            Effect: "Allow",
            Action: ["ecr:PutImage"],
            Resource: ["arn:aws:ecr:eu-west-1:1:repository/x"],
        },
    ],
    timeoutSeconds: 60,
    logRetentionDays: 30,
    accountId: ACCOUNT,
};

const recordJob = (args: Partial<JobArgs> = {}): Promise<Graph> =>
    recorded(() => ({ functionName: new Job("wiki-tags", { ...ARGS, ...args }).functionName }));

const recordCall = (call: Call): Promise<Graph> =>
    recorded(() => {
        const job = new Job("wiki-tags", ARGS);
        const opts: pulumi.CustomResourceOptions = {};
        return { result: invoke("wiki-release", job, call, opts).result };
    });

describe("Job", () => {
    it("runs the handler on ARM, with the runtime that has the SDK", async () => {
        const graph = await recordJob();
        const { inputs } = only(graph, "aws:lambda/function:Function");
        assert.equal(inputs.runtime, "nodejs22.x");
        assert.deepEqual(inputs.architectures, ["arm64"]);
        assert.equal(inputs.handler, "release/index.handler");
        assert.equal(inputs.timeout, 60);
        assert.equal(inputs.memorySize, 256);
        assert.equal(inputs.vpcConfig, undefined);
        assertParents(graph, "wiki-tags");
    });

    it("writes to a log of its own that forgets, made before the function", async () => {
        const graph = await recordJob();
        const log = only(graph, "aws:cloudwatch/logGroup:LogGroup");
        const lambda = only(graph, "aws:lambda/function:Function");
        assert.equal(log.inputs.name, "/selfhost/prod/jobs/wiki-tags");
        assert.equal(log.inputs.retentionInDays, 30);
        assert.ok(lambda.propertyDependencies.loggingConfig?.includes(log.urn));
        assert.match(JSON.stringify(lambda.inputs.loggingConfig), /"logFormat":"JSON"/);
    });

    it("trusts Lambda on behalf of this account alone", async () => {
        const role = only(await recordJob(), "aws:iam/role:Role");
        assert.deepEqual(statementsIn(role.inputs.assumeRolePolicy), {
            LambdaOfThisAccount: {
                Sid: "LambdaOfThisAccount",
                Effect: "Allow",
                Principal: { Service: "lambda.amazonaws.com" },
                Action: "sts:AssumeRole",
                Condition: { StringEquals: { "aws:SourceAccount": ACCOUNT } },
            },
        });
    });

    it("may do what its statements say, and write its own log, and nothing else", async () => {
        const graph = await recordJob();
        const log = only(graph, "aws:cloudwatch/logGroup:LogGroup");
        const { Tag, WriteLog, ...others } = statementsIn(
            only(graph, "aws:iam/rolePolicy:RolePolicy").inputs.policy,
        );
        assert.deepEqual(Tag, ARGS.statements[0]);
        assert.deepEqual(WriteLog?.Action, ["logs:CreateLogStream", "logs:PutLogEvents"]);
        assert.deepEqual(WriteLog.Resource, [`${reference(log, "arn")}:*`]);
        assert.deepEqual(others, {});
        assert.deepEqual(ofType(graph, "aws:iam/rolePolicyAttachment:RolePolicyAttachment"), []);
    });
});

describe("invoking a job", () => {
    it("waits until the role may do its work", async () => {
        const graph = await recordCall({ input: { digest: "x" }, scope: "CREATE_ONLY" });
        const call = only(graph, "aws:lambda/invocation:Invocation");
        for (const needed of ["wiki-tags-policy", "wiki-tags-function"]) {
            assert.ok(call.dependencies.includes(named(graph, needed).urn), needed);
        }
        assert.equal(call.inputs.functionName, reference(named(graph, "wiki-tags-function"), "name"));
        assert.equal(call.inputs.input, '{"digest":"x"}');
    });

    it("is an invocation of its own for another input, and no update, which would be lost if it failed", async () => {
        const input = { user: "wiki_1", port: 3306 };
        const told = only(await recordCall({ input, scope: "CRUD" }), "aws:lambda/invocation:Invocation");
        assert.equal(told.inputs.lifecycleScope, "CRUD");
        assert.deepEqual(told.inputs.triggers, { input: '{"user":"wiki_1","port":3306}' });
        assert.equal(told.inputs.terraformKey, "tf");
        const untold = only(
            await recordCall({ input, scope: "CREATE_ONLY" }),
            "aws:lambda/invocation:Invocation",
        );
        assert.equal(untold.inputs.lifecycleScope, "CREATE_ONLY");
        assert.equal(untold.inputs.triggers, undefined);
    });

    it("takes the trigger that it is given", async () => {
        const graph = await recordCall({ input: { a: 1 }, scope: "CRUD", triggers: { image: "sha256:1" } });
        assert.deepEqual(only(graph, "aws:lambda/invocation:Invocation").inputs.triggers, {
            image: "sha256:1",
        });
    });

    it("keeps its own permissions until after its deletion", async () => {
        const statement = {
            Sid: "Drop",
            Effect: "Allow",
            Action: ["rds-data:ExecuteStatement"],
            Resource: ["arn:x"],
        } as const;
        const graph = await recordCall({ input: {}, scope: "CRUD", statements: [statement] });
        const policy = named(graph, "wiki-release-policy");
        assert.deepEqual(statementsIn(policy.inputs.policy), { Drop: statement });
        assert.ok(only(graph, "aws:lambda/invocation:Invocation").dependencies.includes(policy.urn));
    });
});

describe("the files of a handler", () => {
    const root = path.join(__dirname, "../../lambda");

    /** What a file imports, and what that imports. */
    function reach(file: string, seen: Set<string> = new Set<string>()): Set<string> {
        if (!seen.has(file)) {
            seen.add(file);
            const text = readFileSync(path.join(root, file), "utf8");
            for (const [, imported = ""] of text.matchAll(/^(?:import|export) .*?from "(\.[^"]+)"/gms)) {
                reach(path.posix.join(path.posix.dirname(file), imported), seen);
            }
        }
        return seen;
    }

    for (const handler of Object.keys(FILES) as JobHandler[]) {
        it(`are all that it imports, and no more: ${handler}`, async () => {
            const needed = [...reach(`${handler}/index.mjs`)].sort();
            const packed: readonly string[] = FILES[handler];
            const missing = needed.filter((file) => !packed.includes(file));
            assert.deepEqual(missing, []);
            const extra = packed.filter((file) => !needed.includes(file) && !file.startsWith("shared/"));
            assert.deepEqual(extra, []);
            const lambda = only(await recordJob({ handler }), "aws:lambda/function:Function");
            assert.ok(packed.every((file) => JSON.stringify(lambda.inputs.code).includes(file)));
        });
    }

    it("leave no handler out", () => {
        const folders = readdirSync(root).filter((folder) => folder !== "shared");
        assert.deepEqual(folders.sort(), Object.keys(FILES).sort());
    });

    it("export what Lambda looks for, and import no package but the SDK, when it is first needed", async () => {
        for (const handler of Object.keys(FILES) as JobHandler[]) {
            const loaded = (await import(`../../lambda/${handler}/index.mjs`)) as { handler: unknown };
            assert.equal(typeof loaded.handler, "function");
            assert.equal(
                (loaded.handler as () => unknown).length,
                2,
                "Lambda takes three parameters for a callback",
            );
            for (const file of reach(`${handler}/index.mjs`)) {
                const text = readFileSync(path.join(root, file), "utf8");
                for (const [, imported = ""] of text.matchAll(/from "([^"]+)"/g)) {
                    assert.match(imported, /^(\.|node:)/, file);
                }
            }
        }
    });
});
