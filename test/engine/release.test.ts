/** What a pipeline's `up` does with a release: exactly what follows from it, whatever else the program would change. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { canonical } from "./provider/json";
import { ALL, ROOT, createStack, engineSuite } from "./support/engine";
import { changesIn, type EngineResource, type EngineStack } from "./support/stack";

const APP = "bookstack";

/** As delivery/deploy.sh writes them. */
function targets(): readonly string[] {
    const script = readFileSync(join(ROOT, "delivery", "deploy.sh"), "utf8");
    const [, names = ""] = /for target in (.+); do/.exec(script) ?? [];
    const [, pattern = ""] = /--target "(.+?)"\)/.exec(script) ?? [];
    assert.match(pattern, /\$APP-\$target/);
    return names
        .split(" ")
        .flatMap((target) => ["--target", pattern.replace("$APP", APP).replace("$target", target)]);
}

function released(digest: string): string {
    return JSON.stringify({ digest: `sha256:${digest.repeat(64)}`, commit: digest.repeat(40) });
}

function nameOf({ urn }: { readonly urn: string }): string {
    return urn.split("::").at(-1) ?? "";
}

/** Names of the resources that are not what they were, as far as the program says what they are. */
function differing(before: readonly EngineResource[], after: readonly EngineResource[]): readonly string[] {
    const texts = (resources: readonly EngineResource[]) =>
        new Map(
            resources
                .filter(({ custom }) => custom)
                .map((one) => [nameOf(one), canonical([one.id ?? null, one.inputs ?? {}])]),
        );
    const [old, now] = [texts(before), texts(after)];
    return [...new Set([...old.keys(), ...now.keys()])]
        .filter((name) => old.get(name) !== now.get(name))
        .sort();
}

engineSuite("a release on the real engine", (project) => {
    let stack: EngineStack;

    function write(value: string): void {
        stack.cloud.write(`/selfhost/dev/releases/${APP}`, { insecureValue: value, value });
    }

    async function release(digest: string): Promise<readonly string[]> {
        write(released(digest));
        const { resources: before } = await stack.state();
        stack.cloud.forgetCalls();
        const outcome = await stack.cli(
            "up",
            "--yes",
            "--skip-preview",
            "--refresh",
            "--color",
            "never",
            ...targets(),
        );
        assert.equal(outcome.code, 0, outcome.output);
        const { resources: after } = await stack.state();
        const calls = stack.cloud
            .calls()
            .filter(({ method, phase }) => method !== "check" && phase === "end");
        const done = new Set(calls.map((call) => `${call.method} ${nameOf(call)}`));
        assert.deepEqual(differing(before, after), [...new Set(calls.map(nameOf))].sort());
        const definition = after.find((one) => nameOf(one) === `${APP}-definition`);
        assert.match(JSON.stringify(definition?.inputs), new RegExp(`@sha256:${digest.repeat(64)}`));
        return [...done].sort();
    }

    const FOLLOWS = [
        `create ${APP}-definition`,
        `create ${APP}-migration-run`,
        `delete ${APP}-definition`,
        `delete ${APP}-migration-run`,
        `update ${APP}-service`,
    ];

    (ALL ? it : it.skip)(
        "the first: nobody has to tell the function of the tests that there is something to test now",
        async () => {
            stack = await createStack(project(), "dev");
            stack.edit(({ bookstack }) => {
                delete bookstack.scale;
                bookstack.deploy = { strategy: "blueGreen" };
                bookstack.pipeline = {
                    source: { s3: { bucket: "sources", key: "wiki.zip" } },
                    deploy: "pulumi",
                };
            });
            write("bootstrap");
            await stack.up();
            assert.deepEqual(await release("a"), FOLLOWS);
        },
    );

    (ALL ? it : it.skip)("leaves alone what somebody has changed and nobody applied", async () => {
        stack.edit(({ environment, bookstack }) => {
            environment["selfhost:edge"] = { idleTimeout: 70 };
            bookstack.database = { maxCapacity: 3 };
        });
        const waiting = changesIn(await stack.preview());
        assert.deepEqual(await release("b"), FOLLOWS);
        assert.deepEqual(changesIn(await stack.preview()), waiting);
    });

    (ALL ? it : it.skip)("is nothing where the digest is the one that runs", async () => {
        assert.deepEqual(await release("b"), []);
    });
});
