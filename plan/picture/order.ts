/** In which order a picture is read: places from left to right, boxes from top to bottom. */
import type { Arrow } from "./arrows";
import type { Node, Picture } from "./model";

/** Counted from the left. */
export function columnOf({ places }: Picture, place: string): number {
    return places.findIndex(({ id }) => id === place);
}

/** Does an arrow point against the order of places? */
export function pointsLeft(picture: Picture, { from, to }: Pick<Arrow, "from" | "to">): boolean {
    const column = (id: string): number => {
        const node = picture.nodes.find((one) => one.id === id);
        return node === undefined ? 0 : columnOf(picture, node.place);
    };
    return column(from) > column(to);
}

/** What a service uses stands beside it; what several share, or nobody uses, stands below. */
export function inOrder({ nodes, flows, uses }: Picture): readonly Node[] {
    const services = nodes.filter(({ kind }) => kind === "service").map(({ id }) => id);
    const shared = services.length;
    const rank = (node: Node): number => {
        const own = services.indexOf(node.id);
        if (own >= 0) {
            return own;
        }
        const users = [...flows, ...uses]
            .filter(({ from, to }) => to === node.id && services.includes(from))
            .map(({ from }) => services.indexOf(from));
        return users.length === 0 ? shared + 1 : new Set(users).size > 1 ? shared : Math.min(...users);
    };
    return [...nodes].sort((a, b) => rank(a) - rank(b));
}
