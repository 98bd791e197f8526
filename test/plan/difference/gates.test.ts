import assert from "node:assert/strict";
import fc from "fast-check";
import { readGates } from "../../../plan/difference/command";
import { difference } from "../../../plan/difference/difference";
import { differenceText } from "../../../plan/difference/text";
import { failures, parseGates } from "../../../plan/difference/gates";
import type { PlanDocument, PlannedResource } from "../../../plan/difference/model";
import { BUCKET, plan, resource } from "./support";

const cost = (monthly: number): Pick<PlanDocument, "cost"> => ({
    cost: { currency: "USD", monthly, idleMonthly: 0, lines: [] },
});
const policy = (...levels: readonly string[]): Pick<PlanDocument, "policy"> => ({
    policy: {
        violations: levels.map((level) => ({ policy: `a-${level}`, level, urn: "urn:x", message: "bad" })),
    },
});

function shut(gates: string, before: PlanDocument, after: PlanDocument): readonly string[] {
    return failures(parseGates(gates), difference(before, after));
}

describe("difference: gates", () => {
    it("are read, with spaces or without", () => {
        assert.deepEqual(parseGates("data-loss, policy,cost+20.5"), [
            { kind: "data-loss" },
            { kind: "policy" },
            { kind: "cost", more: 20.5 },
        ]);
    });

    for (const word of [
        "",
        "dataloss",
        "cost",
        "cost+",
        "cost+-1",
        "cost-20",
        "cost+1e3",
        "policy,",
        "data-loss cost+1",
    ]) {
        it(`refuse ${JSON.stringify(word)}: a misspelt gate would stand open`, () => {
            assert.throws(
                () => parseGates(word),
                /--fail-on does not know .* It knows data-loss, policy, and cost\+<number>/,
            );
        });
    }

    it("are refused where nothing is compared", () => {
        assert.throws(() => readGates("policy", undefined), /--fail-on needs --against/);
        assert.deepEqual(readGates(undefined, undefined), []);
        assert.deepEqual(readGates("policy", "main"), [{ kind: "policy" }]);
    });

    it("data-loss: shut where data goes, open where it stays in AWS", () => {
        const bucket = (options: PlannedResource["options"]): PlanDocument =>
            plan([resource(BUCKET, "b", {}, { options })]);
        assert.deepEqual(shut("data-loss", bucket({ protect: true }), plan([])), [
            "data-loss: b (the objects) is removed; protected: `pulumi up` refuses; S3 keeps a bucket that is not empty",
        ]);
        assert.deepEqual(shut("data-loss", bucket({ retainOnDelete: true }), plan([])), []);
        assert.deepEqual(shut("data-loss", plan([]), bucket({})), []);
    });

    it("data-loss: shut where only a preview can tell whether what holds data is replaced", () => {
        const database = (storageType: string): PlanDocument =>
            plan([resource("aws:rds/cluster:Cluster", "db", { storageType })]);
        assert.deepEqual(shut("data-loss", database("aurora"), database("aurora-iopt1")), [
            "data-loss: db (the database) may be replaced, which only `pulumi preview` can tell: changed storageType",
        ]);
        assert.match(
            differenceText(difference(database("aurora"), database("aurora-iopt1"))),
            /! db \(the database\) may be replaced/,
        );
        const sized = (maxCapacity: number): PlanDocument =>
            plan([
                resource("aws:rds/cluster:Cluster", "db", {
                    serverlessv2ScalingConfiguration: { maxCapacity },
                }),
            ]);
        assert.deepEqual(shut("data-loss", sized(2), sized(4)), []);
    });

    it("data-loss: open where a property goes that AWS then keeps", () => {
        const restored = plan([resource("aws:rds/cluster:Cluster", "db", { snapshotIdentifier: "before" })]);
        const kept = plan([resource("aws:rds/cluster:Cluster", "db", {})]);
        assert.deepEqual(shut("data-loss", restored, kept), []);
        assert.equal(shut("data-loss", kept, restored).length, 1);
    });

    it("data-loss: not decided between two environments", () => {
        assert.match(
            shut("data-loss", plan([]), plan([], { stack: "prod" })).join(),
            /none of which becomes the other/,
        );
    });

    it("policy: shut where a mandatory one is violated that was not", () => {
        assert.deepEqual(shut("policy", plan([], policy()), plan([], policy("mandatory", "advisory"))), [
            "policy: a-mandatory: bad",
        ]);
        assert.deepEqual(
            shut("policy", plan([], policy("mandatory")), plan([], policy("mandatory", "advisory"))),
            [],
        );
    });

    it("cost: shut where it is more than so much more, to the cent", () => {
        fc.assert(
            fc.property(fc.nat(1000), fc.nat(1000), fc.nat(100), (before, after, more) => {
                const closed = shut(`cost+${more}`, plan([], cost(before)), plan([], cost(after))).length > 0;
                assert.equal(closed, after - before > more);
            }),
        );
    });

    it("what cannot be decided is shut", () => {
        assert.equal(shut("policy,cost+1", plan([]), plan([], { ...cost(1), ...policy() })).length, 2);
    });
});
