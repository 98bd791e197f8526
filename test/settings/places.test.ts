/** Where pipelines may lead, and through which connections: what is said of the rest, and what to write instead. */
import { APP, type Case, itExplains } from "../support/mistakes";

const PIPELINE = `${APP}.pipeline`;
const GITHUB = "github: example/wiki";
const IMAGE = `"123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn/node@sha256:${"0".repeat(64)}"`;

/** The app with this pipeline. */
function pipeline(text: string): string {
    return `pipeline: { ${text} }`;
}

/** A web application with this pipeline, in a region of China. */
function inChina(text: string): string {
    return `aws:region: cn-north-1
selfhost:apps: { shop: { preset: web, health: { path: /health }, pipeline: { ${text}, bootstrap: ${IMAGE} } } }`;
}

const CASES: readonly Case[] = [
    {
        name: "a stage that is the environment itself",
        app: pipeline(`source: { ${GITHUB} }, stages: [{ environment: dev }]`),
        path: `${PIPELINE}.stages[0].environment`,
        says: /comes first anyway/,
        fix: /Remove it/,
    },
    {
        name: "a stage twice",
        app: pipeline(
            `source: { ${GITHUB} }, stages: [{ environment: test }, { environment: qa }, { environment: test }]`,
        ),
        path: `${PIPELINE}.stages[2].environment`,
        says: /is there twice/,
        fix: /Name each once/,
    },
    ...Object.entries({ account: '"210987654321"', region: "eu-central-1" }).map(([key, value]): Case => ({
        name: `a stage in another ${key}`,
        app: pipeline(`source: { ${GITHUB} }, stages: [{ environment: prod, ${key}: ${value} }]`),
        path: `${PIPELINE}.stages[0].${key}`,
        says: /is not a setting/,
        fix: /in its own account and region\. Write `promoteFrom` in the other environment instead/,
    })),
    {
        name: "a promotion from another partition",
        app: pipeline("promoteFrom: { environment: test, region: us-gov-west-1 }"),
        path: `${PIPELINE}.promoteFrom.region`,
        says: /is in the partition aws-us-gov/,
        fix: /Push the image here/,
    },
    {
        name: "a repository behind a connection where AWS has none",
        config: inChina(`source: { ${GITHUB} }`),
        path: "selfhost:apps.shop.pipeline.source",
        says: /a connection to the repository, which is not offered in aws-cn/,
        fix: /`s3`, `ecr` or `codecommit`/,
    },
    {
        name: "a build of its own from such a repository",
        config: inChina(`source: { ecr: {} }, imageFrom: { ${GITHUB} }`),
        path: "selfhost:apps.shop.pipeline.imageFrom",
        says: /not offered in aws-cn/,
        fix: /`s3`, `ecr` or `codecommit`/,
    },
    {
        name: "a connection for an app whose name would be too long",
        config: "selfhost:profile: dev",
        app: pipeline("source: { bitbucket: example/wiki }"),
        given: { stack: "productionlike" },
        path: "selfhost:delivery.connections.bitbucket",
        says: /`selfhost-productionlike-bitbucket`, which is longer than 32/,
        fix: /Make one in the console, and write its ARN/,
    },
    {
        name: "a connection that nothing uses",
        config: 'selfhost:delivery: { connections: { gitlab: "arn:aws:codeconnections:eu-west-1:123456789012:connection/1a" } }',
        app: pipeline(`source: { ${GITHUB} }`),
        path: "selfhost:delivery.connections.gitlab",
        says: /nothing here has its sources at gitlab/,
        fix: /Remove it, or write the pipeline that uses it/,
    },
    {
        name: "a promotion into another partition",
        config: "selfhost:delivery: { promotesTo: [{ environment: china, region: cn-north-1 }] }",
        path: "selfhost:delivery.promotesTo[0].region",
        says: /is in the partition aws-cn/,
        fix: /Push the image there/,
    },
    {
        name: "a stage that can have no roles",
        app: pipeline(`source: { ${GITHUB} }, stages: [{ environment: pre-prod }]`),
        path: `${PIPELINE}.stages[0].environment`,
        says: /the bootstrap makes no roles/,
        fix: /the bootstrap knows/,
    },
    {
        name: "a stage whose program has a key that the pipeline may not use",
        config: `selfhost:apps:
  news: { preset: site, pipeline: { stageOf: test } }
  shop: { preset: site, path: /shop, host: news, pipeline: { promoteFrom: { environment: test, account: "210987654321" } } }`,
        path: "selfhost:apps.news.pipeline.stageOf",
        says: /its bucket has a key, because shop is promoted from another account/,
        fix: /`promoteFrom: test` instead/,
    },
    ...["feature/*", "refs/heads/main", "--force", "my branch", "a#{Source.CommitId}"].map(
        (branch): Case => ({
            name: `a branch that is none: ${branch}`,
            app: pipeline(`source: { ${GITHUB}, branch: "${branch}" }`),
            path: `${PIPELINE}.source.branch`,
            says: /is not the name of a branch/,
            fix: /without `refs\/heads\/`/,
        }),
    ),
];

describe("stages, promotions and connections that cannot be", () => {
    itExplains(CASES);
});
