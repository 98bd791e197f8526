/** Variables, secrets and files of an app that would not arrive, or would take something away from it. */
import assert from "node:assert/strict";
import { RESERVED_DATABASES } from "../../settings/databaseRules";
import { APP, itExplains, type Case } from "../support/mistakes";

const ALONE = "selfhost:apps: { docs: { preset: web";

const CASES: readonly Case[] = [
    ...["AWS_PROFILE", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "ECS_CONTAINER_METADATA_URI_V4"].map(
        (name) => ({
            name: `${name}, which ECS or an SDK reads`,
            app: `env: { ${name}: x }`,
            path: `${APP}.env.${name}`,
            says: /task role/,
            fix: /permissions:/,
        }),
    ),
    {
        name: "credentials in place of the task role's",
        app: "secrets: { AWS_SECRET_ACCESS_KEY: { ssm: /aws/key } }",
        path: `${APP}.secrets.AWS_SECRET_ACCESS_KEY`,
        says: /task role/,
        fix: /permissions:/,
    },
    {
        name: "two secrets in one file",
        app: "secrets: { ONE: { ssm: /one }, TWO: { ssm: /two } }\nfiles: { ONE: key.pem, TWO: key.pem }",
        path: `${APP}.files.TWO`,
        says: /file of `ONE`/,
        fix: /different names/,
    },
    ...["MY SECRET", "A.B", "1A", ""].map((name) => ({
        name: `a config secret called ${JSON.stringify(name)}`,
        config: `"selfhost:bookstack.${name}": { secure: AAAA }`,
        path: `selfhost:bookstack.${name}`,
        says: /not the name of an environment variable/,
        fix: /letters/,
    })),
    {
        name: "an ARN of another partition",
        app: 'permissions: [{ actions: ["ses:SendEmail"], resources: ["arn:aws-cn:ses:eu-west-1:123456789012:identity/*"] }]',
        path: `${APP}.permissions[0].resources[0]`,
        says: /partition `aws-cn`/,
        fix: /`arn:aws:ses:eu-west-1:123456789012:identity\/\*`/,
    },
];

const DATABASES: readonly Case[] = [
    ...["mysql", "admin", "information-schema", "aws-tools"].map((name) => ({
        name: `an app called ${name}, with a database`,
        config: `selfhost:apps: { ${name}: { preset: web, database: {} } }`,
        path: `selfhost:apps.${name}`,
        says: /belongs to the engine or to AWS/,
        fix: new RegExp(`my-${name}`),
    })),
    ...['"16.0"', '"12.1"'].map((version) => ({
        name: `PostgreSQL ${version}, without the Data API`,
        config: `${ALONE}, database: { version: ${version}, minCapacity: 1 } } }`,
        path: "selfhost:apps.docs.database.version",
        says: /without the Data API/,
        fix: /17\.5/,
    })),
    {
        name: "Aurora MySQL without the Data API",
        app: 'database: { version: "8.0.mysql_aurora.3.04.0", minCapacity: 1 }',
        path: `${APP}.database.version`,
        says: /without the Data API/,
        fix: /mysql_aurora/,
    },
    {
        name: "a restore to a time that no day has",
        app: 'database: { restore: { generation: 2, cluster: dev-bookstack-1, time: "2027-13-45T99:99:99Z" } }',
        path: `${APP}.database.restore.time`,
        says: /not a point in time/,
        fix: /latest/,
    },
    {
        name: "a restore of a cluster that has no such name",
        app: 'database: { restore: { generation: 2, cluster: "not a name" } }',
        path: `${APP}.database.restore.cluster`,
        says: /not the identifier/,
        fix: /prod-bookstack-1/,
    },
    {
        name: "a restore of a snapshot that has no such name",
        app: 'database: { restore: { generation: 2, snapshot: "not a name" } }',
        path: `${APP}.database.restore.snapshot`,
        says: /not a snapshot/,
        fix: /ARN/,
    },
];

describe("variables and secrets of an app", () => {
    itExplains(CASES);
});

describe("databases of apps", () => {
    itExplains(DATABASES);

    it("are refused by name wherever the function that makes them would refuse", async () => {
        const { RESERVED } = await import("../../lambda/database-user/request.mjs");
        assert.equal(RESERVED_DATABASES.source, RESERVED.source);
    });
});
