/**
 * What environments do to one another, line by line: every call of one in another's account or bucket, decided by the
 * policies of both sides. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html
 */
import assert from "node:assert/strict";
import type { Graph, Json } from "../plan/graph";
import { decide, listOf, type Request, type Statement } from "./bootstrap/iam";
import { statements as bootstrapped, withGitHub } from "./bootstrap/stacks";
import { graphOf } from "./support/planned";

const HERE = { account: "123456789012", region: "eu-west-1" } as const;
const THERE = { account: "210987654321", region: "eu-central-1" } as const;

const DEV = `selfhost:account: "${HERE.account}"
selfhost:delivery: { promotesTo: [{ environment: staging, account: "${THERE.account}", region: ${THERE.region} }] }`;
const STAGING = `aws:region: ${THERE.region}
selfhost:account: "${THERE.account}"`;
const APP = "admin: { email: a@example.com }";
const PROMOTED = `${APP}
pipeline: { promoteFrom: { environment: dev, account: "${HERE.account}", region: ${HERE.region} } }`;

const dev = (lines = APP, config = DEV) => graphOf("wiki", `preset: bookstack\n${lines}`, "dev", config);
const staging = (lines = PROMOTED) => graphOf("wiki", `preset: bookstack\n${lines}`, "staging", STAGING);

/** A plan's texts with ARNs where it has references: who owns a resource is in its name. */
function resolved(graph: Graph, text: string, { account, region }: typeof HERE | typeof THERE): string {
    const arns = graph.resources.map(({ urn, type, inputs, name }): [string, string] => {
        const at = (service: string, rest: string) => `arn:aws:${service}:${region}:${account}:${rest}`;
        const known: Readonly<Record<string, string>> = {
            "aws:s3/bucket:Bucket": `arn:aws:s3:::${textOf(inputs.bucket)}`,
            "aws:ecr/repository:Repository": at("ecr", `repository/${textOf(inputs.name)}`),
            "aws:ssm/parameter:Parameter": at("ssm", `parameter${textOf(inputs.name)}`),
            "aws:codebuild/project:Project": at("codebuild", `project/${textOf(inputs.name)}`),
            "aws:kms/key:Key": at("kms", `key/${name}`),
        };
        return [`\${${urn}.arn}`, known[type] ?? at("other", name)];
    });
    return arns.reduce((all, [reference, arn]) => all.replaceAll(reference, arn), text);
}

function textOf(value: Json | undefined): string {
    return typeof value === "string" ? value : "";
}

/** The statements of the policy that a resource of that name has or is. */
function policyOf(graph: Graph, place: typeof HERE | typeof THERE, name: string, type: RegExp): Statement[] {
    const found = graph.resources.find((one) => one.name === name && type.test(one.type));
    if (found === undefined) {
        return [];
    }
    const document = resolved(graph, textOf(found.inputs.policy), place);
    return (JSON.parse(document) as { Statement: Statement[] }).Statement;
}

const roleIn = (graph: Graph, place: typeof HERE | typeof THERE, role: string) =>
    policyOf(graph, place, `${role}-policy`, /rolePolicy/);
const bucketIn = (graph: Graph, place: typeof HERE | typeof THERE) =>
    policyOf(graph, place, "delivery-bucket-policy", /bucketPolicy/);
const keyIn = (graph: Graph, place: typeof HERE | typeof THERE) =>
    policyOf(graph, place, "delivery-key", /kms\/key/);
const repositoryIn = (graph: Graph, place: typeof HERE | typeof THERE) =>
    policyOf(graph, place, "wiki-image-readers", /repositoryPolicy/);

interface Caller {
    readonly account: string;
    readonly arn: string;
    readonly may: readonly Statement[];
}

/** Both sides have to allow it where they are two accounts, one of them where it is one. */
function allowed(
    { account, arn, may }: Caller,
    owner: string,
    own: readonly Statement[],
    request: Request,
): boolean {
    const context = { "aws:PrincipalArn": arn, "aws:SecureTransport": "true", ...request.context };
    const asked = { ...request, context };
    const root = `arn:aws:iam::${account}:root`;
    // A statement for the account leaves the decision to that account's own policies; one for a role is a grant.
    const addressed = (name: string) => own.filter(({ Principal }) => principals(Principal).includes(name));
    const [byIdentity, byAccount, byName] = [may, addressed(root), addressed(arn)].map((list) =>
        decide(list, asked),
    );
    const refused = decide(addressed("*"), asked) === "denied" || byIdentity === "denied";
    const letIn = byAccount === "allowed" || byName === "allowed";
    return (
        !refused &&
        (account === owner
            ? byIdentity === "allowed" || byName === "allowed"
            : byIdentity === "allowed" && letIn)
    );
}

function principals(principal: unknown): readonly string[] {
    return principal === "*"
        ? ["*"]
        : listOf((principal as { AWS?: string | readonly string[] } | undefined)?.AWS);
}

