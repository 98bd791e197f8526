/** The rules as policies of CrossGuard, called as the policy SDK calls them. */
import assert from "node:assert/strict";
import type {
    Policies,
    ResourceValidationPolicy,
    StackValidationArgs,
    StackValidationPolicy,
} from "@pulumi/policy/policy";
import type { Graph, Resource } from "../../plan/graph";
import { policiesOf } from "../../policy/pack";
import { RULES } from "../../policy/rules";
import { standingOf } from "../../policy/standing";
import { T } from "../../policy/types";
import { BUILT_IN, fromSettings } from "../../policy/waivers";
import type { UserWaiver } from "../../settings/settings";
import { firstPreview } from "../support/engine";
import { graph, ref, resource } from "../support/graphs";

const bucket = resource(T.bucket, "files", {}, { protect: true });
const key = resource(T.key, "key", { enableKeyRotation: false });
const task = resource(T.taskDefinition, "task", { containerDefinitions: `[{"image":"${ref(bucket)}"}]` });

/** What each policy reports, in the order in which the engine asks. */
async function reports(
    policies: Policies,
    asked: Graph,
): Promise<Readonly<Record<string, readonly string[]>>> {
    const { resources } = firstPreview(asked);
    const said: Record<string, string[]> = {};
    for (const policy of policies.filter(
        (one): one is ResourceValidationPolicy => "validateResource" in one,
    )) {
        for (const { type, urn, name, props, opts } of resources) {
            const validate = policy.validateResource;
            assert.ok(typeof validate === "function");
            const rest = { stackTags: new Map(), isType: no, asType: no, getConfig: no, notApplicable: no };
            await validate({ type, urn, name, props, opts, ...rest } as never, () =>
                assert.fail("it says nothing"),
            );
        }
    }
    for (const policy of policies.filter((one): one is StackValidationPolicy => "validateStack" in one)) {
        await policy.validateStack({ resources } as unknown as StackValidationArgs, (message, urn) => {
            said[policy.name] = [...(said[policy.name] ?? []), `${urn ?? ""}: ${message}`];
        });
    }
    return said;
}

function no(): never {
    throw new Error("no rule needs it");
}

function pack(waivers: readonly UserWaiver[] = []): Policies {
    return policiesOf(() => ({
        context: { today: "2026-11-21", profile: "prod", presets: {} },
        waivers: [...BUILT_IN, ...fromSettings(waivers)],
    }));
}

async function said(resources: readonly Resource[], waivers: readonly UserWaiver[] = []) {
    return reports(pack(waivers), graph(...resources));
}

describe("policy pack", () => {
    it("has a policy for each rule, of the rule's level, with its remedy and its source", () => {
        const policies = pack();
        for (const { name, level, remediation, url, control } of RULES) {
            const policy = policies.find((one) => one.name === name);
            assert.ok(policy, name);
            assert.equal(policy.enforcementLevel, level);
            assert.equal(policy.remediationSteps, remediation);
            assert.equal(policy.url, url);
            assert.deepEqual(policy.tags, control);
        }
    });

    it("reports what a rule says, about the resource that it is about", async () => {
        assert.deepEqual((await said([key]))["key-rotates"], [
            `${key.urn}: key keeps its material for ever. Set \`enableKeyRotation\` to true.`,
        ]);
    });

    it("finds parts of a bucket whose id nobody knows yet", async () => {
        const block = resource(T.bucketPublicAccess, "block", {
            bucket: ref(bucket),
            blockPublicAcls: true,
            blockPublicPolicy: true,
            ignorePublicAcls: true,
            restrictPublicBuckets: true,
        });
        assert.ok((await said([bucket]))["bucket-blocks-public-access"]);
        assert.equal((await said([bucket, block]))["bucket-blocks-public-access"], undefined);
    });

    it("says once, and as advice, for each value that is not known which rules it leaves open", async () => {
        const found = await said([bucket, task]);
        const [line = "", ...more] = (found["undecided-in-preview"] ?? []).filter((one) =>
            one.startsWith(task.urn),
        );
        assert.deepEqual(more, []);
        assert.match(
            line,
            /containerDefinitions is not known before the deployment \(the containers are one JSON text/,
        );
        assert.match(line, /A preview cannot decide, the plan does: .*container-not-root, .*image-by-digest/);
        assert.equal(found["image-by-digest"], undefined);
        assert.equal(
            pack().find(({ name }) => name === "undecided-in-preview")?.enforcementLevel,
            "advisory",
        );
    });

    it("waives what the stack waives, and says what is wrong with its waivers", async () => {
        const waiver = { resource: "key", reason: "It signs, and may not change.", until: "2026-12-31" };
        const unprotected = resource(T.bucket, "files");
        const waived = await said([unprotected], [{ ...waiver, rule: "data-protected", resource: "files" }]);
        assert.equal(waived["data-protected"], undefined);
        assert.equal(waived.waivers, undefined);
        assert.ok((await said([unprotected]))["data-protected"]);
        const refused = await said([key], [{ ...waiver, rule: "key-rotates" }]);
        assert.equal(refused.waivers?.length, 1);
        assert.match(refused.waivers[0] ?? "", /is refused/);
        assert.equal(refused["key-rotates"]?.length, 1);
    });

    it("judges the update anew after the preview", async () => {
        const policies = pack();
        assert.ok((await reports(policies, graph(key)))["key-rotates"]);
        const rotating = resource(T.key, "key", { enableKeyRotation: true });
        assert.equal((await reports(policies, graph(rotating)))["key-rotates"], undefined);
    });
});

describe("what a stack's file says about its policies", () => {
    it("is its profile and its apps' presets", () => {
        const { context, waivers } = standingOf("staging");
        assert.equal(context.profile, "staging");
        assert.deepEqual(context.presets, { bookstack: "bookstack" });
        assert.deepEqual(waivers, BUILT_IN);
    });

    it("is the strictest where there is none", () => {
        assert.equal(standingOf("nowhere").context.profile, "prod");
    });
});
