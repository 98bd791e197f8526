import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { Image, type ImageArgs } from "../../components/image";
import type { Graph, Json } from "../../plan/graph";
import type { ImageSource } from "../../settings/settings";
import { assertParents, jsonIn, named, ofType, only, statementsIn } from "../support/graph";
import { ACCOUNT, REGION, recorded, remembered } from "../support/recorded";

const DIGEST = `sha256:${"a".repeat(64)}`;
const BUILD: ImageSource = {
    kind: "build",
    context: "docker/wiki",
    dockerfile: "docker/wiki/Dockerfile",
    args: { B: "2", A: "1" },
};
const CACHED: ImageSource = {
    kind: "cached",
    registry: "public.ecr.aws",
    image: `docker/library/httpd@${DIGEST}`,
    credentialArn: undefined,
};

const recordImage = remembered((source: ImageSource, change: Partial<ImageArgs> = {}): Promise<Graph> => {
    return recorded(() => {
        const image = new Image("wiki-image", {
            environment: "prod",
            app: "wiki",
            source,
            port: 80,
            matcher: "200-299",
            readers: [],
            architecture: "ARM64",
            disposable: false,
            partition: "aws",
            region: REGION,
            accountId: ACCOUNT,
            logRetentionDays: 30,
            ...change,
        });
        return {
            uri: image.uri,
            repositoryArn: image.repositoryArn,
            pullStatements: pulumi.output(image.pullStatements),
        };
    });
});

describe("an image that `up` builds", () => {
    it("has every resource below its component", async () => {
        assertParents(await recordImage(BUILD), "wiki-image");
    });

    it("is pushed to a repository whose tags never move, but the one that `up` moves", async () => {
        const { inputs } = only(await recordImage(BUILD), "aws:ecr/repository:Repository");
        assert.equal(inputs.name, "selfhost/prod/wiki");
        assert.equal(inputs.imageTagMutability, "IMMUTABLE_WITH_EXCLUSION");
        assert.deepEqual(inputs.imageTagMutabilityExclusionFilters, [
            { filter: "up-*", filterType: "WILDCARD" },
        ]);
    });

    it("is scanned when it is pushed", async () => {
        const { inputs } = only(await recordImage(BUILD), "aws:ecr/repository:Repository");
        assert.deepEqual(inputs.imageScanningConfiguration, { scanOnPush: true });
    });

    it("is encrypted", async () => {
        const { inputs } = only(await recordImage(BUILD), "aws:ecr/repository:Repository");
        assert.deepEqual(inputs.encryptionConfigurations, [{ encryptionType: "AES256" }]);
    });

    it("is protected with its repository, but not in an environment that may be thrown away", async () => {
        const kept = only(await recordImage(BUILD), "aws:ecr/repository:Repository");
        assert.deepEqual([kept.options.protect, kept.inputs.forceDelete], [true, false]);
        const gone = only(await recordImage(BUILD, { disposable: true }), "aws:ecr/repository:Repository");
        assert.deepEqual([gone.options.protect, gone.inputs.forceDelete], [false, true]);
    });

    it("expires only where it has no tag", async () => {
        const { inputs } = only(await recordImage(BUILD), "aws:ecr/lifecyclePolicy:LifecyclePolicy");
        const { rules } = jsonIn(inputs.policy) as {
            rules: readonly { selection: { tagStatus: string; countNumber: number } }[];
        };
        assert.deepEqual(
            rules.map(({ selection }) => [selection.tagStatus, selection.countNumber]),
            [["untagged", 14]],
        );
    });

    it("is built from its folder for the tasks' architecture, under a name that no other app has", async () => {
        const { inputs } = only(await recordImage(BUILD), "awsx:ecr:Image");
        assert.deepEqual(inputs, {
            args: { A: "1", B: "2" },
            context: "docker/wiki",
            dockerfile: "docker/wiki/Dockerfile",
            imageName: "up-wiki",
            platform: "linux/arm64",
            repositoryUrl: `\${${named(await recordImage(BUILD), "wiki-image-repository").urn}.repositoryUrl}`,
        });
        const other = only(await recordImage(BUILD, { architecture: "X86_64" }), "awsx:ecr:Image");
        assert.equal(other.inputs.platform, "linux/amd64");
    });

    it("stays in ECR when the next one is built", async () => {
        assert.equal(only(await recordImage(BUILD), "awsx:ecr:Image").options.retainOnDelete, true);
    });

    it("is what the containers refer to", async () => {
        const graph = await recordImage(BUILD);
        assert.equal(graph.outputs.uri, `\${${only(graph, "awsx:ecr:Image").urn}.imageUri}`);
    });

    it("gets a tag for each digest that is deployed, from a function that can do nothing else", async () => {
        const graph = await recordImage(BUILD);
        const { urn: repository } = only(graph, "aws:ecr/repository:Repository");
        const { inputs } = only(graph, "aws:lambda/invocation:Invocation");
        assert.equal(inputs.lifecycleScope, "CREATE_ONLY");
        assert.deepEqual(jsonIn(inputs.input), {
            repository: "selfhost/prod/wiki",
            digest: graph.outputs.uri,
        });
        const { WriteLog, ...others } = statementsIn(
            named(graph, "wiki-image-releases-policy").inputs.policy,
        );
        assert.ok(WriteLog);
        assert.deepEqual(others, {
            TagRelease: {
                Sid: "TagRelease",
                Effect: "Allow",
                Action: ["ecr:BatchGetImage", "ecr:PutImage"],
                Resource: [`\${${repository}.arn}`],
            },
        });
    });

    it("can be pulled by the execution role, from this repository alone", async () => {
        const graph = await recordImage(BUILD);
        const { urn: repository } = only(graph, "aws:ecr/repository:Repository");
        assert.deepEqual(graph.outputs.pullStatements, [
            { Sid: "SignInToEcr", Effect: "Allow", Action: ["ecr:GetAuthorizationToken"], Resource: "*" },
            {
                Sid: "PullImage",
                Effect: "Allow",
                Action: [
                    "ecr:BatchCheckLayerAvailability",
                    "ecr:BatchGetImage",
                    "ecr:GetDownloadUrlForLayer",
                ],
                Resource: [`\${${repository}.arn}`],
            },
        ]);
    });
});

