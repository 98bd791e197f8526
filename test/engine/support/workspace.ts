/**
 * A project of its own in a temporary folder: the program, plugins that are ours, and a state backend.
 * Nothing is written into the repository.
 */
import {
    chmodSync,
    copyFileSync,
    existsSync,
    mkdirSync,
    mkdtempSync,
    readdirSync,
    readFileSync,
    rmSync,
    statSync,
    symlinkSync,
    writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import * as ts from "typescript";
import { parse, stringify } from "yaml";
import { Cloud } from "../provider/cloud";

const ROOT = join(__dirname, "..", "..", "..");

/** What the program reads as it is, from its own folder. */
const LINKED = ["node_modules", "docker", "lambda", "scripts"];

const SKIPPED = [...LINKED, ".ci", ".git", ".github", "bootstrap", "docs", "examples", "test"];

const PACKAGES = ["aws", "awsx", "random", "docker-build"];

/** Folder of the program and its plugins; many stacks can live in it. */
export interface Project {
    readonly folder: string;
    readonly backend: string;
    readonly home: string;
}

/** `javascript`: transpiled once, which makes every run of the CLI seconds shorter; `typescript`: as in the repository. */
export type Language = "javascript" | "typescript";

export function createProject(language: Language): Project {
    const base = mkdtempSync(join(tmpdir(), "selfhost-engine-"));
    const project = {
        folder: join(base, "project"),
        backend: join(base, "backend"),
        home: join(base, "home"),
    };
    Object.values(project).forEach((folder) => {
        mkdirSync(folder);
    });
    const sources = [...filesBelow(ROOT), ...filesBelow(join(ROOT, "test", "engine", "provider"))];
    for (const source of sources) {
        place(source, join(project.folder, relative(ROOT, source)), language);
    }
    for (const name of LINKED) {
        symlinkSync(join(ROOT, name), join(project.folder, name));
    }
    const plugins = createPlugins(base, project.folder);
    writeProjectFile(project.folder, plugins, language);
    return project;
}

export function removeProject({ folder }: Project): void {
    rmSync(dirname(folder), { recursive: true, force: true });
}

/** A new account for a stack. */
export function createCloud(
    project: Project,
    name: string,
): { readonly cloud: Cloud; readonly folder: string } {
    const folder = join(dirname(project.folder), `cloud-${name}`);
    return { cloud: new Cloud(folder), folder };
}

function filesBelow(folder: string): readonly string[] {
    return readdirSync(folder, { withFileTypes: true }).flatMap((entry): readonly string[] => {
        if (SKIPPED.includes(entry.name) || entry.name.startsWith(".")) {
            return [];
        }
        const path = join(folder, entry.name);
        return entry.isDirectory() ? filesBelow(path) : [path];
    });
}

function place(source: string, target: string, language: Language): void {
    mkdirSync(dirname(target), { recursive: true });
    const provider = source.includes(join("test", "engine", "provider"));
    // The plugins are the tests' own, whatever the program is run as; they need the plan's table of types too.
    if (
        source.endsWith(".ts") &&
        (language === "javascript" || provider || source.includes(join(ROOT, "plan")))
    ) {
        writeFileSync(target.replace(/\.ts$/, ".js"), transpile(source));
    }
    // The program keeps itself in S3, and looks which of its files there are.
    const kept = source === join(ROOT, "index.ts");
    if (!source.endsWith(".ts") || language === "typescript" || kept) {
        copyFileSync(source, target);
    }
}

const transpiled = new Map<string, string>();

function transpile(source: string): string {
    const key = `${source} ${statSync(source).mtimeMs}`;
    const known = transpiled.get(key);
    if (known !== undefined) {
        return known;
    }
    const { outputText } = ts.transpileModule(readFileSync(source, "utf8"), {
        fileName: source,
        compilerOptions: {
            target: ts.ScriptTarget.ES2022,
            module: ts.ModuleKind.CommonJS,
            esModuleInterop: true,
        },
    });
    transpiled.set(key, outputText);
    return outputText;
}

/** One small executable for each package, as the engine starts plugins: by path. */
function createPlugins(base: string, folder: string): readonly { name: string; path: string }[] {
    return PACKAGES.map((name) => {
        const path = join(base, "plugins", name);
        mkdirSync(path, { recursive: true });
        const file = join(path, `pulumi-resource-${name}`);
        const main = join(folder, "test", "engine", "provider", "main.js");
        writeFileSync(
            file,
            `#!/bin/sh\nexec "${process.execPath}" "${main}" ${name} ${version(name)} "$@"\n`,
        );
        chmodSync(file, 0o755);
        return { name, path };
    });
}

function version(name: string): string {
    const file = join(ROOT, "node_modules", "@pulumi", name, "package.json");
    return existsSync(file)
        ? (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version
        : "1.0.0";
}

interface ProjectFile {
    runtime: { name: string; options: Record<string, unknown> };
    plugins?: unknown;
}

function writeProjectFile(
    folder: string,
    providers: readonly { name: string; path: string }[],
    language: Language,
): void {
    const file = join(folder, "Pulumi.yaml");
    const content = parse(readFileSync(file, "utf8")) as ProjectFile;
    content.plugins = { providers };
    if (language === "javascript") {
        content.runtime.options.typescript = false;
        const manifest = join(folder, "package.json");
        const { name } = JSON.parse(readFileSync(manifest, "utf8")) as { name: string };
        writeFileSync(manifest, JSON.stringify({ name, main: "index.js" }));
    }
    writeFileSync(file, stringify(content));
}