const builds = (environment: string): Caller => ({
    account: HERE.account,
    arn: `arn:aws:iam::${HERE.account}:role/selfhost-bootstrap/selfhost-${environment}-pipeline-${HERE.region}`,
    may: bootstrapped(withGitHub, `PipelineRole${environment}`),
});

describe("a promotion into another account and region", () => {
    const BUCKET = `arn:aws:s3:::selfhost-delivery-staging-${THERE.account}-${THERE.region}`;
    const KEY = `arn:aws:kms:${THERE.region}:${THERE.account}:key/delivery-key`;
    const FROM = `arn:aws:ecr:${HERE.region}:${HERE.account}:repository/selfhost/dev/wiki`;
    const far = { "aws:RequestedRegion": THERE.region };
    const put = (key: string): Request => ({
        action: "s3:PutObject",
        resource: `${BUCKET}/${key}`,
        context: far,
    });
    const encrypt: Request = {
        action: "kms:GenerateDataKey",
        resource: KEY,
        context: { ...far, "kms:ViaService": `s3.${THERE.region}.amazonaws.com` },
    };
    const PULL = [
        "ecr:BatchCheckLayerAvailability",
        "ecr:BatchGetImage",
        "ecr:DescribeImages",
        "ecr:GetDownloadUrlForLayer",
    ];
    const pull = (action: string): Request => ({ action, resource: FROM });
    const copies = async (role = "wiki-pipeline-image-role"): Promise<Caller> => ({
        account: THERE.account,
        arn: `arn:aws:iam::${THERE.account}:role/selfhost/staging/${role}-1234567`,
        may: roleIn(await staging(), THERE, role),
    });

    it("hands the digest in: the builds of dev write one object, under the receiver's key", async () => {
        const [bucket, key] = [bucketIn(await staging(), THERE), keyIn(await staging(), THERE)];
        assert.ok(allowed(builds("dev"), THERE.account, bucket, put("incoming/wiki.zip")));
        assert.ok(allowed(builds("dev"), THERE.account, key, encrypt));
    });

    it("lets them do nothing else there, and nobody else do it", async () => {
        const [bucket, key] = [bucketIn(await staging(), THERE), keyIn(await staging(), THERE)];
        const get = { ...put("incoming/wiki.zip"), action: "s3:GetObject" };
        for (const request of [put("program.zip"), put("selfhost-staging-wiki/Source/x"), get]) {
            assert.ok(!allowed(builds("dev"), THERE.account, bucket, request), JSON.stringify(request));
        }
        assert.ok(!allowed(builds("prod"), THERE.account, bucket, put("incoming/wiki.zip")));
        const stranger: Caller = { ...builds("dev"), account: "333333333333" };
        assert.ok(!allowed(stranger, THERE.account, bucket, put("incoming/wiki.zip")));
        const task = { ...builds("dev"), arn: `arn:aws:iam::${HERE.account}:role/selfhost/dev/wiki-task-1` };
        assert.ok(!allowed(task, THERE.account, bucket, put("incoming/wiki.zip")));
        assert.ok(!allowed(task, THERE.account, key, encrypt));
        const plain = { ...put("incoming/wiki.zip"), context: { ...far, "aws:SecureTransport": "false" } };
        assert.ok(!allowed(builds("dev"), THERE.account, bucket, plain));
    });

    it("starts there by an event of that account's own, so that none crosses the border", async () => {
        const rule = (await staging()).resources.find(({ name }) => name === "wiki-pipeline-start");
        const { detail } = JSON.parse(textOf(rule?.inputs.eventPattern)) as { detail: Json };
        assert.deepEqual(detail, {
            bucket: { name: [BUCKET.replace("arn:aws:s3:::", "")] },
            object: { key: ["incoming/wiki.zip"] },
        });
        assert.equal(rule?.inputs.eventBusName, undefined);
    });

    it("reads what came in with the key that it came in under", async () => {
        const [bucket, key] = [bucketIn(await staging(), THERE), keyIn(await staging(), THERE)];
        const source = await copies("wiki-pipeline-source");
        const read = { action: "s3:GetObjectVersion", resource: `${BUCKET}/incoming/wiki.zip` };
        assert.ok(allowed(source, THERE.account, bucket, read));
        assert.ok(allowed(source, THERE.account, key, { action: "kms:Decrypt", resource: KEY }));
    });

    for (const [how, graph] of [
        ["`up` has built", () => dev()],
        [
            "a pipeline has built",
            () => dev(`${APP}\npipeline: { source: { s3: { bucket: sources, key: wiki.zip } } }`),
        ],
    ] as const) {
        it(`pulls the image that ${how}, from the one repository, by the one role`, async () => {
            const [repository, copy] = [repositoryIn(await graph(), HERE), await copies()];
            for (const action of PULL) {
                assert.ok(allowed(copy, HERE.account, repository, pull(action)), action);
            }
            assert.ok(!allowed(copy, HERE.account, repository, pull("ecr:PutImage")));
            const elsewhere = { ...copy, arn: copy.arn.replace("/selfhost/staging/", "/selfhost/prod/") };
            assert.ok(!allowed(elsewhere, HERE.account, repository, pull("ecr:BatchGetImage")));
            const signIn = { action: "ecr:GetAuthorizationToken", resource: "*" };
            assert.equal(decide(copy.may, signIn), "allowed");
            for (const role of ["wiki-pipeline-source", "wiki-pipeline-role"]) {
                assert.ok(!allowed(await copies(role), HERE.account, repository, pull("ecr:BatchGetImage")));
            }
        });
    }

    it("looks at no parameter of the other account, and at no bucket of it", async () => {
        for (const role of ["wiki-pipeline-image-role", "wiki-pipeline-source", "wiki-pipeline-role"]) {
            const others = (await copies(role)).may
                .flatMap(({ Resource }) => listOf(Resource))
                .filter((arn) => arn.includes(HERE.account));
            assert.deepEqual(others, role.includes("image") ? [FROM] : [], role);
        }
    });

    it("needs both to name the other", async () => {
        const alone = bucketIn(await staging(`${APP}\npipeline: { promoteFrom: dev }`), THERE);
        assert.ok(!allowed(builds("dev"), THERE.account, alone, put("incoming/wiki.zip")));
        const silent = repositoryIn(await dev(APP, `selfhost:account: "${HERE.account}"`), HERE);
        assert.ok(!allowed(await copies(), HERE.account, silent, pull("ecr:BatchGetImage")));
    });
});