describe("a fixed image in ECR", () => {
    const uri = `210987654321.dkr.ecr.eu-central-1.amazonaws.com/team/wiki@${DIGEST}`;

    it("is used as it is and makes no resource", async () => {
        const graph = await recordImage({ kind: "image", uri });
        assert.equal(graph.outputs.uri, uri);
        assert.deepEqual(
            graph.resources.filter(({ custom }) => custom).map(({ name }) => name),
            [],
        );
    });

    it("can be pulled from its own repository, account and region", async () => {
        const graph = await recordImage({ kind: "image", uri });
        assert.equal(
            graph.outputs.repositoryArn,
            "arn:aws:ecr:eu-central-1:210987654321:repository/team/wiki",
        );
    });
});

describe("a fixed image of another registry", () => {
    it("comes through ECR's cache, in the environment's own corner of it", async () => {
        const graph = await recordImage(CACHED);
        const rule = only(graph, "aws:ecr/pullThroughCacheRule:PullThroughCacheRule");
        assert.deepEqual(rule.inputs, {
            ecrRepositoryPrefix: "prod-wiki",
            upstreamRegistryUrl: "public.ecr.aws",
        });
        assert.equal(
            graph.outputs.uri,
            `\${${rule.urn}.registryId}.dkr.ecr.${REGION}.amazonaws.com/prod-wiki/docker/library/httpd@${DIGEST}`,
        );
    });

    it("signs in where the registry wants it", async () => {
        const credentialArn = `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:ecr-pullthroughcache/hub-AbCdEf`;
        const graph = await recordImage({ ...CACHED, registry: "registry-1.docker.io", credentialArn });
        const { inputs } = only(graph, "aws:ecr/pullThroughCacheRule:PullThroughCacheRule");
        assert.equal(inputs.credentialArn, credentialArn);
    });

    it("can be imported and pulled by the execution role, that image alone", async () => {
        const graph = await recordImage(CACHED);
        const rule = only(graph, "aws:ecr/pullThroughCacheRule:PullThroughCacheRule");
        const [, pull] = graph.outputs.pullStatements as readonly { Action: Json; Resource: Json }[];
        assert.deepEqual(pull?.Action, [
            "ecr:BatchCheckLayerAvailability",
            "ecr:BatchGetImage",
            "ecr:BatchImportUpstreamImage",
            "ecr:CreateRepository",
            "ecr:GetDownloadUrlForLayer",
        ]);
        assert.deepEqual(pull.Resource, [
            `arn:aws:ecr:${REGION}:\${${rule.urn}.registryId}:repository/prod-wiki/docker/library/httpd`,
        ]);
    });

    it("needs neither a repository nor a build", async () => {
        const graph = await recordImage(CACHED);
        assert.deepEqual(ofType(graph, "aws:ecr/repository:Repository"), []);
        assert.deepEqual(ofType(graph, "awsx:ecr:Image"), []);
        assert.deepEqual(ofType(graph, "aws:lambda/function:Function"), []);
    });
});
