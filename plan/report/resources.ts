/** Every resource below its parent, folded away. */
import type { Cost } from "../cost/cost";
import { dollars } from "../cost/describe";
import type { Graph, Resource } from "../graph";
import { isReal } from "../sections";
import { type Content, h } from "./element";
import { count as counted } from "../describe";
import type { Plan } from "../plan";
import { shortType } from "./facts";

interface Branch {
    readonly resource: Resource;
    readonly children: readonly Branch[];
    /** Real resources, itself among them. */
    readonly count: number;
    readonly monthly: number;
}

export function resourceSection({ graph, cost, policy }: Plan): Content {
    const violated = new Set(policy.violations.map(({ urn }) => urn));
    return h(
        "div",
        { class: "tree" },
        branches(graph, cost).map((branch) => node(branch, violated)),
    );
}

/** What is below the stack itself. */
function branches(graph: Graph, cost: Cost): readonly Branch[] {
    const prices = new Map<string, number>();
    for (const { urn, monthly } of cost.lines) {
        prices.set(urn, (prices.get(urn) ?? 0) + monthly);
    }
    const children = new Map<string | undefined, Resource[]>();
    for (const resource of graph.resources) {
        const siblings = children.get(resource.parent) ?? [];
        siblings.push(resource);
        children.set(resource.parent, siblings);
    }
    const branch = (resource: Resource): Branch => {
        const below = [...(children.get(resource.urn) ?? [])].sort(byName).map(branch);
        const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);
        return {
            resource,
            children: below,
            count: (isReal(resource) ? 1 : 0) + sum(below.map(({ count }) => count)),
            monthly: (prices.get(resource.urn) ?? 0) + sum(below.map(({ monthly }) => monthly)),
        };
    };
    return (children.get(undefined) ?? []).flatMap((root) => branch(root).children);
}

function byName(a: Resource, b: Resource): number {
    return a.name === b.name ? (a.type < b.type ? -1 : 1) : a.name < b.name ? -1 : 1;
}

function node({ resource, children, count, monthly }: Branch, violated: ReadonlySet<string>): Content {
    const { urn, name, type, options } = resource;
    const marks = [
        ...(violated.has(urn) ? [h("span", { class: "badge bad" }, "policy")] : []),
        ...(options.protect ? [h("span", { class: "badge" }, "protected")] : []),
        ...(options.retainOnDelete ? [h("span", { class: "badge" }, "kept on delete")] : []),
    ];
    const price = monthly < 0.005 ? [] : [h("span", { class: "price" }, dollars(monthly))];
    const words = [
        h("span", { class: "name" }, name),
        " ",
        h("span", { class: "muted" }, shortType(type)),
        ...marks,
    ];
    if (children.length === 0) {
        return h("div", { class: "leaf", title: urn }, words, price);
    }
    const amount = h("span", { class: "muted" }, ` ${counted(count, "resource")}`);
    return h(
        "details",
        {},
        h("summary", { title: urn }, words, amount, price),
        children.map((child) => node(child, violated)),
    );
}
