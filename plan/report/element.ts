/** HTML that cannot be broken by what it says: texts are escaped wherever they get in. */
import { escape } from "../picture/text";

/** Finished HTML. */
export class Html {
    constructor(readonly text: string) {}
}

export type Content = Html | string | readonly Content[];

/** Elements without an end. */
const VOID = ["meta", "br"];

/** An element; attributes that are undefined are left out, those that are empty stand alone. */
export function h(
    name: string,
    attributes: Readonly<Record<string, string | undefined>> = {},
    ...content: readonly Content[]
): Html {
    const words = Object.entries(attributes).flatMap(([key, value]) =>
        value === undefined ? [] : [value === "" ? ` ${key}` : ` ${key}="${escape(value)}"`],
    );
    const open = `<${name}${words.join("")}>`;
    return new Html(VOID.includes(name) ? open : `${open}${render(content)}</${name}>`);
}

/** What is well-formed already, such as a drawing. */
export function raw(text: string): Html {
    return new Html(text);
}

function render(content: Content): string {
    if (content instanceof Html) {
        return content.text;
    }
    return typeof content === "string" ? escape(content) : content.map(render).join("");
}

/** A sentence; what stands between backticks is code. */
export function prose(text: string): Content {
    const parts = text.split("`");
    return parts.length % 2 === 0
        ? text
        : parts.map((part, index) => (index % 2 === 1 ? h("code", {}, part) : part));
}

export interface Column {
    readonly title: string;
    readonly kind?: "number";
}

/** A table that scrolls sideways where it does not fit. */
export function table(columns: readonly Column[], rows: readonly (readonly Content[])[]): Html {
    const kindOf = (index: number): string | undefined => columns[index]?.kind;
    return h(
        "div",
        { class: "scroll", tabindex: "0" },
        h(
            "table",
            { style: `--columns:${columns.length}` },
            h(
                "thead",
                {},
                h(
                    "tr",
                    {},
                    columns.map(({ title, kind }) => h("th", { class: kind, scope: "col" }, title)),
                ),
            ),
            h(
                "tbody",
                {},
                rows.map((cells) =>
                    h(
                        "tr",
                        {},
                        cells.map((cell, index) => h("td", { class: kindOf(index) }, cell)),
                    ),
                ),
            ),
        ),
    );
}

/** Folded away until somebody asks. */
export function folded(title: Content, ...content: readonly Content[]): Html {
    return h("details", {}, h("summary", {}, title), ...content);
}
