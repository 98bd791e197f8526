/** Pipelines that cannot work: what is said, where, and what to write instead. */
import assert from "node:assert/strict";
import { APP, itExplains, type Case } from "../support/mistakes";
import { problemsOf } from "../support/settings";

const PIPELINE = `${APP}.pipeline`;
const GITHUB = "github: example/wiki";
const DIGEST = "0".repeat(64);

/** The app with this pipeline. */
function pipeline(text: string): string {
    return `pipeline: { ${text} }`;
}

/** An app of another preset, or with another name, and this pipeline. */
function other(name: string, preset: string, text: string, more = ""): string {
    const options = preset === "web" ? "health: { path: /health }, " : "";
    return `selfhost:apps: { ${name}: { preset: ${preset}, ${options}${more}pipeline: { ${text} } } }`;
}

const CASES: readonly Case[] = [
    {
        name: "a pipeline that releases nothing",
        app: pipeline("onFailure: stop"),
        path: PIPELINE,
        says: /does not say where releases come from/,
        fix: /`source: \{ github: owner\/name \}`, or `promoteFrom/,
    },
    {
        name: "a source and a promotion",
        app: pipeline(`source: { ${GITHUB} }, promoteFrom: test`),
        path: PIPELINE,
        says: /more than once/,
        fix: /go together with `start: tag`/,
    },
    {
        name: "a promotion that another environment's pipeline does too",
        app: pipeline("promoteFrom: test, stageOf: test"),
        path: PIPELINE,
        says: /more than once/,
        fix: /Keep one of/,
    },
    {
        name: "all three, also with a tag that starts",
        app: pipeline(`source: { ${GITHUB}, tags: [v*] }, promoteFrom: test, stageOf: test, start: tag`),
        path: PIPELINE,
        says: /more than once/,
        fix: /Keep one of/,
    },
    {
        name: "a promotion from the environment itself",
        app: pipeline("promoteFrom: dev"),
        path: `${PIPELINE}.promoteFrom`,
        says: /is this environment itself/,
        fix: /the environment before it/,
    },
    {
        name: "a promotion from the environment itself, in more words",
        app: pipeline('promoteFrom: { environment: dev, account: "210987654321" }'),
        path: `${PIPELINE}.promoteFrom`,
        says: /is this environment itself/,
        fix: /the environment before it/,
    },
    {
        name: "a stage of the environment itself",
        app: pipeline("stageOf: dev"),
        path: `${PIPELINE}.stageOf`,
        says: /is this environment itself/,
        fix: /the environment before it/,
    },
    {
        name: "an image beside the pipeline that releases it",
        app: `image: { build: { context: docker/bookstack } }\n${pipeline(`source: { ${GITHUB} }`)}`,
        path: `${APP}.image`,
        says: /what its pipeline released last/,
        fix: /Remove it, or remove `pipeline`/,
    },
    {
        name: "a build in a pipeline of its own, whose push starts nothing",
        app: pipeline(`source: { ${GITHUB} }, imageFrom: { ${GITHUB} }`),
        path: `${PIPELINE}.imageFrom`,
        says: /nothing here waits for its push/,
        fix: /`source: \{ ecr: \{\} \}`/,
    },
    {
        name: "a build that pushes to one repository, and a pipeline that waits for another",
        app: pipeline(`source: { ecr: { repository: wiki } }, imageFrom: { ${GITHUB} }`),
        path: `${PIPELINE}.source.ecr.repository`,
        says: /bookstack's own/,
        fix: /Remove it/,
    },
    {
        name: "every push to the app's own repository",
        app: pipeline("source: { ecr: {} }"),
        path: `${PIPELINE}.source.ecr`,
        says: /the one that keeps a release/,
        fix: /`ecr: \{ tag: up-live \}`/,
    },
    {
        name: "a tag that cannot move",
        app: pipeline("source: { ecr: { tag: live } }"),
        path: `${PIPELINE}.source.ecr.tag`,
        says: /would have to move/,
        fix: /`tag: up-live`/,
    },
    {
        name: "how to build what is promoted",
        app: pipeline("promoteFrom: test, build: { compute: large }"),
        path: `${PIPELINE}.build`,
        says: /the image exists already/,
        fix: /Remove it/,
    },
    {
        name: "how to build what somebody else pushes",
        app: pipeline("source: { ecr: { repository: wiki } }, build: { compute: large }"),
        path: `${PIPELINE}.build`,
        says: /the image exists already/,
        fix: /Remove it/,
    },
    {
        name: "a context that is not in the repository",
        app: pipeline(`source: { ${GITHUB} }, build: { context: ../wiki }`),
        path: `${PIPELINE}.build.context`,
        says: /nothing but its repository/,
        fix: /folder of the repository/,
    },
    {
        name: "a context on somebody's machine",
        app: pipeline(`source: { ${GITHUB} }, build: { context: /home/me/wiki }`),
        path: `${PIPELINE}.build.context`,
        says: /nothing but its repository/,
        fix: /folder of the repository/,
    },
    {
        name: "a context that only seems to be in the repository",
        app: pipeline(`source: { ${GITHUB} }, build: { context: wiki/../.. }`),
        path: `${PIPELINE}.build.context`,
        says: /nothing but its repository/,
        fix: /folder of the repository/,
    },
    {
        name: "a site's folder that is not in the repository",
        config: other("news", "site", `source: { ${GITHUB} }`, "folder: ../news, "),
        path: "selfhost:apps.news.folder",
        says: /nothing but its repository/,
        fix: /like `site`/,
    },
    {
        name: "a Dockerfile that is not in the repository",
        app: pipeline(`source: { ${GITHUB} }, build: { dockerfile: ../Dockerfile }`),
        path: `${PIPELINE}.build.dockerfile`,
        says: /not in the sources/,
        fix: /below the context/,
    },
    {
        name: "the folder of a site that is promoted",
        config: other("news", "site", "promoteFrom: test", "folder: news, "),
        path: "selfhost:apps.news.folder",
        says: /the image exists already/,
        fix: /Remove it/,
    },
    {
        name: "a tag that starts, and none named",
        app: pipeline(`source: { ${GITHUB} }, start: tag`),
        path: `${PIPELINE}.start`,
        says: /which tags/,
        fix: /tags: \[v\*\]/,
    },
    {
        name: "a tag that starts a promotion from nowhere",
        app: pipeline("promoteFrom: test, start: tag"),
        path: `${PIPELINE}.start`,
        says: /which tags/,
        fix: /tags: \[v\*\]/,
    },
    {
        name: "tags where a person starts",
        app: pipeline(`source: { ${GITHUB}, tags: [v*] }, start: hand`),
        path: `${PIPELINE}.source.tags`,
        says: /a person starts the pipeline/,
        fix: /`start: tag`/,
    },
    {
        name: "paths where a person starts",
        app: pipeline(`source: { ${GITHUB}, paths: [src/**] }, start: hand`),
        path: `${PIPELINE}.source.paths`,
        says: /pushes to the branch do not start/,
        fix: /remove `start`/,
    },
    {
        name: "paths where a tag starts",
        app: pipeline(`source: { ${GITHUB}, tags: [v*], paths: [src/**] }, start: tag`),
        path: `${PIPELINE}.source.paths`,
        says: /pushes to the branch do not start/,
        fix: /remove `start`/,
    },
    ...Object.entries({
        start: "hand",
        approvals: "[{}]",
        window: '{ days: MON, start: "08:00", stop: "16:00" }',
        blockedBy: "[errors]",
        onFailure: "stop",
        integration: ["npm test"],
        stages: "[{ environment: prod }]",
        notify: "[a@example.com]",
    }).map(([key, value]): Case => ({
        name: `\`${key}\` in a stage of another environment's pipeline`,
        app: pipeline(`stageOf: test, ${key}: ${Array.isArray(value) ? `[${value.join()}]` : value}`),
        path: `${PIPELINE}.${key}`,
        says: /the business of the pipeline of `test`/,
        fix: /Write it there, or `promoteFrom: test`/,
    })),
    {
        name: "a result on pull requests through a connection that nobody has accepted",
        app: pipeline(`source: { ${GITHUB}, pullRequests: true }`),
        path: `${PIPELINE}.source.pullRequests`,
        says: /a connection to github that somebody has accepted/,
        fix: /connections: \{ github: <ARN> \}/,
    },
    {
        name: "the same of a build in a pipeline of its own",
        app: pipeline("source: { ecr: {} }, imageFrom: { gitlab: example/wiki, pullRequests: true }"),
        path: `${PIPELINE}.imageFrom.pullRequests`,
        says: /a connection to gitlab that somebody has accepted/,
        fix: /connections: \{ gitlab: <ARN> \}/,
    },
    {
        name: "a result on pull requests where nothing is built",
        app: pipeline(`source: { ${GITHUB}, tags: [v*], pullRequests: true }, promoteFrom: test, start: tag`),
        path: `${PIPELINE}.source.pullRequests`,
        says: /nothing is built here/,
        fix: /Remove it/,
    },
    {
        name: "another deployer in a stage of another environment's pipeline",
        app: pipeline("stageOf: test, deploy: ecs"),
        path: `${PIPELINE}.deploy`,
        says: /asks this one to run `pulumi up`/,
        fix: /`promoteFrom` instead of `stageOf`/,
    },
    {
        name: "a window without an end",
        app: pipeline(`source: { ${GITHUB} }, window: { days: MON, start: "08:00" }`),
        path: `${PIPELINE}.window.stop`,
        says: /missing/,
        fix: /./,
    },
    {
        name: "a window that opens within an hour",
        app: pipeline(`source: { ${GITHUB} }, window: { days: MON, start: "08:30", stop: "16:00" }`),
        path: `${PIPELINE}.window.start`,
        says: /not a full hour/,
        fix: /`08:00` in quotes/,
    },
    {
        name: "a window that closes within an hour",
        app: pipeline(`source: { ${GITHUB} }, window: { days: MON, start: "08:00", stop: "16:15" }`),
        path: `${PIPELINE}.window.stop`,
        says: /not a full hour/,
        fix: /`16:00` in quotes/,
    },
    {
        name: "a window over midnight",
        app: pipeline(`source: { ${GITHUB} }, window: { days: MON, start: "22:00", stop: "04:00" }`),
        path: `${PIPELINE}.window.start`,
        says: /not before `stop` \(04:00\)/,
        fix: /closes on the day it opened/,
    },
    {
        name: "a window of no time",
        app: pipeline(`source: { ${GITHUB} }, window: { days: MON, start: "08:00", stop: "08:00" }`),
        path: `${PIPELINE}.window.start`,
        says: /not before `stop`/,
        fix: /earlier time/,
    },
    {
        name: "a window of no time zone",
        app: pipeline(
            `source: { ${GITHUB} }, window: { days: MON, start: "08:00", stop: "16:00", timezone: Mars }`,
        ),
        path: `${PIPELINE}.window.timezone`,
        says: /not a time zone/,
        fix: /Europe\/Berlin/,
    },
    {
        name: "nothing that answers until the first release, where tasks have no way to a public image",
        config: "selfhost:network: { egress: endpoints }",
        app: pipeline(`source: { ${GITHUB} }`),
        path: `${PIPELINE}.bootstrap`,
        says: /is missing: with `egress: endpoints`/,
        fix: /bootstrap: <URI>@sha256/,
    },
    {
        name: "nothing that answers until the first release, where ECR has no cache",
        config: `aws:region: cn-north-1\n${other("shop", "web", "source: { s3: { bucket: sources, key: shop.zip } }")}`,
        path: "selfhost:apps.shop.pipeline.bootstrap",
        says: /is missing: ECR has no cache/,
        fix: /bootstrap: <URI>@sha256/,
    },
    {
        name: "a stack that the bootstrap makes no roles for",
        app: pipeline(`source: { ${GITHUB} }`),
        config: "selfhost:profile: dev",
        given: { stack: "my-env" },
        path: "selfhost:delivery",
        says: /the bootstrap makes no roles/,
        fix: /Rename the stack/,
    },
    {
        name: "an app whose pipeline would have the name of the environment's",
        config: other("infrastructure", "web", `source: { ${GITHUB} }`),
        path: "selfhost:apps.infrastructure",
        says: /the name of the environment's own/,
        fix: /another name/,
    },
];

describe("pipelines that cannot work", () => {
    itExplains(CASES);
});

/** The neighbours of what is refused. */
const WELL: Readonly<Record<string, string>> = {
    "a branch of more words than one": `source: { ${GITHUB}, branch: "fix/it's-ä_(1)$x" }`,
    "a promotion that a tag starts": `source: { ${GITHUB}, tags: [v*] }, promoteFrom: test, start: tag`,
    "an image with Node of one's own": `source: { ${GITHUB} }, bootstrap: 123456789012.dkr.ecr.eu-west-1.amazonaws.com/node@sha256:${DIGEST}`,
    "a build of its own, and every push that it makes": `source: { ecr: {} }, imageFrom: { ${GITHUB} }`,
    "a tag that moves in the app's own repository": "source: { ecr: { tag: up-live } }",
    "a tag that moves in somebody else's": "source: { ecr: { repository: wiki, tag: live } }",
    "a folder below another": `source: { ${GITHUB} }, build: { context: apps/../wiki, dockerfile: docker/Dockerfile }`,
    "a stage of another environment's pipeline": "stageOf: test",
    "two stages": `source: { ${GITHUB} }, stages: [{ environment: test }, { environment: qa }]`,
    "a window of an hour": `source: { ${GITHUB} }, window: { days: MON, start: "08:00", stop: "09:00", timezone: Europe/Berlin }`,
};

describe("pipelines that work", () => {
    for (const [name, text] of Object.entries(WELL)) {
        it(name, () => {
            const file = [
                "config:",
                "  aws:region: eu-west-1",
                "  selfhost:domain: example.com",
                "  selfhost:apps:",
                `    bookstack: { admin: { email: a@example.com }, ${pipeline(text)} }`,
                "",
            ];
            assert.deepEqual(problemsOf(file.join("\n")), []);
        });
    }
});
