/**
 * Reads a stack file from disk the way the Pulumi CLI would, for a plan that has no CLI.
 *
 * What the CLI would silently change (a date, 3.10, a leading zero) and what it would fetch from elsewhere is refused.
 */
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import {
    isMap,
    isNode,
    isScalar,
    isSeq,
    parseDocument,
    visit,
    type Document,
    type Pair,
    type Scalar,
    type YAMLParseError,
} from "yaml";
import { NAMESPACE, type ConfigEntries } from "./config";
import { secretGroup } from "./keys";
import { type Problem, SettingsError } from "./problem";

export interface StackFile {
    readonly entries: ConfigEntries;
    readonly problems: readonly Problem[];
    /** Whether `pulumi stack init` has run for it: the file then carries how its secrets are encrypted. */
    readonly initialised: boolean;
}

/** The stack that a file belongs to: `Pulumi.dev.yaml` → `dev`, `examples/ghost.yaml` → `ghost`. */
export function stackName(file: string): string {
    return basename(file)
        .replace(/\.ya?ml$/, "")
        .replace(/^Pulumi\./, "");
}

/** Reads a stack file. Throws where it is no YAML. */
export function readStackFile(path: string, project: string): StackFile {
    return parseStackFile(readFileSync(path, "utf8"), path, project);
}

export function parseStackFile(text: string, path: string, project: string): StackFile {
    const document = parseDocument(text, { keepSourceTokens: false, prettyErrors: true });
    if (document.errors.length > 0) {
        throw new SettingsError(path, document.errors.slice(0, 1).map(notYaml));
    }
    writeOutAliases(document, path);
    const problems: Problem[] = [...topLevelProblems(document)];
    const values = new Map<string, string>();
    const secrets = new Set<string>();
    const config = document.get("config");
    for (const pair of isMap(config) ? config.items : []) {
        const key = qualified(keyOf(pair), project);
        const [nested] = securesIn(pair.value, []);
        if (nested !== undefined) {
            secrets.add(key);
            problems.push(...(nested.length === 0 ? [] : [secretGroup(key, nested)]));
        }
        if (!isSecure(pair.value)) {
            problems.push(...ambiguities(pair.value, key));
            values.set(key, engineText(pair.value));
        }
    }
    const entries = { file: path, project, stack: stackName(path), values, secrets };
    return { entries, problems, initialised: document.has("encryptionsalt") || document.has("encryptedkey") };
}

/** The first of them: those that follow mostly come of it. */
function notYaml({ code, message, linePos }: YAMLParseError): Problem {
    if (code === "MULTIPLE_DOCS") {
        const reason = "holds more than one stack file: `---` begins another.";
        return { path: "the file", value: undefined, reason, fix: "Give each a file of its own." };
    }
    const [what = ""] = message.split(/ at line |:\n|\n/);
    return {
        path: linePos === undefined ? "the file" : `line ${linePos[0].line}`,
        value: undefined,
        reason: `is not YAML: ${what.charAt(0).toLowerCase()}${what.slice(1)}.`,
        fix: "Look at the indentation, brackets and quotes there, and just above.",
    };
}

/**
 * The problems of the file and of the settings in it. Of two about the same scalar, the setting's, which knows what may
 * stand there; but where it only misses the quotes, the one that knows what YAML has done to the text.
 */
export function together(file: readonly Problem[], settings: readonly Problem[]): readonly Problem[] {
    const said = new Set(file.map(({ path }) => path));
    const quoted = new Set(file.filter(({ reason }) => reason.startsWith(UNQUOTED)).map(({ path }) => path));
    const better = settings.filter(
        ({ path, fix }) => quoted.has(path) && !fix.startsWith("Put it in quotes"),
    );
    const known = new Set(better.map(({ path }) => path));
    return [
        ...file.filter(({ path }) => !known.has(path)),
        ...settings.filter(({ path }) => !said.has(path) || known.has(path)),
    ];
}

const UNQUOTED = "is not in quotes";

