/** What one more `up` does after somebody edited the stack file: what was meant, and nothing else. */
import assert from "node:assert/strict";
import type { JsonObject } from "../../plan/record/values";
import { aliasesOf } from "./equality";
import { deletedBeforeUsers } from "./order";
import { text } from "./provider/json";
import type { Drift } from "./provider/standIn";
import { ALL, assertStateIsPlan, countable, createStack, engineSuite, planOf } from "./support/engine";
import {
    changesIn,
    type EngineResource,
    type EngineStack,
    type Preview,
    type StackConfig,
} from "./support/stack";

interface Edit {
    readonly setting: string;
    readonly change: (config: StackConfig) => void;
    /** `<operation> <logical name>`; an operation that is a replacement is only `replace`. */
    readonly expected: readonly string[];
}

/** Whatever is in the containers makes a new revision, which the migration is told of and the service runs. */
const NEW_REVISION = [
    "replace bookstack-definition",
    "update bookstack-migration-run",
    "update bookstack-service",
];

const EDITS: readonly Edit[] = [
    {
        setting: "an environment variable",
        change: ({ bookstack }) => {
            bookstack.env = { APP_LANG: "de" };
        },
        expected: NEW_REVISION,
    },
    {
        setting: "the office hours",
        change: ({ bookstack }) => {
            bookstack.scale = {
                schedule: { days: "MON-FRI", start: "07:00", stop: "21:00", timezone: "Europe/Berlin" },
            };
        },
        expected: ["update bookstack-stop"],
    },
    {
        setting: "the size of the database",
        change: ({ bookstack }) => {
            bookstack.database = { maxCapacity: 3 };
        },
        expected: ["update bookstack-database-1"],
    },
    {
        setting: "how long deleted files are kept",
        change: ({ bookstack }) => {
            bookstack.storage = { keepOldVersionsDays: 3 };
        },
        expected: ["update bookstack-storage-bucket-lifecycle"],
    },
    {
        setting: "the health check",
        change: ({ bookstack }) => {
            bookstack.health = { path: "/status" };
        },
        expected: ["update bookstack-a", "update bookstack-b"],
    },
    {
        setting: "the load balancer's idle time",
        change: ({ environment }) => {
            environment["selfhost:edge"] = { idleTimeout: 70 };
        },
        expected: ["update edge-alb"],
    },
    {
        setting: "Container Insights",
        change: ({ environment }) => {
            environment["selfhost:cluster"] = { insights: "enabled" };
        },
        expected: ["update cluster-cluster"],
    },
    {
        setting: "the tags",
        change: ({ environment }) => {
            environment["selfhost:tags"] = { project: "handbook" };
        },
        // The engine's own diff ends here; AWS's provider then tags each resource.
        expected: ["update aws"],
    },
];

const APP = "handbook";

/** What the app is called later. */
const RENAMED = "manual";

const KEY = `base64:${Buffer.alloc(32, "h").toString("base64")}`;

/** Gives an app another name, as a person does in the stack file. */
function rename({ apps, environment }: StackConfig, from: string, to: string): void {
    apps[to] = { ...apps[from], formerly: from };
    Reflect.deleteProperty(apps, from);
    environment[`selfhost:${to}.APP_KEY`] = environment[`selfhost:${from}.APP_KEY`];
    Reflect.deleteProperty(environment, `selfhost:${from}.APP_KEY`);
}

/** An address is in the rule and in what the application knows of itself. */
function moved(app: string): readonly string[] {
    return [
        `update ${app}-rule`,
        `replace ${app}-definition`,
        `update ${app}-migration-run`,
        `update ${app}-service`,
    ];
}

interface Move {
    readonly what: string;
    readonly change: (config: StackConfig) => void;
    readonly expected: readonly string[];
}

