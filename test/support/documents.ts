/** The policy documents of a graph, whoever wrote them. */
import assert from "node:assert/strict";
import type { Graph, Json } from "../../plan/graph";

interface Document {
    readonly Version?: Json;
    readonly Statement: readonly Readonly<Record<string, Json>>[];
}

/** Properties that hold a policy document as a JSON text. */
const DOCUMENTS = ["assumeRolePolicy", "policy"] as const;

/** Every document is one that IAM takes, and each of its statements says its name, what it does and to what. */
export function assertWholePolicies({ resources }: Graph): number {
    let documents = 0;
    for (const { urn, inputs } of resources) {
        for (const property of DOCUMENTS) {
            const text = inputs[property];
            if (typeof text === "string" && text.includes('"Statement"')) {
                documents++;
                assertWhole(JSON.parse(text) as Document, property, urn);
            }
        }
    }
    return documents;
}

function assertWhole({ Version, Statement }: Document, property: string, urn: string): void {
    assert.equal(Version, "2012-10-17", urn);
    const sids = Statement.map(({ Sid }) => Sid);
    assert.equal(new Set(sids).size, sids.length, `${urn}: ${JSON.stringify(sids)}`);
    for (const { Sid, Effect, Action, Resource, Principal } of Statement) {
        const where = `${urn}: ${JSON.stringify(Sid)}`;
        assert.ok(typeof Sid === "string" && /^[A-Za-z0-9]+$/.test(Sid), where);
        assert.ok(Effect === "Allow" || Effect === "Deny", where);
        const actions = textsOf(Action);
        assert.ok(actions.length > 0, where);
        for (const action of actions) {
            assert.match(
                action,
                Effect === "Deny" ? /^(\*|[a-z0-9-]+:[A-Za-z*]+)$/ : /^[a-z0-9-]+:[A-Za-z*]+$/,
                where,
            );
        }
        if (property === "assumeRolePolicy") {
            assert.ok(Resource === undefined && Principal !== undefined, where);
        } else if (urn.includes("aws:ecr/repositoryPolicy:")) {
            // A repository's own policy is about that repository, and says so by saying nothing.
            // https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-policies.html
            assert.ok(Resource === undefined && Principal !== undefined, where);
        } else {
            assert.ok(textsOf(Resource).length > 0, where);
        }
    }
}

function textsOf(value: Json | undefined): readonly string[] {
    return (Array.isArray(value) ? (value as readonly Json[]) : [value]).filter(
        (text): text is string => typeof text === "string" && text !== "",
    );
}
