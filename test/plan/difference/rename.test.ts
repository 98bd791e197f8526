import assert from "node:assert/strict";
import { renames } from "../../../plan/difference/rename";
import type { PlannedResource } from "../../../plan/difference/model";
import type { Json } from "../../../plan/graph";
import { BUCKET, child, output, POLICY, resource } from "./support";

/** A bucket and its policy, which says the app's name. */
function app(name: string, tag: Json = "x"): readonly PlannedResource[] {
    const files = resource(BUCKET, `${name}-files`, { tags: { app: name, tag } });
    return [
        files,
        resource(POLICY, `${name}-policy`, {
            bucket: output(files, "id"),
            policy: `{"Resource":"/${name}/*"}`,
        }),
    ];
}

function words(removed: readonly PlannedResource[], added: readonly PlannedResource[]): readonly string[] {
    return renames(removed, added).map(({ from, to, resources }) => `${from} → ${to} ${resources.length}`);
}

describe("difference: renames", () => {
    it("are the same resources where only the name is another, in what they refer to as well", () => {
        assert.deepEqual(words(app("bookstack"), app("wiki")), ["bookstack → wiki 2"]);
        assert.deepEqual(words(app("team-wiki"), app("team-handbook")), ["wiki → handbook 2"]);
    });

    it("of several at once are told apart", () => {
        assert.deepEqual(
            [...words([...app("a", 1), ...app("b", 2)], [...app("c", 1), ...app("d", 2)])].sort(),
            ["a → c 2", "b → d 2"],
        );
    });

    it("are none where the resources are others", () => {
        assert.deepEqual(words(app("bookstack", "x"), app("ghost", "y")).join(), "");
        assert.deepEqual(words(app("bookstack"), [resource(BUCKET, "logs")]), []);
        assert.deepEqual(words(app("bookstack"), []), []);
    });

    it("are none where too few look the same", () => {
        const [files, policy] = app("bookstack");
        assert.ok(files && policy);
        const more = [1, 2].map((index) => resource(BUCKET, `bookstack-${index}`, { index }));
        assert.deepEqual(words([files, policy, ...more], app("wiki")), []);
    });

    it("are not fooled by a word in another", () => {
        const removed = [resource(BUCKET, "wiki", { name: "wikipedia" })];
        assert.deepEqual(words(removed, [resource(BUCKET, "docs", { name: "docspedia" })]), []);
    });

    it("are also the same name below another component", () => {
        const [from, to] = [child("a", BUCKET, "files"), child("b", BUCKET, "files")];
        assert.deepEqual(renames([from], [to]), [
            { from: from.urn, to: to.urn, resources: [{ type: BUCKET, from: from.urn, to: to.urn }] },
        ]);
        assert.deepEqual(renames([from], [child("b", POLICY, "files")]), []);
    });
});
