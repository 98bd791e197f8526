/**
 * An app that is renamed with `formerly` is the same app in AWS: every resource is found under the name that it had, and
 * nothing about it changes but that.
 *
 * `npm test` renames all apps of a stack file at once, and one alone, chosen by seed; `SELFHOST_ALL=1 npm test` each alone.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { difference } from "../plan/difference/difference";
import type { Difference } from "../plan/difference/model";
import { differenceText } from "../plan/difference/text";
import type { Graph } from "../plan/graph";
import { ROOT, stackFiles } from "../scripts/golden";
import { stackName } from "../settings/stackFile";
import { planText } from "./support/planned";
import { share } from "./support/seed";
import { appsIn, renamedText } from "./support/renaming";
import { planned } from "./support/stacks";

/** So many of the apps that are not alone in their stack are renamed alone in `npm test`. */
const ALONE = 1;

/** Sorts behind every other name, and has none of them in it. */
const newName = (_: string, at: number): string => `zz${at}`;

interface Case {
    readonly file: string;
    readonly apps: readonly string[];
}

function textOf(file: string): string {
    return readFileSync(join(ROOT, file), "utf8");
}

async function renamedGraph({ file, apps }: Case): Promise<Graph> {
    const names = Object.fromEntries(apps.map((app, at) => [app, newName(app, at)]));
    return (await planText(renamedText(textOf(file), names), stackName(file))).graph;
}

/** The policy that names services by how their names begin: one that is made from now on begins otherwise. */
function isOfServiceNames({ type, name, properties }: Difference["changed"][number]): boolean {
    return (
        type === "aws:iam/rolePolicy:RolePolicy" &&
        name.endsWith("-smoke-policy") &&
        properties.every(({ path }) => /^policy\.Statement\[SeeWhat\w+\]\.Resource\[\]$/.test(path))
    );
}

const all: readonly Case[] = stackFiles().map((file) => ({ file, apps: appsIn(textOf(file)) }));
const alone: readonly Case[] = all.flatMap(({ file, apps }) =>
    apps.length === 1 ? [] : apps.map((app) => ({ file, apps: [app] })),
);

describe("an app that was renamed", () => {
    for (const one of [...all, ...share(alone, ALONE)]) {
        it(`${one.file}: ${one.apps.join(", ")} stays as it is in AWS`, async () => {
            const before = (await planned(one.file)).graph;
            const after = await renamedGraph(one);
            const found = difference(before, after);
            assert.deepEqual([found.added, found.removed, found.replaced, found.guards], [[], [], [], []]);
            const other = found.changed.filter((change) => !isOfServiceNames(change));
            assert.deepEqual(other, [], JSON.stringify(other, null, 1));
            assert.deepEqual([found.dataLoss, found.renamed], [[], []]);
            assert.deepEqual(
                after.resources
                    .filter(({ name, parent }) => parent !== undefined && hasOldName(name, one.apps))
                    .map(({ name }) => name),
                [],
                "something is still called by the former name",
            );
            assert.ok(found.moved.length > 0);
            const shown = differenceText(found);
            for (const [at, app] of one.apps.entries()) {
                assert.match(shown, new RegExp(`→ +${app} → zz${at}\n +\\d+ resources renamed`));
            }
        });
    }
});

/** As a word of it, in the place where the name of its app would be. */
function hasOldName(name: string, apps: readonly string[]): boolean {
    return !/\bzz\d\b/.test(name) && apps.some((app) => `-${name}-`.includes(`-${app}-`));
}
