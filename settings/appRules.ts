/** Combinations of an app's settings that cannot work, each with the reason and what to write instead. */
import type { Context, Decided } from "./context";
import { covers } from "./certificateRules";
import { partitionOf } from "./decide";
import { databaseRules } from "./databaseRules";
import { deployRules } from "./deployRules";
import { firstName, formerKey } from "./formerly";
import { FARGATE_SIZES, isFargateSize, nearestSizes } from "./fargate";
import { oneOf } from "./nearest";
import { pipelineRules } from "./pipelineRules";
import type { Problem } from "./problem";
import type { RawApp } from "./appSchema";
import type { AppSettings, Profile } from "./settings";
import { isTimezone } from "./timezone";
import { variableRules } from "./variableRules";

export function appRules(app: AppSettings, decided: Decided, profile: Profile): readonly Problem[] {
    const given = decided.raw.apps?.[app.name];
    const raw = (typeof given === "object" && given !== null ? given : {}) as RawApp;
    const context: Context = { app, raw, path: `selfhost:apps.${app.name}`, decided, profile };
    return [
        ...sizeRules(context),
        ...hostRules(context),
        ...lengthRules(context),
        ...scaleRules(context),
        ...scheduleRules(context),
        ...capacityRules(context),
        ...healthRules(context),
        ...deployRules(context),
        ...databaseRules(context),
        ...storageRules(context),
        ...imageRules(context),
        ...pipelineRules(context),
        ...variableRules(context),
        ...permissionRules(context),
        ...execRules(context),
        ...app.preset
            .limits(app, partitionOf(decided.region), decided.region)
            .map((problem) => ({ ...problem, path: `${context.path}.${problem.path}` })),
    ];
}

function sizeRules({ app, path }: Context): readonly Problem[] {
    const { cpu, memory } = app.task;
    if (isFargateSize(cpu, memory)) {
        return [];
    }
    const sizes = nearestSizes(cpu, memory).map(
        (size) => `\`task: { cpu: ${size.cpu}, memory: ${size.memory} }\``,
    );
    const known = FARGATE_SIZES.has(cpu) ? `have not ${memory} MiB of memory` : "are not a size";
    return [
        {
            path: `${path}.task`,
            value: { cpu, memory },
            reason: `is not a Fargate size: ${cpu} CPU units ${known}.`,
            fix: `Write ${oneOf(sizes)}.`,
        },
    ];
}

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-condition-types.html */
const LONGEST_CONDITION = 128;

/** Of the path, the rule's pattern has two characters more. */
function lengthRules({ app, path }: Context): readonly Problem[] {
    const { host, path: prefix } = app.route;
    const long = [
        { key: "host", text: host ?? "", most: LONGEST_CONDITION },
        { key: "path", text: prefix, most: LONGEST_CONDITION - 2 },
    ].filter(({ text, most }) => text.length > most);
    return long.map(({ key, text, most }) => ({
        path: `${path}.${key}`,
        value: text,
        reason: `has ${text.length} characters, and a rule of the load balancer compares at most ${most}.`,
        fix: "Write a shorter one.",
    }));
}

