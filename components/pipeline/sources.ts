/** Where an app's pipeline gets its releases from: source actions, what their role may do, and what starts the pipeline. */
import * as pulumi from "@pulumi/pulumi";
import * as aws from "@pulumi/aws";
import { bucketName } from "../../settings/delivery";
import type { CodeCommitSource, GitSource, PipelineSource, Start } from "../../settings/pipeline";
import { dnsSuffix, repositoryName } from "../image/names";
import type { Statement } from "../statement";
import { type Action, ARTIFACTS, codecommitSource, ecrSource, gitSource, s3Source } from "./actions";
import type { PipelineArgs } from "./args";
import { programOf } from "./stages";
import { commitRule, gitTriggers, imageRule, objectRule, type StartRule } from "./triggers";

export interface Origin {
    readonly actions: readonly Action[];
    readonly statements: readonly Statement[];
    readonly triggers: aws.types.input.codepipeline.PipelineTrigger[];
    /** Of EventBridge; undefined: there is none. */
    readonly rule: StartRule | undefined;
    /** Of the image, where the origin is one. */
    readonly from: From | undefined;
    /** Variables of the action that builds or copies the image. */
    readonly variables: Readonly<Record<string, string>>;
    /** Of the repository, for people. */
    readonly url: string;
}

export interface From {
    /** `<registry>/<repository>`. */
    readonly repositoryUrl: string;
    readonly repositoryArn: string;
    /** File of the artifact that names the digest. */
    readonly file: string;
}

const REQUESTED = { REQUESTED: "#{variables.digest}" };

/** With the role of the source actions, which is there before anything that it may do. */
export function originOf(
    name: string,
    args: PipelineArgs,
    roleArn: pulumi.Input<string>,
    parent: pulumi.Resource,
): Origin {
    const { settings } = args;
    const own = sourceOf(name, settings.source, args, roleArn, parent);
    return {
        ...own,
        actions: [...own.actions, ...programs(args, roleArn)],
        statements: [...own.statements, ...programStatements(args)],
    };
}

function sourceOf(
    name: string,
    source: PipelineSource,
    args: PipelineArgs,
    roleArn: pulumi.Input<string>,
    parent: pulumi.Resource,
): Origin {
    switch (source.kind) {
        case "git":
        case "codecommit":
            return sourcesOf(name, source, args.settings.start, args, roleArn, parent);
        case "ecr":
            return imageOrigin(source.repository, source.tag, args, roleArn);
        case "s3":
            return objectOrigin(source.bucket, source.key, args, roleArn);
        case "promotion":
            return promotionOrigin(source, args, roleArn);
        case "stage":
            throw new Error(`${args.app.name} has no pipeline of its own`);
    }
}

/** A repository of sources, of the app's own pipeline or of the one that builds its image. */
export function sourcesOf(
    name: string,
    source: GitSource | CodeCommitSource,
    start: Start,
    args: PipelineArgs,
    roleArn: pulumi.Input<string>,
    parent: pulumi.Resource,
): Origin {
    const variables = { COMMIT: `#{${ARTIFACTS.source}.CommitId}`, ...REQUESTED };
    const common = { from: undefined, variables } as const;
    if (source.kind === "git") {
        const connection = args.delivery.connectionArn(source.provider);
        return {
            ...common,
            actions: [gitSource(ARTIFACTS.source, source, connection, roleArn)],
            statements: [connectionStatement(connection)],
            triggers: gitTriggers(ARTIFACTS.source, source, start),
            rule: undefined,
            url: repositoryUrl(source),
        };
    }
    const { partition, region, accountId } = args;
    const created = source.create
        ? new aws.codecommit.Repository(
              `${name}-sources`,
              { repositoryName: source.repository, description: `Sources of ${args.app.name}` },
              { parent, protect: true },
          )
        : undefined;
    const arn = `arn:${partition}:codecommit:${region}:${accountId}:${source.repository}`;
    return {
        ...common,
        actions: [codecommitSource(source, created?.repositoryName ?? source.repository, roleArn)],
        statements: [
            {
                Sid: "ReadSources",
                Effect: "Allow",
                // https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CodeCommit.html
                Action: [
                    "codecommit:CancelUploadArchive",
                    "codecommit:GetBranch",
                    "codecommit:GetCommit",
                    "codecommit:GetRepository",
                    "codecommit:GetUploadArchiveStatus",
                    "codecommit:UploadArchive",
                ],
                Resource: [arn],
            },
        ],
        triggers: [],
        rule: start === "hand" ? undefined : commitRule(arn, source.branch),
        url: "",
    };
}

function imageOrigin(
    repository: string | undefined,
    tag: string | undefined,
    args: PipelineArgs,
    roleArn: pulumi.Input<string>,
): Origin {
    const name = repository ?? args.released.repositoryName;
    const watched = tag ?? args.movingTag;
    const from = { ...registryOf(args, args.accountId, args.region, name), file: "imageDetail.json" };
    return {
        actions: [ecrSource(name, watched, roleArn)],
        statements: [
            {
                Sid: "FindImage",
                Effect: "Allow",
                Action: ["ecr:DescribeImages"],
                Resource: [from.repositoryArn],
            },
        ],
        triggers: [],
        rule: args.settings.start === "hand" ? undefined : imageRule(name, watched),
        from,
        variables: REQUESTED,
        url: "",
    };
}

