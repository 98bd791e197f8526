/** The form of an app's pipeline in a stack file. */
import { z } from "zod";
import { INSTEAD } from "./check";
import { approval, branchName, emailAddress, place, repositoryName } from "./deliverySchema";
import { COMPUTE, FAILURE_ACTIONS, SEVERITIES, STARTS } from "./pipeline";
import { DEPLOYERS } from "./settings";
import { text, timeOfDay, variableName } from "./values";

const pattern = text.describe("A name, or a pattern: `*` for any text without a slash, `**` for any.");
const command = text.describe("A command, run by bash in the sources.");

const git = {
    branch: branchName.describe("Branch whose pushes start the pipeline. Default: `main`.").optional(),
    paths: z
        .array(pattern)
        .min(1)
        .describe("Only pushes that change one of these files: `[backend/**]`. Default: all.")
        .optional(),
    tags: z.array(pattern).min(1).describe("Pushes of these tags start it too: `[v*]`.").optional(),
    pullRequests: z
        .boolean()
        .describe(
            "Build and test pull requests and pushes to the branch, with the result on the commit; those of forks after somebody who may write to the repository comments `/codebuild_run(<commit>)`. Nothing is pushed or released. Default: false.",
        )
        .optional(),
};

const codecommitName = z
    .string()
    .regex(/^[\w.-]{1,100}$/, "is not the name of a repository.\nUse letters, digits, `.`, `_` and `-`.");

const bucketName = z
    .string()
    .regex(
        /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/,
        "is not the name of a bucket.\nWrite it like `uploads-123`.",
    );

const ecrName = z
    .string()
    .regex(
        /^[a-z0-9][a-z0-9._/-]+$/,
        "is not the name of an ECR repository.\nWrite it without the registry.",
    );

const imageTag = z
    .string()
    .regex(/^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/, "is not a tag.\nWrite a tag that moves, like `live`.");

const gitlab = z.strictObject({ gitlab: repositoryName.describe("`group/name`."), ...git });
const github = z.strictObject({ github: repositoryName.describe("`owner/name`."), ...git });
const bitbucket = z.strictObject({ bitbucket: repositoryName.describe("`workspace/name`."), ...git });
const codecommit = z.strictObject({
    codecommit: codecommitName.describe("Name of the repository."),
    branch: branchName.describe("Branch whose pushes start the pipeline. Default: `main`.").optional(),
    create: z.boolean().describe("Make the repository. Default: false, it exists.").optional(),
});
const ecr = z.strictObject({
    ecr: z.strictObject({
        repository: ecrName
            .describe("Repository of this account and region. Default: the app's own.")
            .optional(),
        tag: imageTag.describe("Tag that moves. Default: every push, by its digest.").optional(),
    }),
});
const s3 = z.strictObject({
    s3: z.strictObject({
        bucket: bucketName.describe("A bucket with versions, and with its events sent to EventBridge."),
        key: text.describe("The object: a zip of the sources."),
    }),
});

const source = z
    .union([github, gitlab, bitbucket, codecommit, ecr, s3])
    .describe("Where the sources are, or the image.");

const build = z
    .strictObject({
        context: text.describe("Folder of the sources that is built. Default: `.`").optional(),
        dockerfile: text.describe("Dockerfile, relative to the context. Default: `Dockerfile`.").optional(),
        args: z.record(variableName, z.string()).describe("Build arguments; never secrets.").optional(),
        compute: z.enum(COMPUTE).describe("Size of the machine. Default: `small`.").optional(),
        timeout: z.int().min(5).max(480).describe("Minutes that a build may take. Default: 60.").optional(),
        test: z.array(command).min(1).describe("Commands before the image is built.").optional(),
        scan: z
            .strictObject({
                failOn: z
                    .enum(SEVERITIES)
                    .describe("Vulnerabilities that stop a release. Default: `critical`.")
                    .optional(),
            })
            .optional(),
        sbom: z.boolean().describe("Keep a bill of materials with each build. Default: true.").optional(),
    })
    .describe("How the image is built.");