function hostRules({ app, raw, path, decided }: Context): readonly Problem[] {
    const { domain, certificate, certificateNames = [], edge } = decided.raw;
    const host = raw.host ?? firstName(app);
    if (domain === undefined || !host.includes(".") || decided.refused.has(`${path}.host`)) {
        return [];
    }
    if (host.endsWith(`.${domain}`) || host === domain) {
        const label = host === domain ? "@" : host.slice(0, -domain.length - 1);
        return [
            {
                path: `${path}.host`,
                value: host,
                reason: "repeats the domain.",
                fix: `Write \`host: ${label}\`.`,
            },
        ];
    }
    const named = certificateNames.some((name) => covers(name, `${host}.${domain}`));
    const coveredElsewhere = certificate !== undefined || edge?.listener !== undefined;
    const outside = host.split(".").length > 2;
    if (named || (coveredElsewhere && !outside)) {
        return [];
    }
    const reason = outside
        ? `is outside the domain \`${domain}\`.`
        : `has two labels below \`${domain}\`, and the certificate for \`*.${domain}\` covers one.`;
    return [
        {
            path: `${path}.host`,
            value: host,
            reason,
            fix: `Write one label, like \`host: ${host.split(".")[0] ?? app.name}\`${outside ? "" : `, or \`selfhost:certificateNames: ["*${host.replace(/^[^.]+/, "")}.${domain}"]\``}.`,
        },
    ];
}

function scaleRules({ app, path }: Context): readonly Problem[] {
    const { min, max } = app.scale;
    if (min > max) {
        return [
            {
                path: `${path}.scale`,
                value: { min, max },
                reason: "has a `min` above its `max`.",
                fix: `Write \`min: ${max}\`, or \`max: ${min}\`.`,
            },
        ];
    }
    const targets = (["cpuPercent", "memoryPercent", "requestsPerTask"] as const).filter(
        (key) => app.scale[key] !== undefined,
    );
    if (min === max && targets.length > 0) {
        const [key = "cpuPercent"] = targets;
        const reason = `has no effect while \`min\` and \`max\` are both ${max}.`;
        return [
            {
                path: `${path}.scale.${key}`,
                value: app.scale[key],
                reason,
                fix: `Write \`max: ${max + 1}\` or more, or remove it.`,
            },
        ];
    }
    if (max > 1 && !app.preset.manyTasks) {
        const reason = `is more than ${app.preset.title} allows: only one task may run.`;
        return [{ path: `${path}.scale.max`, value: max, reason, fix: "Write `scale: { min: 1, max: 1 }`." }];
    }
    return [];
}

function scheduleRules({ app, path }: Context): readonly Problem[] {
    const { schedule } = app.scale;
    if (schedule === undefined) {
        return [];
    }
    const problems: Problem[] = [];
    if (schedule.start >= schedule.stop) {
        const reason = `is not before \`stop\` (${schedule.stop}).`;
        problems.push({
            path: `${path}.scale.schedule.start`,
            value: schedule.start,
            reason,
            fix: "Write an earlier time; office hours end on the day they began.",
        });
    }
    if (!isTimezone(schedule.timezone)) {
        const fix = "Write an IANA name, like `Europe/Berlin`.";
        problems.push({
            path: `${path}.scale.schedule.timezone`,
            value: schedule.timezone,
            reason: "is not a time zone.",
            fix,
        });
    }
    return problems;
}

function capacityRules({ app, raw, path, decided, profile }: Context): readonly Problem[] {
    const where =
        raw.capacity === undefined && decided.raw.cluster?.capacity !== undefined
            ? "selfhost:cluster.capacity"
            : `${path}.capacity`;
    if (app.capacity.length === 0) {
        return [
            {
                path: where,
                value: raw.capacity,
                reason: "leaves no task anywhere to run.",
                fix: "Write `onDemand: 1` or `spot: 1`.",
            },
        ];
    }
    if (profile === "prod" && !app.capacity.some(({ provider }) => provider === "FARGATE")) {
        const reason = "puts every task on Fargate Spot, which AWS may take away all at once.";
        return [
            {
                path: where,
                value: raw.capacity ?? decided.raw.cluster?.capacity,
                reason,
                fix: "Write `base: 1` or `onDemand: 1` in prod.",
            },
        ];
    }
    return [];
}

function healthRules({ app, path }: Context): readonly Problem[] {
    const { intervalSeconds, timeoutSeconds } = app.health;
    return timeoutSeconds < intervalSeconds
        ? []
        : [
              {
                  path: `${path}.health.timeout`,
                  value: timeoutSeconds,
                  reason: `is not less than the interval (${intervalSeconds} seconds).`,
                  fix: `Write \`timeout: ${Math.max(2, intervalSeconds - 1)}\` or less, or a longer interval.`,
              },
          ];
}

