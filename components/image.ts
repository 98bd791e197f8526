import * as pulumi from "@pulumi/pulumi";
import * as aws from "@pulumi/aws";
import * as awsx from "@pulumi/awsx";
import type { Architecture, ImageSource } from "../settings/settings";
import { invoke, Job } from "./job";
import type { Statement } from "./statement";
import {
    cachePrefix,
    digestOf,
    dnsSuffix,
    parseEcrImage,
    repositoryName,
    withoutVersion,
} from "./image/names";

/** Days that an image without a tag stays: built but never released. */
const UNTAGGED_DAYS = 14;

const RELEASE_SECONDS = 120;

const PLATFORMS: Readonly<Record<Architecture, string>> = { ARM64: "linux/arm64", X86_64: "linux/amd64" };

export interface ImageArgs {
    readonly environment: string;
    readonly app: string;
    readonly source: ImageSource;
    readonly architecture: Architecture;
    readonly disposable: boolean;
    readonly partition: string;
    readonly region: string;
    readonly accountId: pulumi.Input<string>;
    /** Of the function that tags what was released. */
    readonly logRetentionDays: number;
}

/** Where a container's image comes from; the reference is always a digest. */
interface Reference {
    readonly uri: pulumi.Output<string>;
    readonly repositoryArn: pulumi.Output<string>;
    /** Beyond pulling. */
    readonly actions: readonly string[];
}

/** An app's image, wherever it comes from, in a registry that the tasks reach without the internet. */
export class Image extends pulumi.ComponentResource {
    /** `<registry>/<repository>@sha256:…`. */
    readonly uri: pulumi.Output<string>;
    readonly repositoryArn: pulumi.Output<string>;
    /** What ECS's execution role needs to pull it. */
    readonly pullStatements: readonly Statement[];

    constructor(name: string, args: ImageArgs, opts?: pulumi.ComponentResourceOptions) {
        super("selfhost:index:Image", name, {}, opts);
        const reference = this.refer(name, args);
        this.uri = reference.uri;
        this.repositoryArn = reference.repositoryArn;
        this.pullStatements = pullStatements(reference);
        this.registerOutputs({ uri: this.uri, repositoryArn: this.repositoryArn });
    }

    private refer(name: string, args: ImageArgs): Reference {
        switch (args.source.kind) {
            case "build":
                return this.build(name, args, args.source);
            case "image":
                return fixed(args, args.source.uri);
            case "cached":
                return this.cache(name, args, args.source);
        }
    }

    private build(
        name: string,
        args: ImageArgs,
        source: Extract<ImageSource, { readonly kind: "build" }>,
    ): Reference {
        const movingTag = `up-${args.app}`;
        const repository = this.createRepository(name, args);
        const image = new awsx.ecr.Image(
            `${name}-build`,
            {
                repositoryUrl: repository.repositoryUrl,
                // Also the logical name of the image beneath, which must differ between apps with one context.
                imageName: movingTag,
                context: source.context,
                dockerfile: source.dockerfile,
                args: sorted(source.args),
                platform: PLATFORMS[args.architecture],
            },
            // Replacing the image beneath would delete the manifest that tasks run, and may return to.
            { parent: this, retainOnDelete: true },
        );
        this.tagRelease(name, args, repository, image.imageUri);
        return { uri: image.imageUri, repositoryArn: repository.arn, actions: [] };
    }

    /** Each digest that was deployed gets a tag that never moves: the lifecycle leaves tagged images alone. */
    private tagRelease(
        name: string,
        { environment, accountId, logRetentionDays }: ImageArgs,
        repository: aws.ecr.Repository,
        uri: pulumi.Output<string>,
    ): void {
        const tag: Statement = {
            Sid: "TagRelease",
            Effect: "Allow",
            Action: ["ecr:BatchGetImage", "ecr:PutImage"],
            Resource: [repository.arn],
        };
        const job = new Job(
            `${name}-releases`,
            {
                environment,
                handler: "release",
                statements: [tag],
                timeoutSeconds: RELEASE_SECONDS,
                logRetentionDays,
                accountId,
            },
            { parent: this },
        );
        const input = { repository: repository.name, digest: uri.apply(digestOf) };
        invoke(`${name}-release`, job, { input, scope: "CREATE_ONLY" }, { parent: this });
    }