/** Puts what an alias stands for in its place: `*usual` → the value that says `&usual`. */
function writeOutAliases(document: Document, file: string): void {
    visit(document, {
        Alias: (_, alias, path) => {
            const node = alias.resolve(document);
            if (node === undefined || path.some((above) => above === node)) {
                const reason = `is not YAML: \`*${alias.source}\` stands for nothing, or for itself.`;
                const fix = `Write "*${alias.source}" in quotes for a text, or what it is to stand for.`;
                throw new SettingsError(file, [{ path: "the file", value: undefined, reason, fix }]);
            }
            return node;
        },
    });
}

/** A key without a namespace belongs to the project. */
function qualified(key: string, project: string): string {
    return key.includes(":") ? key : `${project}:${key}`;
}

const TOP_LEVEL = ["config", "encryptedkey", "encryptionsalt", "secretsprovider", "environment"];

function topLevelProblems(document: Document): readonly Problem[] {
    if (!isMap(document.contents)) {
        return document.contents === null ? [] : [noGroup("the file")];
    }
    const config = document.get("config", true);
    if (isNode(config) && !isMap(config) && !(isScalar(config) && config.value === null)) {
        return [noGroup("config")];
    }
    return document.contents.items.flatMap((pair): readonly Problem[] => {
        const key = keyOf(pair);
        if (key === "environment") {
            const reason = "takes configuration from Pulumi ESC, which a plan on a laptop cannot see.";
            return [
                {
                    path: key,
                    value: undefined,
                    reason,
                    fix: `Write the settings below \`config:\`, and remove it.`,
                },
            ];
        }
        return TOP_LEVEL.includes(key)
            ? []
            : [
                  {
                      path: key,
                      value: undefined,
                      reason: "does not belong at the top of a stack file.",
                      fix: `Move it below \`config:\`, as \`${key.includes(":") ? key : `${NAMESPACE}:${key}`}\`.`,
                  },
              ];
    });
}

function noGroup(path: string): Problem {
    const fix = "Write `config:`, and below it `aws:region: eu-west-1` and `selfhost:apps: { … }`.";
    return { path, value: undefined, reason: "is not a group of settings.", fix };
}

function isSecure(node: unknown): boolean {
    return isMap(node) && node.items.length === 1 && node.has("secure");
}

/** Where secrets stand in a value; the value itself is one at `[]`. */
function securesIn(node: unknown, at: readonly string[]): readonly (readonly string[])[] {
    if (isSecure(node)) {
        return [at];
    }
    if (isMap(node)) {
        return node.items.flatMap((pair) => securesIn(pair.value, [...at, keyOf(pair)]));
    }
    return isSeq(node) ? node.items.flatMap((item, i) => securesIn(item, [...at, String(i)])) : [];
}

/** The text that the engine hands to a program: scalars as they are, groups as JSON. */
function engineText(node: unknown): string {
    if (isScalar(node)) {
        return typeof node.value === "string"
            ? node.value
            : node.value === null
              ? ""
              : JSON.stringify(node.value);
    }
    return isMap(node) || isSeq(node) ? JSON.stringify(plain(node)) : "";
}

/** The value of a group without the secrets inside it. */
function plain(node: unknown): unknown {
    if (isMap(node)) {
        const kept = node.items.filter((pair) => !isSecure(pair.value));
        return Object.fromEntries(kept.map((pair) => [keyOf(pair), plain(pair.value)]));
    }
    if (isSeq(node)) {
        return node.items.filter((item) => !isSecure(item)).map(plain);
    }
    return isScalar(node) ? node.value : undefined;
}

function keyOf(pair: Pair): string {
    return String(isScalar(pair.key) ? pair.key.value : pair.key);
}

