import * as assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { type Instruction, parseDockerfile } from "../support/dockerfile";

const folder = resolve(__dirname, "../../docker");
const contexts = readdirSync(folder).filter((name) => existsSync(join(folder, name, "Dockerfile")));

/** Built for ARM64 on x86 laptops and build machines, where nothing can be run without emulation. */
const runsNothing = ["bookstack", "from", "ghost", "site", "web"];

const instructions = (context: string): Instruction[] =>
    parseDockerfile(readFileSync(join(folder, context, "Dockerfile"), "utf8"));

function floatingBases(all: readonly Instruction[]): string[] {
    const stages = new Set<string>();
    const floating: string[] = [];
    for (const { text } of all.filter(({ keyword }) => keyword === "FROM")) {
        const [image = "", , stage] = text.split(" ").filter((word) => !word.startsWith("--"));
        const pinned =
            /@sha256:[0-9a-f]{64}$/.test(image) || (/:[^/]+$/.test(image) && !image.endsWith(":latest"));
        // `FROM ${BASE}` with an argument that has no default cannot float: whoever builds it names the image.
        const given = all.some(({ keyword, text: name }) => keyword === "ARG" && image === `\${${name}}`);
        if (!pinned && !given && !stages.has(image) && image !== "scratch") {
            floating.push(image);
        }
        if (stage !== undefined) {
            stages.add(stage);
        }
    }
    return floating;
}

/** What an instruction takes from the context, without its flags and destination. */
function sources({ keyword, text }: Instruction): string[] {
    if (!["COPY", "ADD"].includes(keyword) || text.includes("--from=")) {
        return [];
    }
    return text
        .split(" ")
        .filter((word) => !word.startsWith("--"))
        .slice(0, -1)
        .filter((word) => !word.startsWith("<<"));
}

describe("build contexts", () => {
    it("are found", () => {
        assert.deepEqual(
            runsNothing.filter((name) => !contexts.includes(name)),
            [],
        );
    });

    for (const context of contexts) {
        describe(context, () => {
            const all = instructions(context);

            it("names its base image by a tag other than latest, or by digest", () => {
                assert.deepEqual(floatingBases(all), []);
            });

            it("copies only files that are there, and downloads none whose contents are not fixed", () => {
                for (const instruction of all) {
                    for (const source of sources(instruction)) {
                        if (/^https?:/.test(source)) {
                            assert.match(instruction.text, /--checksum=sha256:[0-9a-f]{64}/, source);
                        } else {
                            assert.ok(
                                existsSync(join(folder, context, source)),
                                `${source} is not in the context`,
                            );
                        }
                    }
                }
            });

            it("puts no secret into a layer", () => {
                const secret = /(PASSWORD|PASSWD|SECRET|TOKEN|CREDENTIAL|_KEY\b|APP_KEY|ACCESS_KEY)/i;
                const kept = all.filter(({ keyword }) => ["ENV", "ARG", "LABEL"].includes(keyword));
                assert.deepEqual(
                    kept.filter(({ text }) => secret.test(text)),
                    [],
                );
                const files = readdirSync(join(folder, context), { recursive: true, encoding: "utf8" });
                assert.deepEqual(
                    files.filter((file) => /(^|\/)(\.env.*|id_[a-z0-9]+|.*\.(key|p12|pfx))$/.test(file)),
                    [],
                );
            });
        });
    }

    for (const context of runsNothing) {
        it(`${context} builds without running anything`, () => {
            const used = instructions(context).map(({ keyword }) => keyword);
            const allowed = [
                "ADD",
                "ARG",
                "CMD",
                "COPY",
                "ENTRYPOINT",
                "ENV",
                "EXPOSE",
                "FROM",
                "LABEL",
                "USER",
                "WORKDIR",
            ];
            assert.deepEqual(
                used.filter((keyword) => !allowed.includes(keyword)),
                [],
            );
        });
    }

    for (const context of ["site", "web"]) {
        it(`${context} does not run as root`, () => {
            const user = instructions(context).filter(({ keyword }) => keyword === "USER");
            assert.match(user.at(-1)?.text ?? "", /^[1-9]\d*:[1-9]\d*$/);
        });

        it(`${context} sets the mode of every file, so that the image does not depend on the checkout's umask`, () => {
            const copies = instructions(context).filter(({ keyword }) => keyword === "COPY");
            assert.deepEqual(
                copies.filter(({ text }) => !/(^| )--chmod=(644|755) /.test(text)),
                [],
            );
        });
    }

    it("bookstack sends the builder what it copies and nothing else", () => {
        const rules = readFileSync(join(folder, "bookstack/.dockerignore"), "utf8")
            .split("\n")
            .filter((line) => line !== "" && !line.startsWith("#"));
        const copied = instructions("bookstack").flatMap(sources);
        assert.equal(rules[0], "*");
        assert.deepEqual(
            rules.filter((rule) => rule.startsWith("!")).sort(),
            [...new Set(copied.map((source) => `!${source.split("/")[0] ?? source}`))].sort(),
        );
        assert.equal(
            rules.at(-1),
            "**/.*",
            "hidden files are refused last, so that no rule lets them in again",
        );
    });

    it("bookstack puts the certificates where its preset tells PHP to look", () => {
        const bundle = instructions("bookstack").find(({ text }) => text.includes("global-bundle.pem"));
        const path = bundle?.text.split(" ").at(-1) ?? "nowhere";
        const preset = readFileSync(join(folder, "../apps/bookstack.ts"), "utf8");
        assert.ok(preset.includes(`"${path}"`), `apps/bookstack.ts does not name ${path}`);
    });

    it("bookstack sets the mode of every file, so that the image does not depend on the checkout's umask", () => {
        const copies = instructions("bookstack").filter(({ keyword }) => keyword === "COPY");
        assert.deepEqual(
            copies.filter(({ text }) => !/^--chmod=(644|755) /.test(text)),
            [],
        );
    });
});
