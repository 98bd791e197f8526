/**
 * An app that is renamed with `formerly` is the same app in AWS: every resource is found under the name that it had, and
 * nothing about it changes but that.
 *
 * `npm test` renames all apps at once in some stacks, and one alone in another, chosen by seed; `SELFHOST_ALL=1 npm test`
 * all apps at once in each stack, and each alone.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { difference } from "../plan/difference/difference";
import type { Difference, PlanDocument } from "../plan/difference/model";
import { differenceText } from "../plan/difference/text";
import type { Plan } from "../plan/plan";
import { ROOT, stackFiles } from "../scripts/golden";
import { stackName } from "../settings/stackFile";
import { planText } from "./support/planned";
import { remembered } from "./support/recorded";
import { share } from "./support/seed";
import { appsIn, renamedText } from "./support/renaming";
import { planned } from "./support/stacks";

/** So many stacks, and so many of the apps that are not alone in theirs, in `npm test`. */
const TOGETHER = 2;
const ALONE = 1;

/** What the stack files of the repository have not: topics, generations, sources of its own, what is handed on. */
const MORE = `config:
  aws:region: eu-west-1
  selfhost:profile: staging
  selfhost:domain: example.com
  selfhost:delivery:
    promotesTo: [{ environment: prod }]
    notifications: { emails: [team@example.com] }
    connections:
      github: arn:aws:codeconnections:eu-west-1:123456789012:connection/0a1b2c3d-0123-4567-89ab-0123456789ab
  selfhost:databases:
    common: { engine: aurora-mysql, restore: { generation: 2, snapshot: one } }
  selfhost:apps:
    built:
      preset: bookstack
      admin: { email: a@example.com }
      database: { use: common, credentialsGeneration: 2 }
      reaches: [shop]
    shop:
      preset: web
      user: "1000"
      readonlyRootFilesystem: true
      reaches: [sources]
      database: { engine: aurora-postgresql, restore: { generation: 2, snapshot: one } }
      migrate: [node, migrate.mjs]
      bucket: true
      generatedSecrets: [SESSION]
      pipeline:
        source: { github: example/shop }
        approvals: [{ emails: [a@example.com], approvers: ["arn:aws:iam::123456789012:role/boss"] }]
        integration: ["true"]
        notify: [shop@example.com]
        stages: [{ environment: prod, approvals: [{ emails: [b@example.com] }] }]
        deploy: pulumi
    sources:
      preset: web
      user: "1000"
      readonlyRootFilesystem: true
      pipeline: { source: { codecommit: sources, create: true } }
    blog:
      preset: ghost
      deploy: { strategy: codeDeploy, overlap: brief, smoke: [{ path: / }], alarms: { latency: 1 } }
      pipeline: { imageFrom: { github: example/blog }, source: { ecr: {} }, deploy: codedeploy }
    last: { preset: site, pipeline: { promoteFrom: dev } }
`;

const more = remembered((text: string) => planText(text, "more"));

interface Case {
    /** Relative to the project; undefined: the text above. */
    readonly file: string | undefined;
    readonly apps: readonly string[];
}

function textOf({ file }: Pick<Case, "file">): string {
    return file === undefined ? MORE : readFileSync(join(ROOT, file), "utf8");
}

function planOf({ file }: Case): Promise<Plan> {
    return file === undefined ? more(MORE) : planned(file);
}

/** Sorts behind every other name, and has none of them in it. */
function newNames(apps: readonly string[]): Readonly<Record<string, string>> {
    return Object.fromEntries(apps.map((app, at) => [app, `zz${at}`]));
}

function documentOf({ graph, cost, policy }: Plan): PlanDocument {
    return { ...graph, cost, policy };
}

/** The policy that names services by how their names begin: one that is made from now on begins otherwise. */
function isOfServiceNames({ type, name, properties }: Difference["changed"][number]): boolean {
    return (
        type === "aws:iam/rolePolicy:RolePolicy" &&
        name.endsWith("-smoke-policy") &&
        properties.every(({ path }) => /^policy\.Statement\[SeeWhat\w+\]\.Resource\[\]$/.test(path))
    );
}

