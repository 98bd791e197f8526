import * as pulumi from "@pulumi/pulumi";
import * as aws from "@pulumi/aws";
import * as awsx from "@pulumi/awsx";
import { distinct, sortedEntries } from "../settings/order";
import type { Architecture, ImageSource } from "../settings/settings";
import { PLATFORMS } from "./image/platform";
import { standInOf, type StandIn } from "./image/bootstrap";
import { lifecycleOf, movingTags } from "./image/lifecycle";
import { createReleaseParameters, type ReleaseParameters } from "./image/release";
import { invoke, Job } from "./job";
import type { Place } from "./place";
import { rolePath, type Statement } from "./statement";
import {
    cachePrefix,
    digestOf,
    dnsSuffix,
    parseEcrImage,
    repositoryName,
    withoutVersion,
} from "./image/names";

/** Seconds in which the function tags what was released, other tries included. */
const RELEASE_SECONDS = 120;

export interface ImageArgs extends Place {
    /** As AWS knows it. */
    readonly app: string;
    readonly source: ImageSource;
    /** Of the container, and what its health check expects: all that the image before the first release has to know. */
    readonly port: number;
    readonly matcher: string;
    /** Environments of other accounts that promote what is released here, and so pull from the repository. */
    readonly readers: readonly ImageReader[];
    readonly architecture: Architecture;
    /** Of the function that tags what was released. */
    readonly logRetentionDays: number;
}

export interface ImageReader {
    readonly account: string;
    readonly environment: string;
}

/** Where a container's image comes from; the reference is always a digest. */
interface Reference {
    readonly uri: pulumi.Output<string>;
    readonly repositoryArn: pulumi.Output<string>;
    /** Beyond pulling. */
    readonly actions: readonly string[];
    readonly released?: Released;
}

/** What a pipeline needs to know of the image that it releases. */
export interface Released extends ReleaseParameters {
    /** `<registry>/<repository>`, to push to. */
    readonly repositoryUrl: pulumi.Output<string>;
    readonly repositoryName: string;
    readonly repositoryArn: pulumi.Output<string>;
    /** What the container starts instead of the image's own; undefined once something is released. */
    readonly standIn: pulumi.Output<StandIn | undefined>;
    /** Where the image before the first release comes from. */
    readonly bootstrap: Reference;
}

/** An app's image, wherever it comes from, in a registry that the tasks reach without the internet. */
export class Image extends pulumi.ComponentResource {
    /** `<registry>/<repository>@sha256:…`. */
    readonly uri: pulumi.Output<string>;
    readonly repositoryArn: pulumi.Output<string>;
    /** What ECS's execution role needs to pull it. */
    readonly pullStatements: readonly Statement[];
    /** Undefined where no pipeline releases it. */
    readonly released: Released | undefined;

    constructor(name: string, args: ImageArgs, opts?: pulumi.ComponentResourceOptions) {
        super("selfhost:index:Image", name, {}, opts);
        const reference = this.refer(name, args);
        this.uri = reference.uri;
        this.repositoryArn = reference.repositoryArn;
        this.released = reference.released;
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
            case "release":
                return this.release(name, args, args.source);
        }
    }

    /** The structure is the same before and after the first release: nothing but the value of the URI follows it. */
    private release(
        name: string,
        args: ImageArgs,
        source: Extract<ImageSource, { readonly kind: "release" }>,
    ): Reference {
        const repository = this.createRepository(name, args);
        this.letIn(name, args, repository);
        const parameters = createReleaseParameters(name, args, this);
        const { bootstrap: first } = source;
        const bootstrap =
            first.kind === "image"
                ? fixed(args, first.uri)
                : this.cache(name, args, { ...first, credentialArn: undefined });
        const standIn = standInOf(args.port, args.matcher);
        return {
            uri: pulumi
                .all([parameters.release, repository.repositoryUrl, bootstrap.uri])
                .apply(([release, url, before]) =>
                    release === undefined ? before : `${url}@${release.digest}`,
                ),
            repositoryArn: repository.arn,
            actions: [],
            released: {
                ...parameters,
                repositoryUrl: repository.repositoryUrl,
                repositoryName: repositoryName(args.environment, args.app),
                repositoryArn: repository.arn,
                standIn: parameters.release.apply((release) => (release === undefined ? standIn : undefined)),
                bootstrap,
            },
        };
    }

    /** Environments of other accounts copy what was verified here. */
    private letIn(name: string, { readers, partition }: ImageArgs, repository: aws.ecr.Repository): void {
        if (readers.length === 0) {
            return;
        }
        const statement = {
            Sid: "Promote",
            Effect: "Allow",
            Principal: {
                AWS: distinct(readers.map(({ account }) => `arn:${partition}:iam::${account}:root`)),
            },
            Action: [
                "ecr:BatchCheckLayerAvailability",
                "ecr:BatchGetImage",
                "ecr:DescribeImages",
                "ecr:GetDownloadUrlForLayer",
            ],
            // Of the other account, the roles that its environment made.
            Condition: {
                ArnLike: {
                    "aws:PrincipalArn": distinct(
                        readers.map(
                            ({ account, environment }) =>
                                `arn:${partition}:iam::${account}:role${rolePath(environment)}*`,
                        ),
                    ),
                },
            },
        };
        new aws.ecr.RepositoryPolicy(
            `${name}-readers`,
            {
                repository: repository.name,
                policy: JSON.stringify({ Version: "2012-10-17", Statement: [statement] }),
            },
            { parent: this },
        );
    }

    private build(
        name: string,
        args: ImageArgs,
        source: Extract<ImageSource, { readonly kind: "build" }>,
    ): Reference {
        const movingTag = `up-${args.app}`;
        const repository = this.createRepository(name, args);
        this.letIn(name, args, repository);
        const image = new awsx.ecr.Image(
            `${name}-build`,
            {
                repositoryUrl: repository.repositoryUrl,
                // Also the logical name of the image beneath, which must differ between apps with one context.
                imageName: movingTag,
                context: source.context,
                dockerfile: source.dockerfile,
                args: Object.fromEntries(sortedEntries(source.args)),
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
        { environment, app, accountId, logRetentionDays }: ImageArgs,
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
                label: `${app}-image-releases`,
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
                imageTagMutabilityExclusionFilters: movingTags(args.source.kind).map((filter) => ({
                    filter,
                    filterType: "WILDCARD",
                })),
                imageScanningConfiguration: { scanOnPush: true },
                encryptionConfigurations: [{ encryptionType: "AES256" }],
                forceDelete: args.disposable,
            },
            { parent: this, protect: !args.disposable },
        );
        new aws.ecr.LifecyclePolicy(
            `${name}-lifecycle`,
            { repository: repository.name, policy: JSON.stringify(lifecycleOf(args.source.kind)) },
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

/** https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-pull.html */
function pullStatements(reference: Reference): readonly Statement[] {
    const { released } = reference;
    return [
        {
            Sid: "SignInToEcr",
            Effect: "Allow",
            Action: ["ecr:GetAuthorizationToken"],
            // Supports no resource: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerregistry.html
            Resource: "*",
        },
        pullStatement("PullImage", reference),
        ...(released === undefined ? [] : [pullStatement("PullImageBeforeRelease", released.bootstrap)]),
    ];
}

function pullStatement(sid: string, { repositoryArn, actions }: Reference): Statement {
    return {
        Sid: sid,
        Effect: "Allow",
        Action: [
            "ecr:BatchCheckLayerAvailability",
            "ecr:BatchGetImage",
            "ecr:GetDownloadUrlForLayer",
            ...actions,
        ].sort(),
        Resource: [repositoryArn],
    };
}