function storageRules({ app, raw, path }: Context): readonly Problem[] {
    const problems: Problem[] = [];
    if (raw.storage?.keepOldVersionsDays !== undefined && app.storage.bucket === undefined) {
        const reason = `is for a bucket, and ${app.preset.title} has none.`;
        problems.push({
            path: `${path}.storage.keepOldVersionsDays`,
            value: raw.storage.keepOldVersionsDays,
            reason,
            fix: "Remove it.",
        });
    }
    if (raw.storage?.backups !== undefined && app.storage.volumes.length === 0) {
        const reason = `is for a file system, and ${app.preset.title} has none.`;
        problems.push({
            path: `${path}.storage.backups`,
            value: raw.storage.backups,
            reason,
            fix: "Remove it.",
        });
    }
    return problems;
}

function imageRules({ app, path, decided }: Context): readonly Problem[] {
    const egress = decided.raw.network?.egress ?? decided.defaults.network.egress;
    if (app.image.kind !== "cached" || egress !== "endpoints" || decided.raw.network?.vpc !== undefined) {
        return [];
    }
    // https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html: the first pull through the cache needs the internet.
    const reason =
        "comes from a public registry while the tasks run, and `egress: endpoints` leaves no way there.";
    const base = `${app.image.registry}/${app.image.image}`;
    const fix = `Write \`image: { build: { context: docker/from, args: { BASE: "${base}" } } }\`: \`pulumi up\` then copies it to ECR.`;
    return [{ path: `${path}.image.uri`, value: base, reason, fix }];
}

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-exec.html#ecs-exec-considerations */
function execRules({ app, path }: Context): readonly Problem[] {
    const reason = "wants a container that can write to its own file system, and this app's is read-only.";
    return app.exec && app.preset.readonlyRootFilesystem
        ? [{ path: `${path}.exec`, value: true, reason, fix: "Remove it." }]
        : [];
}

/** An ARN of another partition names nothing. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html */
function permissionRules({ app, path, decided }: Context): readonly Problem[] {
    const partition = partitionOf(decided.region);
    return app.permissions.flatMap(({ resources }, at) =>
        resources.flatMap((resource, index): readonly Problem[] => {
            const [, theirs = ""] = resource.split(":");
            const fix = `Write \`${resource.replace(/^arn:[^:]*/, `arn:${partition}`)}\`.`;
            return theirs === partition
                ? []
                : [
                      {
                          path: `${path}.permissions[${at}].resources[${index}]`,
                          value: resource,
                          reason: `is in the partition \`${theirs}\`, and ${decided.region} is in \`${partition}\`.`,
                          fix,
                      },
                  ];
        }),
    );
}

/** The secrets of an app that `up` needs: there, and of the right form. A plan sees ciphertext, so it only says what is pending. */
export function secretRules(
    app: AppSettings,
    mode: "deploy" | "plan",
    inspect: (key: string) => string,
): readonly Problem[] {
    if (mode === "plan") {
        return [];
    }
    return app.secrets.flatMap(({ name, source }) => {
        const form = app.preset.secrets[name]?.form;
        if (source.kind === "missing") {
            const reason = "is missing: the app cannot start without it.";
            const fix = `Run \`${missingCommand(app, source.key, form?.command)}\`.`;
            return [{ path: source.key, value: undefined, reason, fix }];
        }
        if (source.kind === "config" && form !== undefined && !form.pattern.test(inspect(source.key))) {
            return [
                {
                    path: source.key,
                    value: undefined,
                    reason: `is not ${form.says}.`,
                    fix: `Run \`${setCommand(source.key, form.command)}\`.`,
                },
            ];
        }
        return [];
    });
}

/** Sets a config secret that is missing; of an app that had another name, to what it was: a new key would read nothing old. */
export function missingCommand(app: AppSettings, key: string, value: string | undefined): string {
    const former = formerKey(key, app);
    return setCommand(key, former === undefined ? value : `"<what ${former} was>"`);
}

/** The command that sets a config secret. */
export function setCommand(key: string, value: string | undefined): string {
    return `pulumi config set --secret ${key} ${value ?? "<value>"}`;
}