const MOVES: readonly Move[] = [
    {
        what: "two apps that swap their hosts",
        change: ({ apps, bookstack }) => {
            apps[RENAMED] = { ...apps[RENAMED], host: "wiki" };
            bookstack.host = APP;
        },
        expected: [...moved("bookstack"), ...moved(RENAMED)],
    },
    {
        what: "an app at another host",
        change: ({ bookstack }) => {
            bookstack.host = "elsewhere";
        },
        expected: [
            ...moved("bookstack"),
            ...["a", "aaaa"].flatMap((type) => [
                `create edge-elsewhere.dev.example.com-${type}`,
                `delete edge-wiki.dev.example.com-${type}`,
            ]),
        ],
    },
    {
        what: "an app below another's host",
        change: ({ apps }) => {
            apps[RENAMED] = { ...apps[RENAMED], host: "wiki", path: "/manual" };
        },
        expected: [
            ...moved(RENAMED),
            ...["a", "aaaa"].map((type) => `delete edge-${APP}.dev.example.com-${type}`),
        ],
    },
];

engineSuite("an edited stack on the real engine", (project) => {
    let stack: EngineStack;
    let before: readonly EngineResource[] = [];

    function edited(edits: readonly Edit[]): Promise<Preview> {
        stack.edit((config) => {
            for (const { change } of edits) {
                change(config);
            }
        });
        return stack.preview();
    }

    it("is made", async () => {
        stack = await createStack(project(), "dev");
        await stack.up();
        before = await assertStateIsPlan(stack);
    });

    for (const edit of ALL ? EDITS : []) {
        it(`${edit.setting}: changes only what has to do with it`, async () => {
            const text = stack.fileText();
            assert.deepEqual(changesIn(await edited([edit])), [...edit.expected].sort());
            stack.setFileText(text);
        });
    }

    it("several settings at once: changes what has to do with each of them", async () => {
        const expected = EDITS.flatMap((edit) => edit.expected);
        assert.deepEqual(changesIn(await edited(EDITS)), [...new Set(expected)].sort());
    });

    it("an app more, and all of these edits: the other app's resources stay as they are", async () => {
        await stack.setSecret(`selfhost:${APP}.APP_KEY`, KEY);
        stack.edit(({ apps }) => {
            apps[APP] = { preset: "bookstack", host: APP, admin: { email: "admin@example.com" } };
        });
        const { create, update, replace, ...others } = await stack.up();
        assert.deepEqual(Object.keys(others), ["same"]);
        assert.equal(
            update,
            EDITS.flatMap(({ expected }) => expected).filter((change) => change.startsWith("update")).length,
        );
        assert.equal(replace, 1);
        before = await assertStateIsPlan(stack);
        assert.equal(create, before.filter(({ urn }) => urn.includes(APP)).length);
    });

    it("apps with other names: each is found under the one that it had, and nothing happens to any", async () => {
        const text = stack.fileText();
        stack.edit((config) => {
            rename(config, APP, RENAMED);
            rename(config, "bookstack", "wikibook");
        });
        const preview = await stack.preview();
        assert.deepEqual(changesIn(preview), []);
        const named = preview.steps.filter(({ urn }) => /::(manual|wikibook)\b/.test(urn)).length;
        assert.equal(named, before.filter(({ urn }) => /::(handbook|bookstack)\b/.test(urn)).length);
        const { graph } = await planOf(stack);
        for (const { urn, options } of graph.resources) {
            const request = preview.requests.get(urn);
            assert.deepEqual(request && aliasesOf(request), options.aliases, urn);
        }
        stack.setFileText(text);
        stack.edit((config) => {
            rename(config, APP, RENAMED);
        });
    });

    for (const { what, change, expected } of ALL ? MOVES : MOVES.slice(0, 1)) {
        it(`${what}: they move, and nothing else`, async () => {
            const text = stack.fileText();
            stack.edit(change);
            assert.deepEqual(changesIn(await stack.preview()), [...expected].sort());
            stack.setFileText(text);
        });
    }

    it("new credentials and a new key: the old user goes when nobody uses it any more", async () => {
        stack.edit(({ bookstack }) => {
            bookstack.database = { maxCapacity: 3, credentialsGeneration: 2 };
        });
        await stack.setSecret("selfhost:bookstack.APP_KEY", KEY);
        stack.cloud.forgetCalls();
        await stack.up();
        const after = await assertStateIsPlan(stack);
        const calls = stack.cloud.calls();
        const place = (method: string, phase: string, name: string): number =>
            calls.findIndex(
                (call) => call.method === method && call.phase === phase && call.urn.endsWith(`::${name}`),
            );
        const moved = place("update", "end", "bookstack-service");
        assert.ok(
            moved > place("create", "end", "bookstack-database-user-1-2"),
            "the new user comes after the tasks",
        );
        assert.ok(
            moved < place("delete", "begin", "bookstack-database-user-1-1"),
            "the old user goes before its tasks",
        );
        assert.ok(
            place("create", "end", "bookstack-secrets-APP_KEY-version") >= 0,
            "the new key is not written",
        );
        assert.deepEqual(deletedBeforeUsers(before, calls), []);
        const urns = new Set(after.map(({ urn }) => urn));
        const deletedLater = before.filter(
            ({ urn }) => !urns.has(urn) && place("delete", "begin", nameOf(urn)) > moved,
        );
        assert.deepEqual(unreadable(before, [...after, ...deletedLater]), []);
        before = after;
    });

    it("an app less: it goes, and nothing else", async () => {
        stack.edit(({ apps, environment }) => {
            Reflect.deleteProperty(apps, RENAMED);
            Reflect.deleteProperty(environment, `selfhost:${RENAMED}.APP_KEY`);
        });
        stack.cloud.forgetCalls();
        const { same, delete: deleted, ...others } = await stack.up();
        assert.deepEqual(others, {});
        const after = await assertStateIsPlan(stack);
        assert.equal(deleted, before.length - after.length);
        assert.equal(same, countable(after));
        assert.deepEqual(deletedBeforeUsers(before, stack.cloud.calls()), []);
        before = after;
    });

    it("what AWS, a schedule or a scaling policy changed meanwhile is no difference", async () => {
        stack.drift = driftOf(before);
        assert.ok(stack.drift.length >= 2, "nothing drifted");
        const preview = await stack.preview("--refresh");
        assert.deepEqual(
            changesIn(preview).filter((change) => !change.startsWith("refresh")),
            [],
        );
    });
});

