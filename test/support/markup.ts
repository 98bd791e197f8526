/** A small strict reader of markup, for tests of what the program draws and writes. */

export interface Element {
    readonly name: string;
    readonly attributes: Readonly<Record<string, string>>;
    readonly children: readonly (Element | string)[];
}

/** Elements of HTML that have no end. */
const VOID = ["meta", "br", "hr", "link", "input", "col"];

const TOKEN =
    /<!--[\s\S]*?-->|<!doctype [^>]*>|<(\/?)([A-Za-z][\w:-]*)((?:\s+[\w:-]+(?:="[^"<]*")?)*)\s*(\/?)>|[^<]+|</gi;

/** The elements of a text; an error at the first that is not closed, not opened, or badly escaped. */
export function parseMarkup(text: string): Element {
    const root = { name: "", attributes: {}, children: [] as (Element | string)[] };
    const open = [root];
    for (const [token, closing, name = "", attributes = "", empty] of text.matchAll(TOKEN)) {
        const top = open.at(-1) ?? root;
        if (token.startsWith("<!")) {
            continue;
        }
        if (token === "<") {
            throw new Error(`a bare < in ${top.name}`);
        }
        if (name === "") {
            checkText(token, top.name);
            top.children.push(token);
        } else if (closing === "/") {
            if (top.name !== name) {
                throw new Error(`</${name}> closes <${top.name}>`);
            }
            open.pop();
        } else {
            const element = { name, attributes: attributesIn(attributes), children: [] };
            top.children.push(element);
            if (empty !== "/" && !VOID.includes(name)) {
                open.push(element);
            }
        }
    }
    if (open.length > 1) {
        throw new Error(`<${open.at(-1)?.name ?? ""}> is not closed`);
    }
    return root;
}

function attributesIn(text: string): Readonly<Record<string, string>> {
    const found: Record<string, string> = {};
    for (const [, name = "", value = ""] of text.matchAll(/([\w:-]+)(?:="([^"]*)")?/g)) {
        if (name in found) {
            throw new Error(`${name} is there twice`);
        }
        checkText(value, name);
        found[name] = unescape(value);
    }
    return found;
}

function checkText(text: string, where: string): void {
    const bad = /&(?!(?:amp|lt|gt|quot|nbsp|#\d+);)|\u0000/.exec(text);
    if (bad !== null && where !== "style") {
        throw new Error(`badly escaped in ${where}: ${text.slice(bad.index, bad.index + 30)}`);
    }
}

function unescape(text: string): string {
    return text
        .replaceAll("&lt;", "<")
        .replaceAll("&gt;", ">")
        .replaceAll("&quot;", '"')
        .replaceAll("&nbsp;", "\u00a0")
        .replace(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)))
        .replaceAll("&amp;", "&");
}

/** All elements of a name, however deep. */
export function elements(within: Element, name: string): readonly Element[] {
    return within.children.flatMap((child) =>
        typeof child === "string" ? [] : [...(child.name === name ? [child] : []), ...elements(child, name)],
    );
}

/** The text of an element and of everything in it. */
export function textOf(element: Element): string {
    return element.children
        .map((child) => (typeof child === "string" ? unescape(child) : textOf(child)))
        .join("");
}