describe("a pipeline that goes on to another environment of the account", () => {
    const lines = `preset: web
pipeline:
  source: { s3: { bucket: sources, key: api.zip } }
  stages: [{ environment: prod }]`;
    const graph = () => graphOf("api", lines, "dev", `selfhost:account: "${HERE.account}"`);
    const own = async (role: string): Promise<Caller> => ({
        account: HERE.account,
        arn: `arn:aws:iam::${HERE.account}:role/selfhost/dev/${role}-1234567`,
        may: roleIn(await graph(), HERE, role),
    });
    const bucket = (environment: string) =>
        `arn:aws:s3:::selfhost-delivery-${environment}-${HERE.account}-${HERE.region}`;
    const at = (service: string, rest: string) => `arn:aws:${service}:${HERE.region}:${HERE.account}:${rest}`;

    it("lets that one's builds read what it hands them, and no other's", async () => {
        const policy = bucketIn(await graph(), HERE);
        const near = { "aws:RequestedRegion": HERE.region };
        for (const action of ["s3:GetObject", "s3:GetObjectVersion"]) {
            const read = {
                action,
                resource: `${bucket("dev")}/selfhost-dev-api/Program-pr/x`,
                context: near,
            };
            assert.ok(allowed(builds("prod"), HERE.account, policy, read), action);
            assert.ok(!allowed(builds("staging"), HERE.account, policy, read), action);
            const program = { ...read, resource: `${bucket("dev")}/program.zip` };
            assert.ok(!allowed(builds("prod"), HERE.account, policy, program), action);
        }
    });

    it("starts its builds, takes its program, and fills its repository", async () => {
        const pipeline = await own("api-pipeline-role");
        const [source, image] = [await own("api-pipeline-source"), await own("api-pipeline-image-role")];
        const may = (caller: Caller, action: string, resource: string) =>
            allowed(caller, HERE.account, [], { action, resource });
        assert.ok(may(pipeline, "codebuild:StartBuild", at("codebuild", "project/selfhost-prod-deploy")));
        assert.ok(may(source, "s3:GetObjectVersion", `${bucket("prod")}/program.zip`));
        assert.ok(may(source, "s3:GetBucketVersioning", bucket("prod")));
        assert.ok(may(image, "ecr:PutImage", at("ecr", "repository/selfhost/prod/api")));
        assert.ok(may(image, "ssm:GetParameter", at("ssm", "parameter/selfhost/prod/releases/api")));
        assert.ok(!may(image, "ssm:PutParameter", at("ssm", "parameter/selfhost/prod/releases/api")));
        assert.ok(!may(source, "s3:GetObject", `${bucket("prod")}/incoming/api.zip`));
    });

    it("leaves what only that one's own role may do to that one", () => {
        const may = (action: string, resource: string, environment: string) =>
            allowed(builds("prod"), HERE.account, [], {
                action,
                resource,
                context: {
                    "aws:RequestedRegion": HERE.region,
                    "aws:ResourceTag/selfhost:environment": environment,
                },
            });
        const release = (environment: string) => at("ssm", `parameter/selfhost/${environment}/releases/api`);
        assert.ok(may("ssm:PutParameter", release("prod"), "prod"));
        assert.ok(!may("ssm:PutParameter", release("dev"), "dev"));
    });
});
