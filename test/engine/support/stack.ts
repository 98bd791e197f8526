/** A stack under the real CLI: every operation, and every byte that it printed. */
import { spawn } from "node:child_process";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { LocalWorkspace, type EngineEvent, type OpMap, type Stack } from "@pulumi/pulumi/automation";
import { parse, stringify } from "yaml";
import type { Json } from "../../../plan/graph";
import type { JsonObject } from "../../../plan/record/values";
import type { Cloud } from "../provider/cloud";
import type { Faults } from "../provider/faults";
import type { Drift } from "../provider/standIn";
import { createCloud, type Project } from "./workspace";

/** What the engine keeps of a resource, in a state and in a preview alike. */
export interface EngineResource {
    readonly urn: string;
    readonly type: string;
    readonly custom: boolean;
    readonly id?: string;
    readonly parent?: string;
    readonly provider?: string;
    readonly inputs?: JsonObject;
    readonly outputs?: JsonObject;
    readonly dependencies?: readonly string[];
    readonly propertyDependencies?: Readonly<Record<string, readonly string[] | null>>;
    readonly protect?: boolean;
    readonly retainOnDelete?: boolean;
    readonly deletedWith?: string;
    readonly additionalSecretOutputs?: readonly string[];
    readonly ignoreChanges?: readonly string[];
    readonly customTimeouts?: Readonly<Record<string, number>>;
}

export interface Step {
    readonly op: string;
    readonly urn: string;
    readonly newState?: EngineResource;
    readonly oldState?: EngineResource;
    readonly replaceReasons?: readonly string[] | null;
    readonly diffReasons?: readonly string[] | null;
}

export interface Preview {
    readonly steps: readonly Step[];
    readonly changeSummary: OpMap;
    /** What the program asked the engine for, by URN. */
    readonly requests: ReadonlyMap<string, Registration>;
}

/** The engine's record of one registration, as `PULUMI_DEBUG_GRPC` writes it. */
export interface Registration {
    readonly object: JsonObject;
    readonly deleteBeforeReplace: boolean;
    readonly replaceOnChanges: readonly string[];
    readonly ignoreChanges: readonly string[];
    readonly aliases: readonly Json[];
    readonly customTimeouts: Readonly<Record<string, string>>;
}

/** Steps that do something, as `<operation> <logical name>`. */
export function changesIn({ steps }: Preview): readonly string[] {
    return steps
        .filter(({ op }) => op !== "same")
        .map(({ op, urn }) => `${op} ${urn.split("::").at(-1) ?? ""}`)
        .sort();
}

export interface Outcome {
    readonly code: number | null;
    readonly output: string;
}

export interface Deployment {
    readonly resources: readonly EngineResource[];
    readonly pending: readonly { readonly type: string; readonly resource: EngineResource }[];
}

export const PASSPHRASE = "the passphrase of the tests";

/** 32 bytes that are nowhere else, as an application key. */
export const CANARY_KEY = `base64:${Buffer.from("a canary stays in its cage? > ~~").toString("base64")}`;

/** What is below `config:` in a stack file. */
export interface StackConfig {
    readonly environment: Record<string, unknown>;
    readonly apps: Record<string, Record<string, unknown>>;
    readonly bookstack: Record<string, unknown>;
}

export interface StackOptions {
    /** Text of the stack file; default: the one in the repository. */
    readonly file?: string;
    readonly secrets?: Readonly<Record<string, string>>;
    readonly account?: string;
}

export class EngineStack {
    /** Everything that any operation printed or told as an event. */
    readonly printed: string[] = [];
    faults: Faults = {};
    drift: readonly Drift[] = [];
    passphrase = PASSPHRASE;

    private constructor(
        readonly project: Project,
        readonly name: string,
        readonly cloud: Cloud,
        private readonly cloudFolder: string,
        private readonly account: string,
        private stack: Stack | undefined,
    ) {}