/** As a word of it, in the place where the name of its app would be. */
function hasOldName(name: string, apps: readonly string[]): boolean {
    const isOther = /\bzz\d\b/.test(name) || name.startsWith("delivery-verified-");
    return !isOther && apps.some((app) => `-${name}-`.includes(`-${app}-`));
}

const all = stackFiles().map((file): Case => ({ file, apps: appsIn(textOf({ file })) }));
const everything: Case = { file: undefined, apps: appsIn(MORE) };
const alone = [...all, everything].flatMap(({ file, apps }) =>
    apps.length === 1 ? [] : apps.map((app): Case => ({ file, apps: [app] })),
);

describe("an app that was renamed", () => {
    for (const one of [everything, ...share(all, TOGETHER), ...share(alone, ALONE)]) {
        const { file, apps } = one;
        it(`${file ?? "a stack with much delivery"}: ${apps.join(", ")} stays as it is in AWS`, async () => {
            const names = newNames(apps);
            const stack = file === undefined ? "more" : stackName(file);
            const before = documentOf(await planOf(one));
            const renamed = await planText(renamedText(textOf(one), names), stack);
            const after = documentOf(renamed);
            const found = difference(before, after);
            assert.deepEqual([found.added, found.removed, found.replaced, found.guards], [[], [], [], []]);
            const other = found.changed.filter((change) => !isOfServiceNames(change));
            assert.deepEqual(other, [], JSON.stringify(other, null, 1));
            assert.deepEqual([found.dataLoss, found.renamed, found.cost?.resources], [[], [], []]);
            assert.deepEqual([found.policy?.added, found.policy?.resolved], [[], []]);
            const shown = differenceText(found);
            for (const app of apps) {
                assert.match(shown, new RegExp(`→ +${app} → ${names[app] ?? ""}\n +\\d+ resources renamed`));
            }
            const old = renamed.graph.resources.filter(
                ({ name, parent }) => parent !== undefined && hasOldName(name, apps),
            );
            assert.deepEqual(
                old.map(({ name }) => name),
                [],
                "something is still called by the former name",
            );
            const told = renamed.graph.outputs.apps as Readonly<Record<string, { formerly?: unknown }>>;
            assert.deepEqual(
                apps.map((app) => told[names[app] ?? ""]?.formerly),
                apps.map((app) => [app]),
            );
        });
    }

    it("twice is still what it was, whether the state has one of the names or the other", async () => {
        const text = textOf({ file: "Pulumi.dev.yaml" });
        const first = await planned("Pulumi.dev.yaml");
        const second = await planText(renamedText(text, { bookstack: "handbook" }), "dev");
        const third = await planText(
            renamedText(text, { bookstack: "manual" }, () => ["bookstack", "handbook"]),
            "dev",
        );
        for (const before of [first, second]) {
            const found = difference(before.graph, third.graph);
            assert.deepEqual(
                [found.added, found.removed, found.replaced, found.changed],
                [[], [], [], []],
                JSON.stringify(found.changed),
            );
        }
    });

    it("and loses the line again would lose what AWS calls by the first name, and the plan says it", async () => {
        const text = textOf({ file: "Pulumi.prod.yaml" });
        const before = await planText(renamedText(text, { bookstack: "handbook" }), "prod");
        const without = renamedText(text, { bookstack: "handbook" }, () => undefined);
        const after = await planText(
            without.replace("    handbook:\n", "    handbook:\n      preset: bookstack\n"),
            "prod",
        );
        const found = difference(before.graph, after.graph);
        const lost = found.dataLoss.map(({ name, how }) => `${name} ${how}`);
        for (const name of ["handbook-database-1", "handbook-image-repository", "handbook-image-release"]) {
            assert.ok(lost.includes(`${name} replaced`), `${name}: ${lost.join()}`);
        }
    });
});
