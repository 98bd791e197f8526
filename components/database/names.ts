/** Names of a database's parts that people and IAM policies need, within AWS's limits. */
import { createHash } from "node:crypto";

/**
 * RDS: letters, digits and single hyphens, first a letter, 63 characters, kept in lower case.
 * https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/CHAP_Limits.html#RDS_Limits.Constraints
 */
const CLUSTER_LIMIT = 60;

/** MySQL's limit for user names; PostgreSQL's is 63. */
const USER_LIMIT = 32;

/** `prod-bookstack-1`: short enough for an instance's `-0` behind it. */
export function clusterIdentifier(environment: string, name: string, generation: number): string {
    const base = `${environment}-${name}`
        .toLowerCase()
        .replace(/[^a-z0-9]+/g, "-")
        .replace(/^(?=[^a-z])-?/, "e")
        .replace(/-$/, "");
    return shorten(base, CLUSTER_LIMIT, `-${generation}`, "-");
}

/** `bookstack_1`: another generation is another user, so that both work while tasks are replaced. */
export function userName(database: string, generation: number): string {
    return shorten(database, USER_LIMIT, `_${generation}`, "_");
}

/** Where RDS writes a log that it exports. */
export function logGroupName(cluster: string, log: string): string {
    return `/aws/rds/cluster/${cluster}/${log}`;
}

/** The text, cut and told apart by a hash where it and the suffix would pass the limit. */
function shorten(text: string, limit: number, suffix: string, separator: string): string {
    if (text.length + suffix.length <= limit) {
        return text + suffix;
    }
    const hash = createHash("sha256").update(text).digest("hex").slice(0, 6);
    const room = limit - suffix.length - hash.length - separator.length;
    const head = text.slice(0, room).replace(/[-_]+$/, "");
    return `${head}${separator}${hash}${suffix}`;
}
