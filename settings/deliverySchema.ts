/** The form of an environment's delivery in a stack file: who applies it, from which repository, and who is told. */
import { z } from "zod";
import { APPLIERS, GIT_PROVIDERS } from "./delivery";
import { isRegion } from "./region";
import { arn, text } from "./values";

const environmentName = z
    .string()
    .regex(
        /^[a-z][a-z0-9-]{0,30}$/,
        "is not the name of an environment.\nWrite the name of its stack, like `staging`.",
    );

const accountNumber = z
    .string()
    .regex(
        /^\d{12}$/,
        'is not an account number.\nWrite its twelve digits in quotes, like `"012345678901"`.',
    );

const regionName = z
    .string()
    .regex(/^[a-z]{2,4}(-[a-z]+)+-\d$/, "is not a region.\nWrite it like `eu-west-1`.")
    .refine(isRegion, "is not a region of AWS.\nWrite it like `eu-west-1`.");

export const emailAddress = z
    .string()
    .regex(/^[^@\s"]+@[^@\s"]+\.[^@\s"]+$/, "is not an e-mail address.\nWrite it like `team@example.com`.");

/** `owner/name`; GitLab has groups within groups. */
export const repositoryName = z
    .string()
    .regex(
        /^[\w.-]+(\/[\w.-]+)+$/,
        "is not a repository.\nWrite owner and name, like `example/selfhost`, without the host.",
    );

/** Where another environment is; what is missing is as in this one. */
export const place = {
    environment: environmentName.describe("Its stack's name."),
    account: accountNumber.describe("Its account. Default: this one's.").optional(),
    region: regionName.describe("Its region. Default: this one's.").optional(),
};

/**
 * As far as it matters here: no pattern, which a trigger would follow and a source would not, and nothing that CodePipeline
 * would take for a variable. https://git-scm.com/docs/git-check-ref-format
 */
export const branchName = z
    .string()
    .regex(
        /^(?!refs\/)(?!-)[^\s~^:?*[\]\\{}]+$/,
        "is not the name of a branch.\nWrite it as Git lists it, like `main` or `release/1`, without `refs/heads/`.",
    );

/** What CodePipeline's approval action has; the people come from the topic. */
export const approval = z.strictObject({
    emails: z.array(emailAddress).min(1).describe("Who is asked by e-mail.").optional(),
    approvers: z
        .array(arn("iam", "role/"))
        .min(1)
        .describe("Roles that may answer. Default: whoever may `codepipeline:PutApprovalResult`.")
        .optional(),
});

const drift = z
    .strictObject({
        schedule: z
            .string()
            .regex(
                /^(MON|TUE|WED|THU|FRI|SAT|SUN)([-,](MON|TUE|WED|THU|FRI|SAT|SUN))* ([01]\d|2[0-3]):[0-5]\d$/,
                'is not days and a time.\nWrite it in quotes, like `"MON-FRI 06:00"`.',
            )
            .describe("When to look, like `MON-FRI 06:00`."),
        timezone: text.describe("IANA time zone. Default: `UTC`.").optional(),
        apply: z
            .boolean()
            .describe("Put back what somebody has changed, instead of only telling. Default: false.")
            .optional(),
    })
    .describe("Compare AWS with what was last applied, and tell the difference.");

const pipeline = z
    .strictObject({
        repository: repositoryName.describe("Repository of this program: `owner/name`."),
        provider: z.enum(GIT_PROVIDERS).describe("Where it is. Default: `github`.").optional(),
        branch: branchName.describe("Branch that is applied. Default: `main`.").optional(),
        approvals: z
            .array(approval)
            .describe(
                "Who sees the preview and agrees, one after the other. Default: nobody in dev and staging, one in prod.",
            )
            .optional(),
        drift: drift.optional(),
    })
    .describe("The infrastructure pipeline: preview, approvals, `pulumi up`.");

const slack = z.strictObject({
    workspace: z
        .string()
        .regex(/^T[A-Z0-9]{6,}$/, "is not the id of a Slack workspace.\nIt starts with a T.")
        .describe(
            "Id of the workspace; authorised once in the console of Amazon Q Developer in chat applications.",
        ),
    channel: z
        .string()
        .regex(
            /^[CG][A-Z0-9]{6,}$/,
            "is not the id of a Slack channel.\nIt starts with a C; the channel's details show it.",
        )
        .describe("Id of the channel."),
});

const guid = z.guid("is not an id of Microsoft Teams.\nIt has 32 hexadecimal digits and four hyphens.");

const teams = z.strictObject({
    tenant: guid.describe("Id of the tenant."),
    team: guid.describe(
        "Id of the team; authorised once in the console of Amazon Q Developer in chat applications.",
    ),
    channel: text.describe("Id of the channel, as its link has it: `19%3A…%40thread.tacv2`."),
});

export const delivery = z.strictObject({
    appliedBy: z
        .enum(APPLIERS)
        .describe(
            "Who runs `pulumi up`; the others refuse. `hand`: a person; `github`: the workflows of this repository; " +
                "`codepipeline`: the infrastructure pipeline. Default: `hand`.",
        )
        .optional(),
    connections: z
        .strictObject({
            github: connectionArn(),
            gitlab: connectionArn(),
            bitbucket: connectionArn(),
        })
        .describe(
            "Connections that exist, by provider. One that is needed and not named is made; a person accepts it once in the console.",
        )
        .optional(),
    state: z
        .strictObject({
            pulumiCloud: z.strictObject({
                organization: text.describe("Organization."),
                token: arn("secretsmanager", "secret:").describe(
                    "Secret that is an access token of the organization.",
                ),
            }),
        })
        .describe(
            "Where Pulumi's state is. Default: the bucket of the bootstrap, in the same account and region.",
        )
        .optional(),
    pipeline: pipeline.optional(),
    promotesTo: z
        .array(z.strictObject(place))
        .describe(
            "Environments that are told of every digest that was verified here. They say `promoteFrom`.",
        )
        .optional(),
    notifications: z
        .strictObject({
            emails: z.array(emailAddress).describe("By e-mail.").optional(),
            slack: z.array(slack).describe("In Slack.").optional(),
            teams: z.array(teams).describe("In Microsoft Teams.").optional(),
        })
        .describe("Who is told how pipelines, builds and deployments go.")
        .optional(),
});

function connectionArn() {
    return z
        .string()
        .regex(
            /^arn:aws[a-z-]*:(codeconnections|codestar-connections):[a-z0-9-]+:\d{12}:connection\/[0-9a-f-]+$/,
            "is not the ARN of a connection.\nIt starts with `arn:aws:codeconnections:<region>:<account>:connection/`.",
        )
        .describe("ARN.")
        .optional();
}

export type RawDelivery = z.infer<typeof delivery>;
export type RawApproval = z.infer<typeof approval>;