    static async create(project: Project, name: string, options: StackOptions = {}): Promise<EngineStack> {
        const { file, secrets = {}, account = "123456789012" } = options;
        const { cloud, folder } = createCloud(project, name);
        const created = new EngineStack(project, name, cloud, folder, account, undefined);
        if (file !== undefined) {
            writeFileSync(created.stackFile, file);
        }
        const workDir = project.folder;
        created.stack = await LocalWorkspace.createStack(
            { stackName: name, workDir },
            { envVars: created.environment(), pulumiHome: project.home },
        );
        for (const [key, value] of Object.entries(secrets)) {
            await created.stack.setConfig(key, { value, secret: true });
        }
        return created;
    }

    get stackFile(): string {
        return join(this.project.folder, `Pulumi.${this.name}.yaml`);
    }

    /** Changes the stack file, whose secrets stay as they are encrypted. */
    edit(change: (config: StackConfig) => void): void {
        const content = parse(readFileSync(this.stackFile, "utf8")) as { config: StackConfig["environment"] };
        const apps = content.config["selfhost:apps"] as StackConfig["apps"];
        change({ environment: content.config, apps, bookstack: apps.bookstack ?? {} });
        // In quotes, so that no text turns into a time or a number.
        writeFileSync(
            this.stackFile,
            stringify(content, { defaultStringType: "QUOTE_DOUBLE", defaultKeyType: "PLAIN" }),
        );
    }

    fileText(): string {
        return readFileSync(this.stackFile, "utf8");
    }

    setFileText(text: string): void {
        writeFileSync(this.stackFile, text);
    }

    setSecret(key: string, value: string): Promise<void> {
        return this.automation().setConfig(key, { value, secret: true });
    }

    /** Throws where the CLI fails. */
    async preview(...flags: readonly string[]): Promise<Preview> {
        const log = join(dirname(this.project.folder), `requests-${this.name}.jsonl`);
        rmSync(log, { force: true });
        const env = { PULUMI_DEBUG_GRPC: log };
        const { code, output, errors } = await this.run(["preview", "--json", "--show-sames", ...flags], env);
        if (code !== 0) {
            throw new Error(`pulumi preview: ${code}\n${output}\n${errors}`);
        }
        const { steps, changeSummary } = JSON.parse(output) as Omit<Preview, "requests">;
        return { steps, changeSummary, requests: readRequests(log) };
    }

    /** Throws where it fails; answers how many resources were created, updated and so on. */
    async up(): Promise<OpMap> {
        const { summary } = await this.told((options) => this.automation().up(options));
        return summary.resourceChanges ?? {};
    }

    async refresh(): Promise<OpMap> {
        const { summary } = await this.told((options) => this.automation().refresh(options));
        return summary.resourceChanges ?? {};
    }

    async destroy(): Promise<OpMap> {
        const { summary } = await this.told((options) => this.automation().destroy(options));
        return summary.resourceChanges ?? {};
    }

    /** With the secrets in the clear. */
    async state(): Promise<Deployment> {
        const { deployment } = (await this.automation().exportStack()) as {
            deployment: { resources?: EngineResource[]; pending_operations?: Deployment["pending"] };
        };
        return { resources: deployment.resources ?? [], pending: deployment.pending_operations ?? [] };
    }

    /** Whatever the exit code is. */
    async cli(...args: readonly string[]): Promise<Outcome> {
        const { code, output, errors } = await this.run(args, {});
        return { code, output: `${output}\n${errors}` };
    }

    /** Starts an operation and leaves it running, in a process group of its own. */
    start(...args: readonly string[]): Running {
        const child = spawn("pulumi", [...args, "--stack", this.name, "--non-interactive"], {
            cwd: this.project.folder,
            env: { ...process.env, ...this.environment() },
            detached: true,
        });
        const outcome = collect(child).then(({ code, output, errors }) => {
            this.printed.push(output, errors);
            return { code, output: `${output}\n${errors}` };
        });
        return { pid: child.pid ?? 0, outcome };
    }

