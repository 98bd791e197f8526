/** The Mermaid text: every line is one that Mermaid knows, and everything of the picture is in it. */
import assert from "node:assert/strict";
import { mermaid } from "../../../plan/picture/mermaid";
import { NASTY, pictureOfApps, pictureSaying } from "./pictures";

const WORDS = String.raw`"(?:[\p{L}\p{N} .,:/_+–·×→←()…-]|#\d+;|<b>|</b>|<br/>)*"`;
const LINES = {
    begin: /^flowchart LR$/,
    open: new RegExp(`^subgraph (?:p\\d+|vpc)\\[${WORDS}\\]$`, "u"),
    close: /^end$/,
    box: new RegExp(`^(n\\d+|p\\d+empty)(?:\\[${WORDS}\\]|\\(\\(${WORDS}\\)\\)|\\[\\(${WORDS}\\)\\])$`, "u"),
    link: new RegExp(`^(n\\d+) (-->|-\\.->|-\\.-)(?:\\|${WORDS}\\|)? (n\\d+)$`, "u"),
};

/** The kind of every line; an error at the first that Mermaid does not know. */
function kindsOf(text: string): readonly string[] {
    return text
        .trimEnd()
        .split("\n")
        .map((line) => {
            const kind = Object.entries(LINES).find(([, pattern]) => pattern.test(line.trim()));
            assert.ok(kind, `not Mermaid: ${line}`);
            return kind[0];
        });
}

function checkShape(text: string): void {
    let depth = 0;
    for (const kind of kindsOf(text)) {
        depth += kind === "open" ? 1 : kind === "close" ? -1 : 0;
        assert.ok(depth >= 0, "an end too many");
    }
    assert.equal(depth, 0, "an end is missing");
    const boxes = [...text.matchAll(/^ *(n\d+|p\d+empty)[[(]/gm)].map(([, id]) => id);
    assert.equal(new Set(boxes).size, boxes.length, "a box is there twice");
    for (const [, from, , to] of text.matchAll(/^ *(n\d+) (-->|-\.->|-\.-).* (n\d+)$/gm)) {
        assert.ok(boxes.includes(from) && boxes.includes(to), `${String(from)} → ${String(to)}`);
    }
}

describe("the Mermaid text", () => {
    for (const count of [1, 12]) {
        it(`of ${count} is Mermaid's, and has all boxes and flows`, async () => {
            const picture = await pictureOfApps(count);
            const text = mermaid(picture);
            checkShape(text);
            const kinds = kindsOf(text);
            assert.equal(kinds.filter((kind) => kind === "box").length, picture.nodes.length);
            assert.ok(kinds.filter((kind) => kind === "link").length >= picture.flows.length);
            for (const { ports } of picture.flows) {
                assert.ok(text.includes(ports.join(", ")), ports.join(", "));
            }
        });
    }

    it("stays below the size that GitHub draws, for twelve", async () => {
        assert.ok(mermaid(await pictureOfApps(12)).length < 50_000);
    });

    for (const text of NASTY) {
        it(`escapes ${JSON.stringify(text)}`, () => {
            checkShape(mermaid(pictureSaying(text)));
        });
    }

    it("is the same in every run", async () => {
        const picture = await pictureOfApps(2);
        assert.equal(mermaid(picture), mermaid(structuredClone(picture)));
    });
});
