/** The form of a database in a stack file: an app's own, and one that several apps share. */
import { z } from "zod";
import { positive, text } from "./values";

const ENGINES = ["aurora-mysql", "aurora-postgresql"] as const;

const restore = z
    .strictObject({
        generation: z
            .int()
            .min(2)
            .max(100_000)
            .describe("Number of the new cluster; raise it for each restore."),
        keepPrevious: z
            .boolean()
            .describe("Keep the cluster of the generation before, so that one can go back. Default: true.")
            .optional(),
        snapshot: z
            .string()
            .regex(
                /^(arn:aws[a-z-]*:rds:[a-z0-9-]+:\d{12}:(cluster-)?snapshot:)?((rds|awsbackup):)?[A-Za-z][A-Za-z0-9:-]*$/,
                "is not a snapshot.\nWrite its identifier, like `wiki-2027-06-30`, or its ARN.",
            )
            .describe("Identifier or ARN of a cluster snapshot.")
            .optional(),
        cluster: z
            .string()
            .regex(
                /^[A-Za-z][A-Za-z0-9-]{0,62}$/,
                "is not the identifier of a cluster.\nWrite it as the console shows it, like `prod-bookstack-1`.",
            )
            .describe("Identifier of the cluster to restore to a point in time.")
            .optional(),
        time: text
            .describe('UTC time in quotes, like `"2027-06-30T12:00:00Z"`, or `latest`. Default: `latest`.')
            .optional(),
    })
    .describe(
        "Fill a new cluster from a backup and move every app that uses it there. The cluster before it is kept.",
    );

const acu = z.number().min(0).max(256).multipleOf(0.5);

/** What is said of a cluster, whoever uses it. */
const cluster = {
    version: text.describe("Engine version. Default: one that has everything this program uses.").optional(),
    minCapacity: acu.describe("Fewest ACUs; 0 pauses the database when nobody is connected.").optional(),
    maxCapacity: acu.min(1).describe("Most ACUs.").optional(),
    pauseAfter: z
        .int()
        .min(300)
        .max(86400)
        .describe("Seconds without a connection until it pauses.")
        .optional(),
    instances: z
        .int()
        .min(1)
        .max(3)
        .describe("Instances in different zones; the second takes over when the first fails.")
        .optional(),
    backupRetentionDays: z
        .int()
        .min(1)
        .max(35)
        .describe("Days to which the database can be restored.")
        .optional(),
    deletionProtection: z.boolean().describe("Refuse to delete the cluster.").optional(),
    finalSnapshot: z.boolean().describe("Take a snapshot when the cluster is deleted.").optional(),
    insights: z.boolean().describe("Performance Insights, kept for seven days.").optional(),
    logExports: z.array(text).describe("Database logs to send to CloudWatch.").optional(),
    restore: restore.optional(),
};

/** An app's: a cluster of its own, or a database in one that others use too. */
export const database = z.strictObject({
    use: text
        .describe(
            "Name of a shared database (`selfhost:databases`), in which the app gets a database, a user and a secret " +
                "of its own. Nothing moves from one cluster to another by itself. Default: a cluster of its own.",
        )
        .optional(),
    engine: z.enum(ENGINES).describe("Database engine. Default: the preset's.").optional(),
    ...cluster,
    credentialsGeneration: positive
        .describe(
            "Raise it to rotate: a new user and secret, the old ones dropped when no task uses them. Default: 1.",
        )
        .optional(),
});

/** One that several apps share. Its engine is written down: were it derived, another app could replace the cluster. */
export const sharedDatabase = z.strictObject({
    engine: z
        .enum(ENGINES, {
            error: ({ input }) =>
                input === undefined
                    ? "is missing: all apps that share a database use one engine.\nWrite `engine: aurora-mysql` or `engine: aurora-postgresql`."
                    : undefined,
        })
        .describe("Database engine; required, and one that every app that uses the database runs on."),
    ...cluster,
});

/** Shorter than an app's name: the names of functions have both in them. */
export const databaseName = z.string().regex(/^[a-z][a-z0-9-]{0,8}[a-z0-9]$/, {
    error: "is not a name for a shared database.\nUse 2 to 10 lower-case letters, digits and hyphens, a letter first.",
});

export type RawDatabase = z.infer<typeof database>;
export type RawSharedDatabase = z.infer<typeof sharedDatabase>;
