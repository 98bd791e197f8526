/** Which of a picture's flows and uses are drawn as arrows: all flows, and the uses that belong to one box alone. */
import type { Flow, Picture, Use } from "./model";

export interface Arrow {
    readonly from: string;
    readonly to: string;
    /** `flow`: let in by security groups; `out`: to the internet; `use`: through AWS's API. */
    readonly kind: "flow" | "out" | "use";
    /** Shown where the arrow ends. */
    readonly label: string;
    /** A sentence for whoever points at it. */
    readonly title: string;
}

export interface Arrows {
    readonly arrows: readonly Arrow[];
    /** Ports to the internet, by box: they stand in the box. */
    readonly outgoing: ReadonlyMap<string, readonly string[]>;
    /** Uses that no arrow shows, since many boxes share them: words for the box that is used. */
    readonly shared: ReadonlyMap<string, string>;
}

export function arrowsOf(picture: Picture): Arrows {
    const titles = new Map(picture.nodes.map((node) => [node.id, node.title]));
    const title = (id: string): string => titles.get(id) ?? id;
    const internet = new Set(picture.nodes.filter(({ kind }) => kind === "internet").map(({ id }) => id));
    const isOut = (flow: Flow): boolean => internet.has(flow.to);
    const alone = picture.uses.filter((use) => isDrawn(use, picture));
    const sentence = (flow: Flow): string =>
        `${title(flow.from)} → ${title(flow.to)}: ${flow.ports.join(", ")} (${flow.why.join("; ")})`;
    return {
        arrows: [
            ...picture.flows.map((flow): Arrow => ({
                from: flow.from,
                to: flow.via ?? flow.to,
                kind: isOut(flow) ? "out" : "flow",
                label: isOut(flow) ? "" : flow.ports.join(", "),
                title: sentence(flow),
            })),
            ...waysOut(picture).map(({ via, to }): Arrow => ({
                from: via,
                to,
                kind: "out",
                label: "",
                title: `${title(via)} → ${title(to)}`,
            })),
            ...alone.map(({ from, to, what }): Arrow => ({
                from,
                to,
                kind: "use",
                label: what,
                title: `${title(from)} → ${title(to)}: ${what}, through AWS's API`,
            })),
        ],
        outgoing: new Map(
            picture.flows.filter(isOut).map((flow): [string, readonly string[]] => [flow.from, flow.ports]),
        ),
        shared: sharedUses(picture, alone),
    };
}

/** Each box that leads out, once. */
function waysOut({ flows }: Picture): readonly { via: string; to: string }[] {
    const ways = flows.flatMap(({ via, to }): [string, { via: string; to: string }][] =>
        via === undefined ? [] : [[`${via}\n${to}`, { via, to }]],
    );
    return [...new Map(ways).values()];
}

function isDrawn(use: Use, { uses, nodes }: Picture): boolean {
    const node = (id: string): (typeof nodes)[number] | undefined => nodes.find((one) => one.id === id);
    const [from, to] = [node(use.from), node(use.to)];
    const likeIt = uses.filter(
        (other) =>
            other.what === use.what &&
            (other.to === use.to || (other.from === use.from && node(other.to)?.kind === to?.kind)),
    );
    return likeIt.length === 1 && from?.place !== to?.place;
}

function sharedUses({ uses, nodes }: Picture, drawn: readonly Use[]): ReadonlyMap<string, string> {
    const users = new Map<string, Set<string>>();
    for (const { from, to } of uses.filter((use) => !drawn.includes(use))) {
        const kind = nodes.find(({ id }) => id === from)?.kind;
        if (kind === "service") {
            users.set(to, (users.get(to) ?? new Set()).add(from));
        }
    }
    return new Map(
        [...users].map(([to, from]) => [to, `used by ${from.size} service${from.size === 1 ? "" : "s"}`]),
    );
}
