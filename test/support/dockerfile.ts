/** What a Dockerfile says. */

export interface Instruction {
    readonly keyword: string;
    readonly text: string;
    /** The file that stands in the Dockerfile itself; undefined: none does. */
    readonly file: string | undefined;
}

/** Instructions without comments, continued lines joined, a file within as the instruction's own. */
export function parseDockerfile(dockerfile: string): Instruction[] {
    const found: Instruction[] = [];
    const lines = dockerfile.split("\n");
    for (let line = lines.shift(); line !== undefined; line = lines.shift()) {
        if (line.trim() === "" || line.trimStart().startsWith("#")) {
            continue;
        }
        let whole = line.trim();
        while (whole.endsWith("\\")) {
            whole = `${whole.slice(0, -1).trim()} ${lines.shift()?.trim() ?? ""}`;
        }
        const [keyword = "", ...rest] = whole.split(/\s+/);
        const end = /<<"?(\w+)"?/.exec(whole)?.[1];
        const file = end === undefined ? undefined : upTo(lines, end);
        found.push({ keyword: keyword.toUpperCase(), text: rest.join(" "), file });
    }
    return found;
}

function upTo(lines: string[], end: string): string {
    const at = lines.indexOf(end);
    if (at === -1) {
        throw new Error(`a file within the Dockerfile has no end: ${end}`);
    }
    const file = lines.splice(0, at + 1).slice(0, -1);
    return file.map((line) => `${line}\n`).join("");
}
