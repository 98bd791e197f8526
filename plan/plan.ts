/** A plan: the whole stack computed on a laptop, with no AWS account, no Pulumi CLI and no network. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import program from "../index";
import { settle } from "../settings/load";
import { projectName } from "../settings/project";
import { SettingsError, StackFileError } from "../settings/problem";
import type { Pending, Settings } from "../settings/settings";
import { readStackFile, together, type StackFile } from "../settings/stackFile";
import { evaluate, type Verdict } from "../policy/evaluate";
import { contextOf, today, waiversOf } from "../policy/standing";
import { staysConnected } from "./cost/awake";
import { cost, type Cost } from "./cost/cost";
import { loadPrices } from "./cost/prices";
import { TRAFFIC, type Traffic } from "./cost/traffic";
import type { Graph } from "./graph";
import { record } from "./record";

/** What the graph, the settings and a reader's questions need; each reader is a function of it. */
export interface Plan {
    readonly settings: Settings;
    readonly graph: Graph;
    readonly cost: Cost;
    /** Of the policies, on the day of the plan. */
    readonly policy: Verdict;
    /** Allowed, but said. */
    readonly notes: readonly string[];
    /** What a person still has to do before `pulumi up` works. */
    readonly pending: readonly Pending[];
}

const ROOT = join(__dirname, "..");

/** The stack file that a name or a path on the command line means. Throws where there is none. */
export function stackFilePath(target: string, root: string = ROOT): string {
    const candidates = [target, join(root, `Pulumi.${target}.yaml`), join(root, target)];
    const found = candidates.find((path) => /\.ya?ml$/.test(path) && existsSync(path));
    if (found === undefined) {
        throw new StackFileError(
            `There is no stack file Pulumi.${target}.yaml, and no file ${target}. Name a stack (dev, staging, prod) or a file.`,
        );
    }
    return found;
}

/** A stack file, what it decides, and what the program registers for it. */
export interface Recorded {
    readonly file: StackFile;
    readonly settings: Settings;
    readonly graph: Graph;
}

/** What every reader reads. Throws SettingsError, which lists every problem of the file. */
export async function recordFile(path: string): Promise<Recorded> {
    const file = readStackFile(path, projectName());
    const settled = settle(file.entries, "plan", () => "");
    const problems = together(file.problems, settled.problems);
    if (settled.settings === undefined || problems.length > 0) {
        throw new SettingsError(path, problems);
    }
    const { settings } = settled;
    return { file, settings, graph: await recordProgram(file, settings) };
}

/** Plans a stack file, and prices it for some traffic. Throws SettingsError, which lists every problem of the file. */
export async function planFile(path: string, traffic: Traffic = TRAFFIC.normal): Promise<Plan> {
    const { file, settings, graph } = await recordFile(path);
    return {
        settings,
        graph,
        cost: cost(graph, {
            prices: loadPrices(settings.region),
            traffic,
            awake: staysConnected(graph, settings.apps),
        }),
        policy: evaluate(graph, waiversOf(settings), contextOf(settings, today())),
        notes: [...settings.notes, ...missingFolders(settings)],
        pending: [...bootstrapPending(file, settings), ...settings.pending],
    };
}

/** Said, not refused: somebody else's clone may have the folder that `up` builds there. */
function missingFolders({ apps }: Settings): readonly string[] {
    const missing = apps.flatMap(({ name, image }) =>
        image.kind === "build" && !existsSync(join(ROOT, image.context))
            ? [`${image.context} (${name})`]
            : [],
    );
    return missing.length === 0
        ? []
        : [`\`pulumi up\` builds folders that are not here: ${missing.join(", ")}.`];
}

async function recordProgram(file: StackFile, settings: Settings): Promise<Graph> {
    const { entries } = file;
    const sealed = [...entries.secrets].map((key): [string, string] => [key, "[secret]"]);
    return record(() => program("plan"), {
        project: entries.project,
        stack: entries.stack,
        region: settings.region,
        ...(settings.account === undefined ? {} : { account: settings.account }),
        config: Object.fromEntries([...entries.values, ...sealed]),
        secretKeys: [...entries.secrets],
    });
}

/** A stack file that `pulumi stack init` has never seen has no key for its secrets yet. */
function bootstrapPending(file: StackFile, settings: Settings): readonly Pending[] {
    if (file.initialised) {
        return [];
    }
    const { region, awsProfile, delivery } = settings;
    const inCloud = delivery?.state.kind === "pulumiCloud";
    const provider = `awskms://alias/selfhost-state?region=${region}`;
    const profile = awsProfile === undefined ? "" : ` --profile ${awsProfile}`;
    return [
        {
            what: inCloud
                ? "Key and roles, once per account and region; then `pulumi login`, to Pulumi Cloud"
                : "State bucket and key, once per account and region; then `pulumi login` as it says",
            command: `npm run bootstrap -- --region ${region}${profile}`,
        },
        {
            what: "The stack",
            command: `pulumi stack init ${delivery?.stack ?? settings.environment} --secrets-provider="${provider}"`,
        },
    ];
}
