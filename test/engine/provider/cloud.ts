/**
 * The account that the stand-in keeps, as files in a folder: what exists, and a log of everything that was asked.
 * All plugins of a run share it, it outlives them, and a killed run leaves in it what it had made.
 */
import {
    appendFileSync,
    existsSync,
    linkSync,
    mkdirSync,
    readdirSync,
    readFileSync,
    rmSync,
    writeFileSync,
} from "node:fs";
import { join } from "node:path";
import type { JsonObject } from "../../../plan/record/values";
import { canonical, hash } from "./json";

export interface Existing {
    readonly urn: string;
    readonly type: string;
    readonly id: string;
    /** What no other resource of the type may have too. */
    readonly identity: string | undefined;
    readonly inputs: JsonObject;
    readonly outputs: JsonObject;
}

export interface Call {
    readonly method: "check" | "create" | "update" | "delete" | "read" | "invoke";
    /** `failed`: it was refused, nothing happened. */
    readonly phase: "begin" | "end" | "failed";
    readonly urn: string;
    readonly id?: string;
    /** For `invoke`: the result. Never a secret. */
    readonly result?: JsonObject;
}

export class Cloud {
    constructor(private readonly folder: string) {
        for (const part of ["existing", "identities", "made", "once", "written"]) {
            mkdirSync(join(folder, part), { recursive: true });
        }
    }

    /** How many resources a URN has stood for so far: each has its own name, id and outputs. */
    serial(urn: string): number {
        const file = this.file("made", urn);
        return existsSync(file) ? readFileSync(file, "utf8").length : 0;
    }

    /** Throws where the identity is taken. */
    create(resource: Existing): void {
        const { identity, id, urn, type } = resource;
        if (identity !== undefined && !this.first("identities", `${type} ${identity}`, urn)) {
            throw new Error(`${type} already exists: ${identity}`);
        }
        if (!this.first("existing", id, JSON.stringify(resource))) {
            throw new Error(`${urn}: ${id} exists already`);
        }
        appendFileSync(this.file("made", urn), ".");
    }

    /** What is gone already is no error, as with AWS's provider. */
    delete(id: string): void {
        const file = this.file("existing", id);
        if (!existsSync(file)) {
            return;
        }
        const { identity, type } = JSON.parse(readFileSync(file, "utf8")) as Existing;
        if (identity !== undefined) {
            rmSync(this.file("identities", `${type} ${identity}`));
        }
        rmSync(file);
    }

    update(resource: Existing): void {
        writeFileSync(this.file("existing", resource.id), JSON.stringify(resource));
    }

    find(id: string): Existing | undefined {
        const file = this.file("existing", id);
        return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Existing) : undefined;
    }

    /** What somebody else than the engine writes into a resource that the engine looks up. */
    write(id: string, outputs: JsonObject): void {
        writeFileSync(this.file("written", id), JSON.stringify(outputs));
    }

    /** Undefined where nobody has. */
    written(id: string): JsonObject | undefined {
        const file = this.file("written", id);
        return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as JsonObject) : undefined;
    }

    existing(): readonly Existing[] {
        const folder = join(this.folder, "existing");
        const files = readdirSync(folder).filter((name) => !name.includes("."));
        return files.map((name) => JSON.parse(readFileSync(join(folder, name), "utf8")) as Existing);
    }

    log(call: Call): void {
        appendFileSync(join(this.folder, "calls.jsonl"), `${JSON.stringify(call)}\n`);
    }

    calls(): readonly Call[] {
        const file = join(this.folder, "calls.jsonl");
        const lines = existsSync(file) ? readFileSync(file, "utf8").split("\n") : [];
        return lines.filter((line) => line !== "").map((line) => JSON.parse(line) as Call);
    }

    forgetCalls(): void {
        rmSync(join(this.folder, "calls.jsonl"), { force: true });
    }

    /** True the first time that anybody asks for the key. */
    once(key: string): boolean {
        return this.first("once", key, "");
    }

    /** By a link, so that nobody reads a file that is half written. */
    private first(part: string, key: string, content: string): boolean {
        const target = this.file(part, key);
        const draft = `${target}.${process.pid}`;
        writeFileSync(draft, content);
        try {
            linkSync(draft, target);
            return true;
        } catch (error) {
            if ((error as NodeJS.ErrnoException).code === "EEXIST") {
                return false;
            }
            throw error;
        } finally {
            rmSync(draft);
        }
    }

    private file(part: string, key: string): string {
        return join(this.folder, part, hash(key, 40));
    }
}

/** The values of the given properties, as one text; undefined where all are absent. */
export function identityOf(properties: readonly string[], inputs: JsonObject): string | undefined {
    const values = properties.map((property) => inputs[property] ?? null);
    return values.every((value) => value === null) ? undefined : canonical(values);
}