function ambiguities(node: unknown, path: string): readonly Problem[] {
    if (isMap(node)) {
        const inside = node.items.flatMap((pair) => [
            ...keyAmbiguity(pair.key, path),
            ...ambiguities(pair.value, `${path}.${keyOf(pair)}`),
        ]);
        return [...typed(node.tag, path), ...inside];
    }
    if (isSeq(node)) {
        return [
            ...typed(node.tag, path),
            ...node.items.flatMap((item, i) => ambiguities(item, `${path}[${i}]`)),
        ];
    }
    return isScalar(node) ? ambiguity(node, path) : [];
}

/** An explicit type, like `!!float 5` or `!!set { a }`, means what each reader makes of it. */
function typed(tag: string | undefined, path: string): readonly Problem[] {
    return tag === undefined
        ? []
        : [
              {
                  path,
                  value: tag,
                  reason: "has an explicit type, and readers of YAML differ in what they make of it.",
                  fix: "Write the value without it, and text in quotes.",
              },
          ];
}

/** Settings have names that are text. */
function keyAmbiguity(key: unknown, path: string): readonly Problem[] {
    if (!isNode(key) || !isScalar(key) || key.type !== "PLAIN") {
        return [];
    }
    const name = `${path}.${String(key.value)}`;
    if (key.source === "<<") {
        const reason = "takes in another group, which not every reader of YAML does.";
        return [{ path: `${path}.<<`, value: undefined, reason, fix: "Write its settings out." }];
    }
    return key.value === null ? changed("null", "null", name) : ambiguity(key, name, CHANGED.filter(inKeys));
}

interface Change {
    readonly pattern: RegExp;
    readonly becomes: string;
}

/** Words that older readers of YAML take for a boolean where a value may be one; as a key they stay words. */
const BOOLEAN: Change = { pattern: /^(y|n|yes|no|on|off)$/i, becomes: "true or false" };

function inKeys(change: Change): boolean {
    return change !== BOOLEAN;
}

/**
 * Unquoted scalars that the CLI's YAML reader (YAML 1.1 in part, then numbers as floats) turns into something else.
 * https://yaml.org/type/timestamp.html, https://yaml.org/type/int.html, https://yaml.org/type/bool.html
 */
const CHANGED: readonly Change[] = [
    { pattern: /^\d{4}-\d\d?-\d\d?([Tt ].*)?$/, becomes: "a time stamp" },
    { pattern: /^[-+]?0[0-9_]+$/, becomes: "a number without its leading zero, or an octal one" },
    { pattern: /^[-+]?0[oxb][0-9a-f_]+$/i, becomes: "a number" },
    { pattern: /^[-+]?\d*\.\d*0$/, becomes: "a number without its last zero" },
    { pattern: /^[-+]?(?=\.?\d)\d*(\.\d*)?e[-+]?\d+$/i, becomes: "a number" },
    { pattern: /^\d{1,2}(:[0-5]\d)+$/, becomes: "a number in base 60" },
    {
        pattern: /^(?=.*_)(?=.*\d)(?=[-+._\d])[-+._]*(0_*[xob][0-9a-f_]*|[\d._]*(e[-+_]*[\d_]*)?)$/i,
        becomes: "a number",
    },
    { pattern: /^[-+]?\.(inf|nan)$/i, becomes: "no number that a program can have" },
    BOOLEAN,
    { pattern: /^\d{16,}$/, becomes: "a rounded number" },
];

function ambiguity(
    { type, source, tag }: Scalar,
    path: string,
    changes: readonly Change[] = CHANGED,
): readonly Problem[] {
    if (tag !== undefined) {
        return typed(tag, path);
    }
    const change =
        type === "PLAIN" && source !== undefined
            ? changes.find(({ pattern }) => pattern.test(source))
            : undefined;
    return change === undefined ? [] : changed(source ?? "", change.becomes, path);
}

function changed(source: string, becomes: string, path: string): readonly Problem[] {
    return [
        {
            path,
            value: source,
            reason: `${UNQUOTED}, and YAML may read it as ${becomes}.`,
            fix: becomes.includes("number")
                ? `Write "${source}" for a text, or a number in its usual form.`
                : `Write "${source}".`,
        },
    ];
}
