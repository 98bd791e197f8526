/** From one strategy to another on a living service, on the real engine: what is changed, and what is there before what goes. */
import assert from "node:assert/strict";
import type { Strategy } from "../../settings/settings";
import { ALL, assertNothingToChange, assertStateIsPlan, createStack, engineSuite } from "./support/engine";
import type { EngineStack } from "./support/stack";

const FILE = `config:
  aws:region: eu-west-1
  selfhost:profile: staging
  selfhost:domain: example.com
  selfhost:apps:
    shop: { preset: web, scale: { min: 2, max: 4 }, deploy: { strategy: rolling } }
`;

const nameOf = ({ urn }: { readonly urn: string }): string => urn.split("::").at(-1) ?? "";

engineSuite("another strategy on the real engine", (project) => {
    let stack: EngineStack;

    /** What was done to the resources whose names begin so, in its order: `create shop-service`. */
    async function switchTo(
        strategy: Strategy,
        more: Record<string, unknown> = {},
    ): Promise<readonly string[]> {
        stack.edit(({ apps }) => {
            apps.shop = { ...apps.shop, deploy: { strategy, ...more } };
        });
        stack.cloud.forgetCalls();
        await stack.up();
        await assertStateIsPlan(stack);
        await assertNothingToChange(stack);
        return stack.cloud
            .calls()
            .filter(({ method, phase }) => method !== "check" && phase === "end")
            .map((call) => `${call.method} ${nameOf(call)}`);
    }

    const of = (calls: readonly string[], pattern: RegExp): readonly string[] =>
        calls.filter((call) => pattern.test(call));

    const inOrder = (calls: readonly string[], ...wanted: readonly string[]): void => {
        const places = wanted.map((call) => calls.indexOf(call));
        assert.ok(!places.includes(-1), `${wanted.join(", ")}: ${places.join()} of\n${calls.join("\n")}`);
        assert.deepEqual(
            [...places].sort((a, b) => a - b),
            places,
            wanted.join(", "),
        );
    };

    (ALL ? it : it.skip)("in place: from rolling to blue/green, to a canary, and back", async () => {
        stack = await createStack(project(), "staging", { file: FILE });
        await stack.up();
        const service = /^\w+ shop-(service|a|b|rule|test)$/;
        const blue = await switchTo("blueGreen");
        assert.deepEqual(of(blue, service), ["create shop-test", "update shop-service"]);
        inOrder(blue, "create shop-hook-policy", "update shop-service");
        assert.deepEqual(of(await switchTo("canary"), service), ["update shop-service"]);
        const back = await switchTo("rolling");
        assert.deepEqual(of(back, service), ["update shop-service", "delete shop-test"]);
        // Nothing that ECS still has in the service goes before the service knows of it.
        inOrder(back, "update shop-service", "delete shop-hook");
    });

    (ALL ? it : it.skip)(
        "replaced: CodeDeploy's service answers before the name leads there and the other goes",
        async () => {
            const there = await switchTo("codeDeploy", { canary: { percent: 10, bake: 5 } });
            inOrder(
                there,
                "create shop-codedeploy",
                "create shop-smoke-first",
                "update edge-shop.example.com-a",
                "delete shop-service",
                "delete shop-a",
            );
        },
    );

    (ALL ? it : it.skip)(
        "other steps: another configuration before the old one goes, and the same service",
        async () => {
            const steps = await switchTo("codeDeploy", { canary: { percent: 20, bake: 5 } });
            inOrder(
                steps,
                "create shop-deploy-steps",
                "update shop-deploy-group",
                "delete shop-deploy-steps",
            );
            assert.deepEqual(of(steps, /shop-codedeploy/), []);
        },
    );

    (ALL ? it : it.skip)("and back: the new service is there before CodeDeploy's goes", async () => {
        const back = await switchTo("blueGreen");
        inOrder(back, "create shop-service", "delete shop-codedeploy", "delete shop-c1");
    });

    (ALL ? it : it.skip)(
        "a rollout that fails, fails `up`, which says so; what comes after it does not happen",
        async () => {
            await switchTo("rolling");
            stack.edit(({ apps }) => {
                apps.shop = { ...apps.shop, env: { GREETING: "hello" } };
            });
            stack.faults = { fail: [{ method: "update", urn: "shop-service$", way: "half" }] };
            stack.cloud.forgetCalls();
            await assert.rejects(stack.up(), /update of .*shop-service/);
            const calls = stack.cloud.calls().map((call) => `${call.method} ${nameOf(call)}`);
            assert.ok(!calls.some((call) => call.includes("shop-smoke-run")), calls.join("\n"));
            stack.faults = {};
        },
    );
});
