/** What is drawn: everything of a picture, each thing in its place, and nothing that has to be loaded. */
import assert from "node:assert/strict";
import { type Drawing, type Frame } from "../../../plan/picture/layout";
import { svg } from "../../../plan/picture/svg";
import { widthOf } from "../../../plan/picture/text";
import { type Element, elements, parseMarkup, textOf } from "../../support/markup";
import { drawingOfApps, NASTY, pictureOfApps, pictureSaying } from "./pictures";

function overlap(a: Frame, b: Frame): boolean {
    return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

function inside(inner: Frame, outer: Frame): boolean {
    return (
        inner.x >= outer.x &&
        inner.y >= outer.y &&
        inner.x + inner.width <= outer.x + outer.width &&
        inner.y + inner.height <= outer.y + outer.height
    );
}

function pairs<T>(items: readonly T[]): readonly (readonly [T, T])[] {
    return items.flatMap((a, i) => items.slice(i + 1).map((b): readonly [T, T] => [a, b]));
}

/** Does a straight part of a line pass through a box? */
function crosses({ points }: Drawing["lines"][number], box: Frame): boolean {
    return points.slice(1).some((end, i) => {
        const start = points[i] ?? end;
        const part = {
            x: Math.min(start.x, end.x),
            y: Math.min(start.y, end.y),
            width: Math.abs(start.x - end.x),
            height: Math.abs(start.y - end.y),
        };
        // Lines begin and end at the sides of boxes.
        return overlap(part, { x: box.x + 1, y: box.y + 1, width: box.width - 2, height: box.height - 2 });
    });
}

/** Attributes that are numbers, of an element. */
function frameOf(element: Element): Frame {
    const number = (name: string): number => Number(element.attributes[name] ?? "0");
    return { x: number("x"), y: number("y"), width: number("width"), height: number("height") };
}

function has(element: Element, name: string): boolean {
    return (element.attributes.class ?? "").split(" ").includes(name);
}

/** Sizes of the style, by class: of text in a box, of its title and its price. */
const FONTS = { "shp-text": 11.5, "shp-title": 13, "shp-badge": 11.5 } as const;

/** Where text is written and what it may not reach, by what an SVG says. */
function assertLegible(drawn: string): void {
    const groups = elements(parseMarkup(drawn), "g");
    const rects = (within: Element): readonly Element[] => elements(within, "rect");
    const cards = groups.filter((one) => has(one, "shp-card"));
    const boxes = cards.flatMap((card) =>
        rects(card)
            .filter((one) => has(one, "shp-box"))
            .map(frameOf),
    );
    const pills = groups.filter((one) => has(one, "shp-pill")).flatMap((pill) => rects(pill).map(frameOf));
    assert.equal(boxes.length, cards.length);
    for (const [a, b] of pairs(pills)) {
        assert.ok(!overlap(a, b), `labels at ${a.x} ${a.y} and ${b.x} ${b.y}`);
    }
    for (const pill of pills) {
        assert.ok(!boxes.some((box) => overlap(pill, box)), `a label over a box, at ${pill.x} ${pill.y}`);
    }
    for (const [index, card] of cards.entries()) {
        const box = boxes[index];
        assert.ok(box);
        const texts = elements(card, "text").flatMap((one): Frame[] => {
            const size = Object.entries(FONTS).find(([name]) => has(one, name))?.[1];
            if (size === undefined) {
                return [];
            }
            const { x, y } = frameOf(one);
            const width = widthOf(textOf(one), size, !has(one, "shp-text"));
            return [{ x: has(one, "shp-badge") ? x - width : x, y: y - size, width, height: size }];
        });
        assert.ok(texts.length > 0);
        for (const text of texts) {
            assert.ok(inside(text, box), `${textOf(card)} leaves its box`);
        }
        for (const [a, b] of pairs(texts)) {
            assert.ok(!overlap(a, b), `${textOf(card)} is written over itself`);
        }
    }
}

for (const count of [1, 2, 12]) {
    describe(`the drawing of ${count} in prod`, () => {
        it("has no text over another or beyond its box, and no label over a box", async () => {
            assertLegible(await svg(await pictureOfApps(count), { badge: () => "$1,234.56" }));
        });

        it("has every box in its column, none over another, and no line through one", async () => {
            const picture = await pictureOfApps(count);
            const { cards, columns, lines, vpc } = await drawingOfApps(count);
            assert.equal(cards.length, picture.nodes.length);
            for (const card of cards) {
                const column = columns.find(({ place }) => place.id === card.node.place);
                assert.ok(column && inside(card, column), card.node.id);
                for (const line of lines) {
                    assert.ok(!crosses(line, card), `${line.arrow.title} crosses ${card.node.id}`);
                }
            }
            for (const [a, b] of pairs(cards)) {
                assert.ok(!overlap(a, b), `${a.node.id} and ${b.node.id}`);
            }
            for (const [a, b] of pairs(columns)) {
                assert.ok(!overlap(a, b), `${a.place.id} and ${b.place.id}`);
            }
            for (const column of columns) {
                assert.equal(vpc !== undefined && inside(column, vpc), column.place.kind === "tier");
            }
        });

        it("has one arrow for every flow, and its ports at the end of one", async () => {
            const picture = await pictureOfApps(count);
            const { lines, cards } = await drawingOfApps(count);
            for (const { from, to, via, ports } of picture.flows) {
                const found = lines.filter(
                    ({ arrow }) => arrow.kind !== "use" && arrow.from === from && arrow.to === (via ?? to),
                );
                assert.equal(found.length, 1, `${from} → ${to}`);
                const label = ports.join(", ");
                const shown =
                    to === "internet"
                        ? cards.some(
                              ({ node, outgoing }) => node.id === from && outgoing.join(", ") === label,
                          )
                        : lines.some(
                              (line) => line.label?.text === label && found[0]?.arrow.to === line.arrow.to,
                          );
                assert.ok(shown, `${from} → ${to}: ${label}`);
            }
        });

        it("points from where a flow begins to where it ends", async () => {
            const { lines, cards } = await drawingOfApps(count);
            for (const { arrow, points } of lines) {
                const touches = (id: string, index: number): boolean => {
                    const card = cards.find(({ node }) => node.id === id);
                    const point = points.at(index);
                    return (
                        card !== undefined &&
                        point !== undefined &&
                        (Math.abs(point.x - card.x) < 1 || Math.abs(point.x - card.x - card.width) < 1) &&
                        point.y >= card.y &&
                        point.y <= card.y + card.height
                    );
                };
                assert.ok(touches(arrow.from, 0) && touches(arrow.to, -1), arrow.title);
            }
        });
    });
}

describe("the SVG", () => {
    it("is well-formed, and shows every box with its title", async () => {
        const picture = await pictureOfApps(2);
        const text = await svg(picture);
        const cards = elements(parseMarkup(text), "g").filter(({ attributes }) => "data-node" in attributes);
        assert.deepEqual(
            cards.map(({ attributes }) => attributes["data-node"]),
            picture.nodes.map(({ id }) => id),
        );
        const words = cards.map(textOf).join("\n");
        for (const { title } of picture.nodes) {
            assert.ok(words.includes(title), title);
        }
    });

    it("cuts names that are longer than their box", async () => {
        const long = "an-uncommonly-long-host-name-of-an-application.of.an.environment.example.com";
        assertLegible(await svg(pictureSaying(long), { badge: () => "$1,234.56" }));
        assertLegible(await svg(pictureSaying("W".repeat(200)), { badge: () => "$1,234.56" }));
    });

    it("loads nothing", async () => {
        const text = await svg(await pictureOfApps(1));
        const addresses = [...text.matchAll(/https?:\/\/[^"' )<]+/g)].map(([address]) => address);
        assert.deepEqual(addresses, ["http://www.w3.org/2000/svg"]);
        assert.doesNotMatch(text, /<script|<image|<use|@import|(?:href|src)=/);
        assert.deepEqual(
            [...new Set([...text.matchAll(/url\(([^)]*)\)/g)].map(([, target]) => target))].sort(),
            ["#shp-flow", "#shp-out", "#shp-use"],
        );
    });

    it("has the same colours under other values in the dark", async () => {
        const text = await svg(await pictureOfApps(1));
        const [, light = ""] = /\.shp\{(--[^}]*)\}/.exec(text) ?? [];
        const [, dark = ""] = /prefers-color-scheme:dark\)\{\.shp\{(--[^}]*)\}/.exec(text) ?? [];
        const names = (values: string): readonly string[] =>
            values.split(";").map((one) => one.split(":")[0] ?? "");
        assert.deepEqual(names(dark), names(light));
        assert.notEqual(dark, light);
        const used = [...text.matchAll(/var\((--[\w-]+)\)/g)].map(([, name = ""]) => name);
        assert.deepEqual(
            [...new Set(used)].filter((name) => !names(light).includes(name)),
            [],
        );
    });

    it("is the same in every run", async () => {
        const picture = await pictureOfApps(2);
        assert.equal(await svg(picture), await svg(structuredClone(picture)));
    });

    for (const text of NASTY) {
        it(`escapes ${JSON.stringify(text)}`, async () => {
            const root = parseMarkup(await svg(pictureSaying(text), { badge: () => text }));
            assert.equal(elements(root, "script").length, 0);
            assert.equal(elements(root, "style").length, 1);
            const [title] = elements(root, "title");
            assert.equal(title && textOf(title), text.replaceAll("\u0000", "").replaceAll("\u0007", ""));
        });
    }

    it("says on its face what has no place", async () => {
        assert.match(
            await svg(pictureSaying("aws:made/up:Thing")),
            /shp-missing[^>]*><title>not placed: aws:made\/up:Thing</,
        );
    });
});
