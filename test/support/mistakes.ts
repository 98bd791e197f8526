/** Stack files with one mistake each, and what must be said about it. */
import assert from "node:assert/strict";
import { problemsOf, type Given } from "./settings";

export interface Case {
    readonly name: string;
    readonly path: string;
    readonly says: RegExp;
    readonly fix: RegExp;
    /** Lines below `config:`. */
    readonly config?: string;
    /** Lines below `selfhost:apps.bookstack`. */
    readonly app?: string;
    readonly given?: Given;
}

export const APP = "selfhost:apps.bookstack";

function stackFile({ config = "", app = "" }: Case): string {
    const overridden = (key: string): boolean => new RegExp(`^\\s*${key}:`, "m").test(config);
    return [
        "config:",
        ...(overridden("aws:region") ? [] : ["  aws:region: eu-west-1"]),
        ...(overridden("selfhost:domain") || config.includes("# no domain")
            ? []
            : ["  selfhost:domain: example.com"]),
        ...config.split("\n").map((line) => `  ${line}`),
        ...(overridden("selfhost:apps")
            ? []
            : [
                  "  selfhost:apps:",
                  "    bookstack:",
                  "      admin: { email: a@example.com }",
                  ...app.split("\n").map((line) => `      ${line}`),
              ]),
        "",
    ].join("\n");
}

/** One test for each mistake: its path, its reason, its fix, and that nothing else is said. */
export function itExplains(cases: readonly Case[]): void {
    for (const one of cases) {
        it(one.name, () => {
            const problems = problemsOf(stackFile(one), one.given);
            const found = problems.find(({ path, reason }) => path === one.path && one.says.test(reason));
            assert.ok(found, `no such problem among ${JSON.stringify(problems, null, 2)}`);
            assert.match(found.fix, one.fix);
            assert.equal(
                problems.length,
                1,
                `one mistake is one problem: ${JSON.stringify(problems, null, 2)}`,
            );
        });
    }
}
