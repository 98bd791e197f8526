/** Pictures for tests of how they are drawn. */
import { layOut } from "../../../plan/picture/layout";
import type { Picture } from "../../../plan/picture/model";
import { pictureOf } from "../../../plan/picture/picture";
import { bookstacks, recordText } from "../../support/program";

const NAMES = [
    "archive",
    "club-notes",
    "family",
    "handbook",
    "knowledge-base-desk",
    "lab",
    "library",
    "parish",
    "recipes",
    "school",
    "team",
    "wiki",
];

/** Made once for the same number: what is made is read, never changed. */
function once<Made>(make: (count: number) => Promise<Made>): (count: number) => Promise<Made> {
    const made = new Map<number, Promise<Made>>();
    return (count) => {
        const known = made.get(count) ?? make(count);
        made.set(count, known);
        return known;
    };
}

const graphOfApps = once((count: number) =>
    recordText(bookstacks(Object.fromEntries(NAMES.slice(0, count).map((name) => [name, ""]))), "prod"),
);

/** The picture of so many apps in prod. */
export async function pictureOfApps(count: number): Promise<Picture> {
    return pictureOf(await graphOfApps(count));
}

/** Its drawing, made once. */
export const drawingOfApps = once(async (count: number) => layOut(await pictureOfApps(count)));

/** A picture in which every text that a stack file could bring along is this one. */
export function pictureSaying(text: string): Picture {
    const node = { lines: [text], zones: ["a"], urns: ["urn"], title: text };
    return {
        title: text,
        caption: [text],
        vpc: text,
        places: [
            { id: "outside", kind: "outside", title: text, wayOut: undefined, subnets: [] },
            {
                id: "tier",
                kind: "tier",
                title: text,
                wayOut: text,
                subnets: [{ name: text, zone: text, cidr: text }],
            },
            { id: "empty", kind: "tier", title: text, wayOut: undefined, subnets: [] },
        ],
        nodes: [
            { ...node, id: `internet`, kind: "internet", place: "outside" },
            { ...node, id: `service-${text}`, kind: "service", place: "tier" },
            { ...node, id: `database-${text}`, kind: "database", place: "tier" },
        ],
        flows: [
            {
                from: "internet",
                to: `service-${text}`,
                via: undefined,
                ports: [text],
                why: [text],
                rules: [],
            },
            {
                from: `service-${text}`,
                to: "internet",
                via: undefined,
                ports: [text],
                why: [text],
                rules: [],
            },
        ],
        uses: [{ from: `service-${text}`, to: `database-${text}`, what: text }],
        notDrawn: [],
        notPlaced: [text],
        leftOut: [],
    };
}

/** Texts that break what is not escaped. */
export const NASTY: readonly string[] = [
    `"><script>alert(1)</script>`,
    `</style><!-- & ' " ]]> -->`,
    "a|b`c#d;end;[x](y){z}\n%%{init}%%\u0000\u0007",
    "名前 👩‍👩‍👧 ß",
    "subgraph end click",
];