/** Sizes that the schedule and the scaling set. */
function driftOf(resources: readonly EngineResource[]): readonly Drift[] {
    const sizes: Readonly<Record<string, JsonObject>> = {
        "aws:appautoscaling/target:Target": { minCapacity: 0, maxCapacity: 0 },
        "aws:ecs/service:Service": { desiredCount: 0 },
    };
    return resources.flatMap(({ urn, type }) => {
        const properties = sizes[type];
        return properties === undefined ? [] : [{ urn, properties }];
    });
}

function nameOf(urn: string): string {
    return urn.split("::").at(-1) ?? "";
}

/**
 * Secrets of the old revision that nobody may read when the service moves. Until it has moved, and when it is rolled
 * back, tasks of the old revision start, with the policies that the roles have by then.
 */
function unreadable(
    before: readonly EngineResource[],
    whenMoving: readonly EngineResource[],
): readonly string[] {
    const policies = whenMoving
        .filter(({ type }) => type === "aws:iam/rolePolicy:RolePolicy")
        .map(({ inputs }) => text(inputs?.policy) ?? "");
    const readable = policies.flatMap((policy) => policy.match(/arn:[^"]+/g) ?? []);
    return before
        .filter(({ type }) => type === "aws:ecs/taskDefinition:TaskDefinition")
        .flatMap(
            ({ inputs }) => text(inputs?.containerDefinitions)?.match(/arn:aws:secretsmanager:[^"]+/g) ?? [],
        )
        .filter((valueFrom) => !readable.some((pattern) => covers(pattern, valueFrom)));
}

/** `…:secret:name-AbCdEf:key::` is a secret and a key in it. */
function covers(pattern: string, valueFrom: string): boolean {
    const arn = valueFrom.split(":").slice(0, 7).join(":");
    return pattern.endsWith("*") ? arn.startsWith(pattern.slice(0, -1)) : arn === pattern;
}
