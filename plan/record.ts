/** Runs the program in this process against a monitor of our own and returns the graph of what it registered. */
import * as pulumi from "@pulumi/pulumi";
import { resetOptions, setMockOptions } from "@pulumi/pulumi/runtime/settings";
import { compare } from "../settings/order";
import type { Graph } from "./graph";
import { Failures } from "./record/failures";
import { Monitor } from "./record/monitor";
import { parentsFirst } from "./record/order";
import { type Program, runToEnd } from "./record/run";
import { secretTexts } from "./record/values";

export interface RecordOptions {
    readonly project: string;
    readonly stack: string;
    readonly region: string;
    /** Twelve digits; default: a look-up of the account answers with a reference. */
    readonly account?: string | undefined;
    /** By full key (`aws:region`, `selfhost:domain`), objects as JSON text, as the engine passes them. */
    readonly config?: Readonly<Record<string, string>> | undefined;
    /** Keys of `config` whose values are secrets. */
    readonly secretKeys?: readonly string[] | undefined;
}

export type { Program };

/** The SDK keeps its state in one place per process. */
let queue: Promise<unknown> = Promise.resolve();

/**
 * Records a dry run of the program; calls that overlap wait for each other.
 *
 * A reference reads `${urn.property}`, one to a look-up's result `${token(argument=value).property}`, a secret
 * `[secret]`. Resources are listed parents first and siblings by URN, look-ups by token and arguments, each once: the
 * order of registration depends on which promise is kept first, and a golden file must not.
 */
export function record(program: Program, options: RecordOptions): Promise<Graph> {
    const run = queue.then(() => recordAlone(program, options));
    queue = run.catch(() => undefined);
    return run;
}

async function recordAlone(program: Program, options: RecordOptions): Promise<Graph> {
    const { project, stack, region, account, config, secretKeys } = options;
    const failures = new Failures();
    const secrets = secretTexts((secretKeys ?? []).map((key) => config?.[key] ?? ""));
    const monitor = new Monitor({ project, stack, region, account, secrets }, failures);
    setMockOptions(monitor, project, stack, true, "organization");
    pulumi.runtime.setAllConfig({ "aws:region": region, ...config }, [...(secretKeys ?? [])]);
    try {
        await runToEnd(program, monitor, failures);
    } finally {
        resetOptions("", "", -1, "", "", false, "");
        pulumi.runtime.setAllConfig({});
    }
    failures.throwFirst();
    return {
        project,
        stack,
        region,
        resources: parentsFirst(monitor.resources.values()),
        invokes: [...monitor.invokes].sort(([a], [b]) => compare(a, b)).map(([, invoke]) => invoke),
        outputs: monitor.outputs,
    };
}