    private createRepository(name: string, args: ImageArgs): aws.ecr.Repository {
        const repository = new aws.ecr.Repository(
            `${name}-repository`,
            {
                name: repositoryName(args.environment, args.app),
                imageTagMutability: "IMMUTABLE_WITH_EXCLUSION",
                imageTagMutabilityExclusionFilters: [{ filter: "up-*", filterType: "WILDCARD" }],
                imageScanningConfiguration: { scanOnPush: true },
                encryptionConfigurations: [{ encryptionType: "AES256" }],
                forceDelete: args.disposable,
            },
            { parent: this, protect: !args.disposable },
        );
        new aws.ecr.LifecyclePolicy(
            `${name}-lifecycle`,
            { repository: repository.name, policy: JSON.stringify(lifecycle()) },
            { parent: this },
        );
        return repository;
    }

    private cache(
        name: string,
        args: ImageArgs,
        source: Extract<ImageSource, { readonly kind: "cached" }>,
    ): Reference {
        const rule = new aws.ecr.PullThroughCacheRule(
            `${name}-cache`,
            {
                ecrRepositoryPrefix: cachePrefix(args.environment, args.app),
                upstreamRegistryUrl: source.registry,
                credentialArn: source.credentialArn,
            },
            { parent: this },
        );
        const { partition, region } = args;
        const registry = pulumi.interpolate`${rule.registryId}.dkr.ecr.${region}.${dnsSuffix(partition)}`;
        const repository = pulumi.interpolate`${rule.ecrRepositoryPrefix}/${withoutVersion(source.image)}`;
        return {
            uri: pulumi.interpolate`${registry}/${rule.ecrRepositoryPrefix}/${source.image}`,
            repositoryArn: pulumi.interpolate`arn:${partition}:ecr:${region}:${rule.registryId}:repository/${repository}`,
            // https://docs.aws.amazon.com/AmazonECR/latest/userguide/pull-through-cache-iam.html
            actions: ["ecr:BatchImportUpstreamImage", "ecr:CreateRepository"],
        };
    }
}

function fixed({ partition }: ImageArgs, uri: string): Reference {
    const image = parseEcrImage(uri);
    if (image === undefined) {
        throw new Error(`\`${uri}\` must be in a private ECR registry. Settings let nothing else through.`);
    }
    const { region, accountId, repository } = image;
    return {
        uri: pulumi.output(uri),
        repositoryArn: pulumi.output(`arn:${partition}:ecr:${region}:${accountId}:repository/${repository}`),
        actions: [],
    };
}

/** Tagged images stay: what an environment runs, or may return to, has a tag of its own. */
function lifecycle() {
    return {
        rules: [
            {
                rulePriority: 1,
                description: "Images that were never released",
                selection: {
                    tagStatus: "untagged",
                    countType: "sinceImagePushed",
                    countUnit: "days",
                    countNumber: UNTAGGED_DAYS,
                },
                action: { type: "expire" },
            },
        ],
    };
}

/** https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-pull.html */
function pullStatements({ repositoryArn, actions }: Reference): readonly Statement[] {
    return [
        {
            Sid: "SignInToEcr",
            Effect: "Allow",
            Action: ["ecr:GetAuthorizationToken"],
            // Supports no resource: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerregistry.html
            Resource: "*",
        },
        {
            Sid: "PullImage",
            Effect: "Allow",
            Action: [
                "ecr:BatchCheckLayerAvailability",
                "ecr:BatchGetImage",
                "ecr:GetDownloadUrlForLayer",
                ...actions,
            ].sort(),
            Resource: [repositoryArn],
        },
    ];
}

function sorted(args: Readonly<Record<string, string>>): Record<string, string> {
    return Object.fromEntries(Object.entries(args).sort(([a], [b]) => (a < b ? -1 : 1)));
}