function objectOrigin(
    bucket: string,
    key: string,
    args: PipelineArgs,
    roleArn: pulumi.Input<string>,
): Origin {
    return {
        actions: [s3Source(ARTIFACTS.source, bucket, key, roleArn)],
        statements: objectStatements("Sources", `arn:${args.partition}:s3:::${bucket}`, [key]),
        triggers: [],
        rule: args.settings.start === "hand" ? undefined : objectRule(bucket, key),
        from: undefined,
        variables: { COMMIT: `#{${ARTIFACTS.source}.VersionId}`, ...REQUESTED },
        url: "",
    };
}

/** What another environment verified last; it puts a release into this one's bucket. */
function promotionOrigin(
    { from, tags }: Extract<PipelineSource, { readonly kind: "promotion" }>,
    args: PipelineArgs,
    roleArn: pulumi.Input<string>,
): Origin {
    const { app, delivery, settings, environment, accountId, region } = args;
    const key = `incoming/${app.name}.zip`;
    const connection = tags && delivery.connectionArn(tags.provider);
    const tagged =
        tags === undefined || connection === undefined ? [] : [gitSource("Tag", tags, connection, roleArn)];
    return {
        actions: [s3Source(ARTIFACTS.source, delivery.bucketName, key, roleArn), ...tagged],
        statements: [
            ...objectStatements("Incoming", delivery.bucketArn, [key]),
            ...(connection === undefined ? [] : [connectionStatement(connection)]),
        ],
        triggers: tags === undefined ? [] : gitTriggers("Tag", tags, settings.start),
        rule:
            settings.start === "success"
                ? objectRule(bucketName(environment, accountId, region), key)
                : undefined,
        from: {
            ...registryOf(
                args,
                from.account ?? accountId,
                from.region,
                repositoryName(from.environment, app.name),
            ),
            file: "release.json",
        },
        variables: { ...REQUESTED, ...(tags === undefined ? {} : { COMMIT: "#{Tag.CommitId}" }) },
        url: tags === undefined ? "" : repositoryUrl(tags),
    };
}

function registryOf({ partition }: PipelineArgs, account: string, region: string, repository: string) {
    return {
        repositoryUrl: `${account}.dkr.ecr.${region}.${dnsSuffix(partition)}/${repository}`,
        repositoryArn: `arn:${partition}:ecr:${region}:${account}:repository/${repository}`,
    };
}

/** The program that this environment last applied, and those of the environments that the pipeline goes on to. */
function programs(args: PipelineArgs, roleArn: pulumi.Input<string>): readonly Action[] {
    const { delivery, settings, accountId, region } = args;
    return [
        s3Source(ARTIFACTS.program, delivery.bucketName, delivery.programKey, roleArn),
        ...settings.stages.map(({ environment }) =>
            s3Source(
                programOf(environment),
                bucketName(environment, accountId, region),
                delivery.programKey,
                roleArn,
            ),
        ),
    ];
}

function programStatements({
    delivery,
    settings,
    partition,
    accountId,
    region,
}: PipelineArgs): readonly Statement[] {
    return [
        ...objectStatements("Program", delivery.bucketArn, [delivery.programKey]),
        ...settings.stages.flatMap(({ environment }, i) =>
            objectStatements(
                `Stage${i + 1}`,
                `arn:${partition}:s3:::${bucketName(environment, accountId, region)}`,
                [delivery.programKey],
            ),
        ),
    ];
}

/** https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-S3.html */
function objectStatements(
    sid: string,
    bucketArn: pulumi.Input<string>,
    keys: readonly string[],
): readonly Statement[] {
    return [
        {
            Sid: `Read${sid}`,
            Effect: "Allow",
            Action: [
                "s3:GetObject",
                "s3:GetObjectTagging",
                "s3:GetObjectVersion",
                "s3:GetObjectVersionTagging",
            ],
            Resource: keys.map((key) => pulumi.interpolate`${bucketArn}/${key}`),
        },
        {
            Sid: `Find${sid}`,
            Effect: "Allow",
            Action: ["s3:GetBucketAcl", "s3:GetBucketLocation", "s3:GetBucketVersioning", "s3:ListBucket"],
            Resource: [bucketArn],
        },
    ];
}

/** https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CodestarConnectionSource.html */
function connectionStatement(connectionArn: pulumi.Input<string>): Statement {
    return {
        Sid: "UseConnection",
        Effect: "Allow",
        Action: ["codeconnections:UseConnection", "codestar-connections:UseConnection"],
        Resource: [connectionArn],
    };
}

const HOSTS = { github: "github.com", gitlab: "gitlab.com", bitbucket: "bitbucket.org" } as const;

export function repositoryUrl({ provider, repository }: GitSource): string {
    return `https://${HOSTS[provider]}/${repository}`;
}