const window = z
    .strictObject({
        days: z
            .string()
            .regex(
                /^(MON|TUE|WED|THU|FRI|SAT|SUN)([-,](MON|TUE|WED|THU|FRI|SAT|SUN))*$/,
                "is not a list of days.\nWrite it like `MON-FRI` or `MON,WED`.",
            )
            .describe("Days on which a release may begin."),
        start: timeOfDay.describe("Earliest time; on the hour."),
        stop: timeOfDay.describe("Latest time; on the hour."),
        timezone: text.describe("IANA time zone. Default: `UTC`.").optional(),
    })
    .describe("Releases wait until the window opens.");

const environmentName = place.environment;

/** Of a stage in another account or region. */
const ELSEWHERE =
    "The stages of a pipeline are in its own account and region. Write `promoteFrom` in the other environment instead, whose pipeline copies the digest from here.";

export const pipeline = z
    .strictObject({
        source: source.optional(),
        build: build.optional(),
        imageFrom: z
            .union([github, gitlab, bitbucket, codecommit])
            .describe(
                "Build in a pipeline of its own, from this repository, which ends with the push; the app's pipeline starts with " +
                    "that push and has `source: { ecr: … }`.",
            )
            .optional(),
        promoteFrom: z
            .union([environmentName, z.strictObject(place)])
            .describe("Environment whose verified digest is released here, copied and never rebuilt.")
            .optional(),
        stageOf: environmentName
            .describe(
                "Environment whose pipeline has this one among its `stages`; there is no pipeline here.",
            )
            .optional(),
        start: z
            .enum(STARTS)
            .describe(
                "`success`: with every push, or every verified digest; `tag`: with a tag of the source; `hand`: by a person. Default: `success`.",
            )
            .optional(),
        approvals: z
            .array(approval)
            .describe("Who agrees before the release, one after the other. Default: nobody.")
            .optional(),
        window: window.optional(),
        blockedBy: z
            .array(text)
            .min(1)
            .describe("CloudWatch alarms that must not be in alarm when a release begins.")
            .optional(),
        onFailure: z
            .enum(FAILURE_ACTIONS)
            .describe(
                "What follows when the deployment or what comes after it failed: the release before again, another try, or nothing. Default: `rollback`.",
            )
            .optional(),
        integration: z
            .array(command)
            .min(1)
            .describe(
                "Commands after the deployment, with the app's address in `$URL`; one that fails, fails the release.",
            )
            .optional(),
        deploy: z
            .enum(DEPLOYERS)
            .describe(
                "Who puts the image into ECS: `pulumi up`, the ECS action, or the CodeDeploy action. Default: `codedeploy` with the " +
                    "strategy `codeDeploy`; `ecs` where the source is another repository than this program's; otherwise `pulumi`.",
            )
            .optional(),
        stages: z
            .array(
                z
                    .strictObject({
                        environment: environmentName,
                        approvals: z.array(approval).describe("Who agrees before it.").optional(),
                    })
                    .register(INSTEAD, { account: ELSEWHERE, region: ELSEWHERE }),
            )
            .min(1)
            .describe(
                "Environments of the same account and region that this pipeline goes on to. Their apps say `stageOf`.",
            )
            .optional(),
        notify: z
            .array(emailAddress)
            .min(1)
            .describe("Who is told, beside the people of the environment, when this pipeline fails.")
            .optional(),
        bootstrap: z
            .string()
            .regex(
                /^\d{12}\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com(\.cn)?\/[\w./-]+(:[\w.-]+)?@sha256:[0-9a-f]{64}$/,
                "is not an image of a private ECR registry with its digest.\nCopy one with `node` there and write its URI.",
            )
            .describe(
                "Image with `node` that answers until the first release. Default: the one of docker/web, through ECR's cache.",
            )
            .optional(),
    })
    .describe("Releases of this app: its image is the digest that a pipeline released last.");

export type RawPipeline = z.infer<typeof pipeline>;
export type RawSource = NonNullable<RawPipeline["source"]>;