    private async run(args: readonly string[], env: Readonly<Record<string, string>>): Promise<Collected> {
        const child = spawn("pulumi", [...args, "--stack", this.name, "--non-interactive"], {
            cwd: this.project.folder,
            env: { ...process.env, ...this.environment(), ...env },
        });
        const collected = await collect(child);
        this.printed.push(collected.output, collected.errors);
        return collected;
    }

    private async told<Result>(
        operation: (options: {
            color: "never";
            onOutput: (text: string) => void;
            onError: (text: string) => void;
            onEvent: (event: EngineEvent) => void;
        }) => Promise<Result>,
    ): Promise<Result> {
        const keep = (text: string): void => {
            this.printed.push(text);
        };
        const stack = this.automation();
        stack.workspace.envVars = this.environment();
        return operation({
            color: "never",
            onOutput: keep,
            onError: keep,
            onEvent: (event) => {
                // Debugging output, which nobody sees who does not ask for it, has generated values in the clear:
                // the SDK prints the engine's answers there.
                if (String(event.diagnosticEvent?.severity) !== "debug") {
                    keep(JSON.stringify(event));
                }
            },
        });
    }

    private automation(): Stack {
        if (this.stack === undefined) {
            throw new Error("the stack has not been created");
        }
        return this.stack;
    }

    private environment(): Record<string, string> {
        return {
            PULUMI_HOME: this.project.home,
            PULUMI_BACKEND_URL: `file://${this.project.backend}`,
            PULUMI_CONFIG_PASSPHRASE: this.passphrase,
            PULUMI_NODEJS_TRANSPILE_ONLY: "true",
            PULUMI_SKIP_UPDATE_CHECK: "true",
            PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
            PULUMI_AUTOMATION_API_SKIP_VERSION_CHECK: "true",
            NO_COLOR: "1",
            // Who applies an environment is not what these tests are about.
            SELFHOST_APPLY: "by-hand",
            STANDIN_CLOUD: this.cloudFolder,
            STANDIN_ACCOUNT: this.account,
            STANDIN_FAULTS: JSON.stringify(this.faults),
            STANDIN_DRIFT: JSON.stringify(this.drift),
        };
    }
}

export interface Running {
    readonly pid: number;
    readonly outcome: Promise<Outcome>;
}

interface Collected {
    readonly code: number | null;
    readonly output: string;
    readonly errors: string;
}

function collect(child: ReturnType<typeof spawn>): Promise<Collected> {
    let output = "";
    let errors = "";
    child.stdout?.setEncoding("utf8").on("data", (text: string) => {
        output += text;
    });
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
        errors += text;
    });
    return new Promise((resolve, reject) => {
        child.once("error", reject);
        child.once("close", (code) => {
            resolve({ code, output, errors });
        });
    });
}

interface LoggedCall {
    readonly method: string;
    readonly request?: JsonObject;
    readonly response?: JsonObject;
}

function readRequests(log: string): ReadonlyMap<string, Registration> {
    const lines = existsSync(log) ? readFileSync(log, "utf8").split("\n") : [];
    const found = new Map<string, Registration>();
    for (const line of lines) {
        if (!line.includes('ResourceMonitor/RegisterResource"')) {
            continue;
        }
        const { request, response } = JSON.parse(line) as LoggedCall;
        const urn = response?.urn;
        if (request !== undefined && typeof urn === "string") {
            found.set(urn, registration(request));
        }
    }
    return found;
}

/** Fields that say nothing are left out of the log. */
function registration(request: JsonObject): Registration {
    const { object, deleteBeforeReplace, replaceOnChanges, ignoreChanges, aliases, customTimeouts } =
        request as unknown as Partial<Registration>;
    return {
        object: object ?? {},
        deleteBeforeReplace: deleteBeforeReplace ?? false,
        replaceOnChanges: replaceOnChanges ?? [],
        ignoreChanges: ignoreChanges ?? [],
        aliases: aliases ?? [],
        customTimeouts: customTimeouts ?? {},
    };
}
