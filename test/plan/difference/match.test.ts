import assert from "node:assert/strict";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { difference } from "../../../plan/difference/difference";
import { asIn, match } from "../../../plan/difference/match";
import type { PlannedResource } from "../../../plan/difference/model";
import type { Graph, Json } from "../../../plan/graph";
import { record } from "../../../plan/record";
import { BUCKET, child, component, output, plan, POLICY, resource, urn } from "./support";

function pairs(before: readonly PlannedResource[], after: readonly PlannedResource[]): readonly string[] {
    return match(plan(before), plan(after)).pairs.map((pair) => `${pair.before.name} ${pair.after.name}`);
}

const aliased = (...aliases: readonly Json[]): { options: PlannedResource["options"] } => ({
    options: { aliases },
});

describe("difference: which resource is which", () => {
    it("goes by URN: another type is another resource", () => {
        const found = match(plan([resource(BUCKET, "files")]), plan([resource(POLICY, "files")]));
        assert.deepEqual([found.pairs.length, found.removed.length, found.added.length], [0, 1, 1]);
    });

    it("leaves out what only groups", () => {
        const found = match(
            plan([component("a")]),
            plan([component("b"), resource("pulumi:pulumi:Stack", "x")]),
        );
        assert.deepEqual(found, { pairs: [], added: [], removed: [] });
    });

    for (const [what, alias] of [
        ["a URN", urn(BUCKET, "files")],
        ["a name", { name: "files" }],
        ["a name and no parent", { name: "files", parent: null }],
    ] as const) {
        it(`honours an alias that is ${what}`, () => {
            const after = resource(BUCKET, "documents", {}, aliased(alias));
            assert.deepEqual(pairs([resource(BUCKET, "files")], [after]), ["files documents"]);
        });
    }

    it("honours an alias that is another parent", () => {
        const alias = { parent: urn("selfhost:index:Group", "old") };
        const after = { ...resource(BUCKET, "files", {}, aliased(alias)) };
        assert.deepEqual(pairs([child("old", BUCKET, "files")], [after]), ["files files"]);
    });

    it("follows a component's alias to its children, and their names where they start with its", () => {
        const after = [
            component("wiki", aliased({ name: "bookstack" })),
            child("wiki", BUCKET, "wiki-files"),
            child("wiki", BUCKET, "logs"),
        ];
        const before = [
            component("bookstack"),
            child("bookstack", BUCKET, "bookstack-files"),
            child("bookstack", BUCKET, "logs"),
        ];
        assert.deepEqual(pairs(before, after), ["bookstack-files wiki-files", "logs logs"]);
    });

    it("prefers the URN, and gives a former resource to one only", () => {
        const after = [
            resource(BUCKET, "files"),
            resource(BUCKET, "documents", {}, aliased({ name: "files" })),
        ];
        assert.deepEqual(pairs([resource(BUCKET, "files")], after), ["files files"]);
        const twins = ["a", "b"].map((name) => resource(BUCKET, name, {}, aliased({ name: "files" })));
        assert.deepEqual(pairs([resource(BUCKET, "files")], twins), ["files a"]);
    });

    it("knows the aliases that a real program registers, and that nothing follows from them", async () => {
        const found = difference(
            await program("bookstack", []),
            await program("wiki", [{ name: "bookstack" }]),
        );
        assert.deepEqual(
            found.moved.map(({ from, to }) => [from, to].map((one) => one.slice(one.lastIndexOf(":") + 1))),
            [
                ["bookstack-files", "wiki-files"],
                ["bookstack-policy", "wiki-policy"],
            ],
        );
        const { added, removed, replaced, changed } = found;
        assert.deepEqual(
            { added, removed, replaced, changed },
            { added: [], removed: [], replaced: [], changed: [] },
        );
    });

    it("gives a plan the other's stack name everywhere it refers to itself", () => {
        const files = resource(BUCKET, "files", {}, {}, "prod");
        const policy = resource(POLICY, "policy", { bucket: output(files, "id") }, {}, "prod");
        const prod = plan([files, { ...policy, dependencies: [files.urn] }], { stack: "prod" });
        const dev = plan([]);
        const [, found] = asIn(prod, dev).resources;
        assert.equal(found?.urn, urn(POLICY, "policy"));
        assert.equal(found.inputs.bucket, output(resource(BUCKET, "files"), "id"));
        assert.deepEqual(found.dependencies, [urn(BUCKET, "files")]);
    });
});

class App extends pulumi.ComponentResource {
    constructor(name: string, opts: pulumi.ComponentResourceOptions) {
        super("selfhost:index:App", name, {}, opts);
        const files = new aws.s3.Bucket(`${name}-files`, {}, { parent: this });
        new aws.s3.BucketPolicy(`${name}-policy`, { bucket: files.id, policy: "{}" }, { parent: this });
        this.registerOutputs({});
    }
}

function program(name: string, aliases: pulumi.Alias[]): Promise<Graph> {
    return record(
        () => {
            new App(name, { aliases });
            return Promise.resolve(undefined);
        },
        { project: "selfhost", stack: "dev", region: "eu-west-1" },
    );
}
