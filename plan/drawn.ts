/** Readers of a plan that draw and write: loaded when somebody asks for them, since most plans are read in a terminal. */
import { createRequire } from "node:module";
import { writeFileSync } from "node:fs";
import { differenceMarkdown } from "./difference/markdown";
import type { Difference } from "./difference/model";
import type { Plan } from "./plan";

const load = createRequire(__filename);

function picture(): typeof import("./picture/picture") {
    return load("./picture/picture") as typeof import("./picture/picture");
}

export function mermaidOf({ graph }: Plan): string {
    const { mermaid } = load("./picture/mermaid") as typeof import("./picture/mermaid");
    return mermaid(picture().pictureOf(graph));
}

/** GitHub takes 65,536 characters in a comment; the rest is for what a workflow puts around the report. */
const COMMENT = 65_000;

/** The report for a pull request, below the difference where there is one. */
export function markdownOf(plan: Plan, difference?: Difference): string {
    const { markdown } = load("./report/markdown") as typeof import("./report/markdown");
    const above = difference === undefined ? "" : `${differenceMarkdown(difference)}\n`;
    return `${above}${markdown(plan, COMMENT - above.length)}`;
}

export interface Files {
    readonly svg: string | undefined;
    readonly html: string | undefined;
}

/** Writes what was asked for; the paths of what was written. */
export async function writeFiles(
    plan: Plan,
    { svg: svgPath, html: htmlPath }: Files,
): Promise<readonly string[]> {
    if (svgPath !== undefined) {
        const { svg } = load("./picture/svg") as typeof import("./picture/svg");
        writeFileSync(svgPath, await svg(picture().pictureOf(plan.graph)));
    }
    if (htmlPath !== undefined) {
        const { html } = load("./report/page") as typeof import("./report/page");
        writeFileSync(htmlPath, await html(plan));
    }
    return [svgPath, htmlPath].filter((path) => path !== undefined);
}
