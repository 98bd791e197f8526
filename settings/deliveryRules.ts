/** Combinations of delivery that cannot work, each with the reason and what to write instead. */
import { connectionRules } from "./connectionRules";
import type { Decided } from "./context";
import { partitionOf } from "./decide";
import { bucketName } from "./delivery";
import type { RawDelivery } from "./deliverySchema";
import type { Problem } from "./problem";
import { isTimezone } from "./timezone";

const PATH = "selfhost:delivery";

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
const LONGEST_BUCKET_NAME = 63;

export function deliveryRules(decided: Decided): readonly Problem[] {
    const { raw, apps } = decided;
    if (raw.delivery === undefined) {
        // A pipeline needs the bucket and the roles, too.
        return apps.some(({ pipeline }) => pipeline !== undefined)
            ? [...nameRules(decided), ...connectionRules(decided)]
            : [];
    }
    return [
        ...nameRules(decided),
        ...applierRules(raw.delivery),
        ...promotionRules(decided, raw.delivery),
        ...stateRules(decided, raw.delivery),
        ...driftRules(raw.delivery),
        ...chatRules(raw.delivery),
        ...connectionRules(decided),
        ...partitionRules(decided, raw.delivery),
    ];
}

/** The bootstrap names roles by the environment, and a bucket's name has all three in it. */
function nameRules({ stack, region }: Decided): readonly Problem[] {
    const problems: Problem[] = [];
    if (!/^[a-z][a-z0-9]*$/.test(stack)) {
        problems.push({
            path: PATH,
            value: undefined,
            reason: `is for a stack called \`${stack}\`, and the bootstrap makes no roles for names with other characters than lower-case letters and digits.`,
            fix: "Rename the stack, or remove the delivery and the pipelines: apply it by hand.",
        });
    }
    const over = bucketName(stack, "0".repeat(12), region).length - LONGEST_BUCKET_NAME;
    if (over > 0) {
        problems.push({
            path: PATH,
            value: undefined,
            reason: `needs a bucket whose name has the stack's, \`${stack}\`, and is ${over} characters too long.`,
            fix: `Give the stack a name of at most ${stack.length - over} characters.`,
        });
    }
    return problems;
}

function applierRules({ appliedBy = "hand", pipeline }: RawDelivery): readonly Problem[] {
    if (pipeline !== undefined && appliedBy !== "codepipeline") {
        return [
            {
                path: `${PATH}.pipeline`,
                value: undefined,
                reason: `applies the environment, and \`appliedBy: ${appliedBy}\` says that it does not.`,
                fix: "Write `appliedBy: codepipeline`, or remove the pipeline.",
            },
        ];
    }
    if (pipeline === undefined && appliedBy === "codepipeline") {
        return [
            {
                path: `${PATH}.pipeline`,
                value: undefined,
                reason: "is missing: `appliedBy: codepipeline` says that it applies the environment, and nobody else may.",
                fix: "Write `pipeline: { repository: <owner>/<name> }`.",
            },
        ];
    }
    return [];
}

function promotionRules(
    { stack, raw, region }: Decided,
    { promotesTo = [] }: RawDelivery,
): readonly Problem[] {
    return promotesTo.flatMap((place, index): readonly Problem[] => {
        const path = `${PATH}.promotesTo[${index}]`;
        const account = place.account ?? raw.account;
        const here = account === raw.account && (place.region ?? region) === region;
        const same = (other: (typeof promotesTo)[number]): boolean =>
            other.environment === place.environment &&
            (other.account ?? raw.account) === account &&
            (other.region ?? region) === (place.region ?? region);
        if (place.environment === stack && here) {
            return [
                {
                    path,
                    value: place.environment,
                    reason: "is this environment: it would release to itself for ever.",
                    fix: "Name the environment that comes next, or remove it.",
                },
            ];
        }
        if (place.region !== undefined && partitionOf(place.region) !== partitionOf(region)) {
            const reason = `is in the partition ${partitionOf(place.region)}, and no account here may hand anything in there.`;
            return [
                {
                    path: `${path}.region`,
                    value: place.region,
                    reason,
                    fix: "Push the image there, and write `source: { ecr: … }` in it.",
                },
            ];
        }
        return promotesTo.findIndex(same) < index
            ? [{ path, value: place.environment, reason: "is named twice.", fix: "Remove it." }]
            : [];
    });
}

function stateRules({ region }: Decided, { state }: RawDelivery): readonly Problem[] {
    const token = state?.pulumiCloud.token;
    const theirs = token?.split(":")[3];
    return theirs === undefined || theirs === region
        ? []
        : [
              {
                  path: `${PATH}.state.pulumiCloud.token`,
                  value: token,
                  reason: `is in ${theirs}; a build in ${region} cannot read it.`,
                  fix: `Keep the token in ${region}.`,
              },
          ];
}

function driftRules({ pipeline }: RawDelivery): readonly Problem[] {
    const timezone = pipeline?.drift?.timezone;
    return timezone === undefined || isTimezone(timezone)
        ? []
        : [
              {
                  path: `${PATH}.pipeline.drift.timezone`,
                  value: timezone,
                  reason: "is not a time zone.",
                  fix: "Write its IANA name, like `Europe/Berlin`.",
              },
          ];
}

/** Chat channels and Git connections are not offered in every partition. */
function partitionRules({ region }: Decided, given: RawDelivery): readonly Problem[] {
    const partition = partitionOf(region);
    if (partition === "aws") {
        return [];
    }
    const chats = (["slack", "teams"] as const).filter(
        (kind) => (given.notifications?.[kind] ?? []).length > 0,
    );
    const problems: Problem[] = chats.map((kind) => ({
        path: `${PATH}.notifications.${kind}`,
        value: undefined,
        reason: `is not offered in ${partition}.`,
        fix: "Write e-mail addresses in `notifications.emails`.",
    }));
    if (partition === "aws-cn" && given.pipeline !== undefined) {
        problems.push({
            path: `${PATH}.pipeline`,
            value: undefined,
            reason: `needs a connection to the repository, which is not offered in ${partition}.`,
            fix: "Write `appliedBy: github` or `hand`, and remove it.",
        });
    }
    return problems;
}

function chatRules({ notifications }: RawDelivery): readonly Problem[] {
    const slack = notifications?.slack ?? [];
    return slack.flatMap(({ channel }, index): readonly Problem[] =>
        slack.findIndex((other) => other.channel === channel) < index
            ? [
                  {
                      path: `${PATH}.notifications.slack[${index}]`,
                      value: channel,
                      reason: "is named twice.",
                      fix: "Remove it.",
                  },
              ]
            : [],
    );
}
