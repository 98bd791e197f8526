/** Reading a graph for a picture: what nobody knows before the deployment is simply not shown. */
import { Undecided } from "../../policy/json";
import type { Item, View } from "../../policy/view";

/** What the question says, or undefined where a value that it needs is not known. */
export function known<T>(question: () => T): T | undefined {
    try {
        return question();
    } catch (error) {
        if (error instanceof Undecided) {
            return undefined;
        }
        throw error;
    }
}

export function textAt(item: Item, path: string): string | undefined {
    return known(() => item.text(path));
}

export function numberAt(item: Item, path: string): number | undefined {
    return known(() => item.number(path));
}

/** The texts at a path as they stand there, references too. */
export function rawTexts(item: Item, path: string): readonly string[] {
    const value = known(() => item.at(path));
    const values = Array.isArray(value) ? (value as readonly unknown[]) : [value];
    return values.filter((one) => typeof one === "string");
}

/** The components that a resource is in, the innermost first; without the stack. */
export function componentsOf(view: View, item: Item): readonly Item[] {
    const parent = item.resource.parent === undefined ? undefined : view.find(item.resource.parent);
    return parent === undefined || parent.type === "pulumi:pulumi:Stack"
        ? []
        : [parent, ...componentsOf(view, parent)];
}

/** Every item once, in order. */
export function distinct<T>(items: readonly T[]): readonly T[] {
    return [...new Set(items)];
}

/** `a, b and 3 more` */
export function shortList(items: readonly string[], most: number): string {
    return items.length <= most
        ? items.join(", ")
        : `${items.slice(0, most - 1).join(", ")} and ${items.length - most + 1} more`;
}
