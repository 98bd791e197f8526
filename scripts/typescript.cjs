/**
 * `node --require ./scripts/typescript.cjs`: ts-node, transpile-only, and what was transpiled is kept between processes.
 * Every test worker and every plan would do the same work again, which takes longer than a plan. An entry is named
 * after its file and the compiler's options and holds a hash of the source: one per file, and none is ever stale.
 * The engine does not come by here: it registers ts-node itself.
 */
const { createHash } = require("node:crypto");
const { mkdirSync, readFileSync, renameSync, writeFileSync } = require("node:fs");
const { join } = require("node:path");
const { register } = require("ts-node");
const ts = require("typescript");

const FOLDER = join(__dirname, "..", "node_modules", ".cache", "transpiled");

function hash(...texts) {
    return createHash("sha256").update(JSON.stringify(texts)).digest("hex").slice(0, 32);
}

function read(path, source) {
    try {
        const entry = JSON.parse(readFileSync(path, "utf8"));
        return entry.source === source ? entry : undefined;
    } catch {
        return undefined;
    }
}

/** Another process may write the same entry: a rename is whole or not at all. A folder that is read-only keeps nothing. */
function write(path, entry) {
    try {
        mkdirSync(FOLDER, { recursive: true });
        const draft = `${path}.${process.pid}`;
        writeFileSync(draft, JSON.stringify(entry));
        renameSync(draft, path);
    } catch {
        return;
    }
}

/** As ts-node asks for it: https://typestrong.org/ts-node/docs/transpilers#third-party-transpilers */
exports.create = ({ service }) => {
    const compilerOptions = service.config.options;
    const version = hash(ts.version, compilerOptions);
    return {
        transpile(input, { fileName }) {
            const path = join(FOLDER, `${hash(fileName, version)}.json`);
            const source = hash(input);
            const known = read(path, source);
            if (known !== undefined) {
                return known;
            }
            const { outputText, sourceMapText, diagnostics } = ts.transpileModule(input, {
                fileName,
                compilerOptions,
                reportDiagnostics: true,
            });
            const made = { source, outputText, sourceMapText };
            if (diagnostics.length === 0) {
                write(path, made);
            }
            return { ...made, diagnostics };
        },
    };
};

register({ transpileOnly: true, transpiler: __filename });
