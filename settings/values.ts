/** The kinds of values a stack file holds, each with the sentence that says what is wrong and how to write it. */
import { z } from "zod";

/** An error text of two lines: the reason, and the fix. */
function says(reason: string, fix: string): { error: string } {
    return { error: `${reason}\n${fix}` };
}

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html */
const LOG_RETENTION_DAYS = [
    1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
] as const;

export const retentionDays = z
    .union(LOG_RETENTION_DAYS.map((days) => z.literal(days)))
    .describe("Days; one of the periods that CloudWatch Logs has.");

const OCTET = "(25[0-5]|2[0-4]\\d|1?\\d?\\d)";
const CIDR = new RegExp(`^${OCTET}(\\.${OCTET}){3}/(3[0-2]|[12]?\\d)$`);

export const cidr = z
    .string()
    .regex(CIDR, says("is not an IPv4 address range.", "Write it like `10.10.0.0/16`."));

/** An IPv4 or IPv6 range; what an IPv6 range holds is left to AWS. */
export const anyCidr = z
    .string()
    .regex(
        new RegExp(`(${CIDR.source})|(^[0-9a-fA-F:]+/(12[0-8]|1[01]\\d|\\d?\\d)$)`),
        says("is not an address range.", "Write it like `203.0.113.0/24` or `2001:db8::/32`."),
    );

const LABEL = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?";

/**
 * A certificate's first name has 64 characters at most, and a top-level domain begins with a letter: `10.0.0.1` is none.
 * https://docs.aws.amazon.com/acm/latest/APIReference/API_RequestCertificate.html
 */
export const domainName = z
    .string()
    .max(64)
    .regex(
        new RegExp(`^${LABEL}(\\.${LABEL})*\\.[a-z]([a-z0-9-]{0,61}[a-z0-9])?$`),
        says(
            "is not a domain name.",
            "Write it in lower case and without a trailing dot, like `example.com`.",
        ),
    );

/** The domain itself, or everything one label below it. */
export const certificateName = z
    .string()
    .max(253)
    .regex(
        new RegExp(`^(\\*\\.)?${LABEL}(\\.${LABEL})+$`),
        says(
            "is not a name for a certificate.",
            "Write it like `*.team.example.com` or `shop.team.example.com`.",
        ),
    );

const ARN_OF: Readonly<Record<string, string>> = {
    acm: "an ACM certificate",
    elasticloadbalancing: "a listener of an Application Load Balancer",
    iam: "an IAM role",
    kms: "a key",
    secretsmanager: "a secret in Secrets Manager",
};

export const arn = (service: string, resource: string): z.ZodString =>
    z
        .string()
        .regex(
            new RegExp(`^arn:aws[a-z-]*:${service}:[a-z0-9-]*:\\d{12}:${resource}`),
            says(
                `is not the ARN of ${ARN_OF[service] ?? `something in ${service}`}.`,
                `It starts with \`arn:aws:${service}:${service === "iam" ? "" : "<region>"}:<account>:${resource}\`.`,
            ),
        );

export const awsId = (prefix: string, what: string): z.ZodString =>
    z
        .string()
        .regex(
            new RegExp(`^${prefix}-[0-9a-f]{8,17}$`),
            says(`is not the id of ${what}.`, `It looks like \`${prefix}-0123456789abcdef0\`.`),
        );

/** A name that becomes part of host names, log groups and resource names. */
export const appName = z
    .string()
    .regex(
        /^[a-z][a-z0-9-]{0,18}[a-z0-9]$/,
        says(
            "is not a name for an app.",
            "Use 2 to 20 lower-case letters, digits and hyphens, a letter first: load balancer names leave no room for more.",
        ),
    );

export const variableName = z
    .string()
    .regex(
        /^[A-Za-z_][A-Za-z0-9_-]*$/,
        says("is not the name of an environment variable.", "Use letters, digits and `_`."),
    );

/** `MON-FRI` or `MON,WED`: a day is in one range, and a range goes forward, from Sunday or from Monday on. */
export const days = z
    .string()
    .regex(
        /^(MON|TUE|WED|THU|FRI|SAT|SUN)([-,](MON|TUE|WED|THU|FRI|SAT|SUN))*$/,
        says("is not a list of days.", "Write it like `MON-FRI` or `MON,WED`."),
    )
    .refine(
        (value) => value.split(",").every(isForward),
        says(
            "has a range of days that does not go forward in a week.",
            "Write the days one by one, like `SAT,SUN`: for AWS a week begins on SUN.",
        ),
    );

/** AWS counts from Sunday. https://docs.aws.amazon.com/autoscaling/application/userguide/scheduled-scaling-using-cron-expressions.html */
const WEEK = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

function isForward(range: string): boolean {
    const [from = "", to, more] = range.split("-");
    return more === undefined && (to === undefined || WEEK.indexOf(from) < WEEK.indexOf(to));
}

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateTargetGroup.html: printable, 1024 characters. */
export const urlPath = z
    .string()
    .max(1024)
    .regex(
        /^\/[!-~]*$/,
        says("is not a path of an URL.", "Write it like `/status`, with `%20` for a space."),
    );

/** Times and sizes that AWS keeps in 32 bits. */
export const MOST = 2_147_483_647;

export const whole = z.int().min(0).max(MOST);

export const timeOfDay = z
    .string()
    .regex(/^([01]\d|2[0-3]):[0-5]\d$/, says("is not a time of day.", 'Write it in quotes, like `"07:30"`.'));

/** Long enough to be one: `cost` alone tells nobody anything. */
export const sentence = z
    .string()
    .regex(/\S+\s+\S+\s+\S+/, says("gives no reason.", "Write a sentence that somebody else understands."));

export const day = z
    .string()
    .refine(
        (value) => /^\d{4}-\d\d-\d\d$/.test(value) && isDay(value),
        says("is not a day.", 'Write it in quotes, like `"2027-06-30"`.'),
    );

/** To a second, in UTC. */
export function isMoment(value: string): boolean {
    return /^\d{4}-\d\d-\d\dT([01]\d|2[0-3]):[0-5]\d:[0-5]\dZ$/.test(value) && isDay(value.slice(0, 10));
}

/** `2027-02-30` is none. */
function isDay(value: string): boolean {
    const time = Date.parse(`${value}T00:00:00Z`);
    return !Number.isNaN(time) && new Date(time).toISOString().startsWith(value);
}

export const text = z.string().min(1, says("is empty.", "Write a value, or remove the key."));

export const positive = z.int().min(1).max(MOST);
export const percent = z.int().min(1).max(100);
