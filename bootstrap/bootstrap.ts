/**
 * Applies template.yaml to an account and region with the AWS CLI, and prints what to type next.
 * Running it again changes what has changed, and nothing else.
 */
import { spawnSync } from "node:child_process";
import path from "node:path";
import { parseArgs } from "node:util";

export const STACK = "selfhost-bootstrap";
const TEMPLATE = path.join(__dirname, "template.yaml");
const GITHUB_PROVIDER = "oidc-provider/token.actions.githubusercontent.com";

const USAGE = `npm run bootstrap -- [--region eu-west-1] [--profile name] [--repository owner/name] [--environments dev,staging,prod] [--pipelines yes] [--dry-run]

  --region        where the state lives; default: that of the AWS CLI
  --profile       the AWS CLI's profile
  --repository    the GitHub repository whose workflows may preview and deploy. One created since 15 July 2026 is
                  called owner@<owner id>/name@<repository id>; this prints what yours is called:
                  gh api repos/owner/name --jq '"\\(.owner.login)@\\(.owner.id)/\\(.name)@\\(.id)"'
  --environments  the stacks of this account, each with roles of its own; default: dev,staging,prod
  --pipelines     whether AWS CodePipeline may apply environments and release to them; default: yes
  --dry-run       print the command, run nothing`;

/** https://docs.github.com/en/actions/reference/security/oidc#immutable-subject-claims */
const WITHOUT_IDS = `
  Where the workflows are "not authorized to perform sts:AssumeRoleWithWebIdentity", GitHub adds ids to the repository's
  name: run this again with --repository owner@<owner id>/name@<repository id>.`;

export interface Options {
    readonly region: string | undefined;
    readonly profile: string | undefined;
    readonly repository: string | undefined;
    readonly environments: string | undefined;
    readonly pipelines: string | undefined;
    readonly dryRun: boolean;
}

export interface Result {
    readonly status: number;
    readonly stdout: string;
    readonly stderr: string;
}

/** Runs the AWS CLI; `watch` shows what it prints while it runs. Undefined: there is no AWS CLI. */
export type Aws = (args: readonly string[], watch?: "watch") => Result | undefined;

/** What a person can do something about. */
export class BootstrapError extends Error {}

/** What the bootstrap's stack says of itself. */
interface Existing {
    readonly status: string;
    readonly parameters: ReadonlyMap<string, string>;
    readonly outputs: ReadonlyMap<string, string>;
}

export function parseOptions(argv: readonly string[], env: NodeJS.ProcessEnv): Options {
    try {
        const { values } = parseArgs({
            args: [...argv],
            options: {
                region: { type: "string" },
                profile: { type: "string" },
                repository: { type: "string" },
                environments: { type: "string" },
                pipelines: { type: "string" },
                "dry-run": { type: "boolean", default: false },
            },
        });
        return checked({
            region: values.region ?? env.AWS_REGION ?? env.AWS_DEFAULT_REGION,
            profile: values.profile,
            repository: values.repository,
            environments: values.environments,
            pipelines: values.pipelines,
            dryRun: values["dry-run"],
        });
    } catch (error) {
        throw new BootstrapError(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
    }
}

function checked(options: Options): Options {
    const { repository, environments, pipelines } = options;
    if (pipelines !== undefined && pipelines !== "yes" && pipelines !== "no") {
        throw new Error(`--pipelines is yes or no (got ${pipelines})`);
    }
    if (repository !== undefined && !/^[\w-]+(@\d+)?\/[\w.-]+(@\d+)?$/.test(repository)) {
        throw new Error(`--repository must be owner/name or owner@id/name@id (got ${repository})`);
    }
    if (environments !== undefined && !/^[a-z][a-z0-9]*(,[a-z][a-z0-9]*)*$/.test(environments)) {
        throw new Error(
            `--environments must be names with commas between them, such as dev,prod (got ${environments})`,
        );
    }
    return options;
}

/** What every call of the AWS CLI has in common. */
function common({ region, profile }: Options): string[] {
    return [
        ...(region === undefined ? [] : ["--region", region]),
        ...(profile === undefined ? [] : ["--profile", profile]),
    ];
}

/** Parameters that are not named keep their value. */
export function deployArguments(options: Options, provider: string | undefined): readonly string[] {
    const parameters = Object.entries({
        Repository: options.repository,
        Environments: options.environments,
        Pipelines: options.pipelines,
        GitHubProviderArn: provider,
    }).flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${value}`]));
    return [
        ...["cloudformation", "deploy", "--stack-name", STACK, "--template-file", TEMPLATE],
        // Roles, which the program knows by name, and the template's loop over environments.
        ...[
            "--capabilities",
            "CAPABILITY_NAMED_IAM",
            "CAPABILITY_AUTO_EXPAND",
            "--no-fail-on-empty-changeset",
        ],
        ...(parameters.length > 0 ? ["--parameter-overrides", ...parameters] : []),
        ...common(options),
    ];
}

/**
 * An account has one OIDC provider for GitHub at most. A stack that has decided keeps its decision: the provider that
 * is found later may be the one it made.
 */
export function providerParameter(
    repository: string | undefined,
    existing: Existing | undefined,
    providers: readonly string[],
): string | undefined {
    const decided = (existing?.parameters.get("Repository") ?? "") !== "";
    return repository === undefined || decided
        ? undefined
        : providers.find((arn) => arn.endsWith(GITHUB_PROVIDER));
}

/** Every environment with what the workflows need to know of it, as the repository variable STACKS holds it. */
export function stacksVariable(region: string, outputs: ReadonlyMap<string, string>): string {
    const prefix = "DeployRoleArn";
    const names = [...outputs.keys()]
        .filter((key) => key.startsWith(prefix))
        .map((key) => key.slice(prefix.length));
    const stacks = names.map((name) => [
        name,
        {
            region,
            state: outputs.get("StateUrl"),
            preview: outputs.get("PreviewRoleArn"),
            deploy: outputs.get(`${prefix}${name}`),
        },
    ]);
    return JSON.stringify(Object.fromEntries(stacks));
}

export function nextSteps(region: string, { parameters, outputs }: Existing): string {
    const repository = (parameters.get("Repository") ?? "").replaceAll(/@\d+/g, "");
    const pulumi = `Next, for every environment:
  pulumi login '${outputs.get("StateUrl") ?? ""}'
  pulumi stack init dev --secrets-provider="${outputs.get("SecretsProvider") ?? ""}"
  npm run plan -- dev        # what else is pending
  git add Pulumi.dev.yaml    # it now holds the stack's encrypted data key; without it nobody can read the secrets`;
    if (repository === "") {
        return pulumi;
    }
    const named = parameters.get("Repository") === repository;
    return `${pulumi}

On GitHub, once the stacks exist (leave out those that do not, add those of other accounts):
  gh variable set STACKS --repo ${repository} --body '${stacksVariable(region, outputs)}'
  Settings, Environments: one of each name; prod with required reviewers, all of them for main only.${named ? WITHOUT_IDS : ""}`;
}

/** For a shell, to read and to paste. */
export function shown(args: readonly string[]): string {
    return ["aws", ...args]
        .map((word) => (/^[\w./:=@,-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`))
        .join(" ");
}

export function bootstrap(given: Options, aws: Aws, print: (text: string) => void): void {
    if (given.dryRun) {
        print(shown(deployArguments(given, undefined)));
        return;
    }
    const ask = (args: readonly string[]) => must(aws([...args, ...common(given)]));
    const region = given.region ?? ask(["configure", "get", "region"]).stdout.trim();
    if (region === "") {
        throw new BootstrapError("Which region? Say --region eu-west-1, or set one with aws configure.");
    }
    const options = { ...given, region };
    const account = whoAmI(options, aws);
    const before = describe(options, aws);
    refuseBroken(options, before);
    const provider = providerParameter(options.repository, before, providersOf(options, aws));
    print(`Applying ${STACK} to account ${account}, ${region}`);
    if (must(aws(deployArguments(options, provider), "watch")).status !== 0) {
        throw new BootstrapError("CloudFormation did not apply the template; what it said is above.");
    }
    protect(options, aws);
    const after = describe(options, aws);
    if (after === undefined) {
        throw new BootstrapError(`CloudFormation does not know the stack ${STACK} that it has just applied.`);
    }
    print(nextSteps(region, after));
}

function must(result: Result | undefined): Result {
    if (result === undefined) {
        throw new BootstrapError(
            "There is no AWS CLI on the PATH: https://docs.aws.amazon.com/cli/latest/userguide/getting-started-install.html",
        );
    }
    return result;
}

/** The answer of a call that has no business failing. */
function answer(result: Result, what: string): unknown {
    if (result.status !== 0) {
        throw new BootstrapError(`AWS would not ${what}: ${result.stderr.trim()}`);
    }
    return JSON.parse(result.stdout);
}

function whoAmI(options: Options, aws: Aws): string {
    const result = must(aws(["sts", "get-caller-identity", "--output", "json", ...common(options)]));
    if (result.status !== 0) {
        const login =
            options.profile === undefined ? "aws sso login" : `aws sso login --profile ${options.profile}`;
        throw new BootstrapError(
            `AWS does not accept the credentials: ${result.stderr.trim()}\nSign in (${login}, or whatever you use) and try again.`,
        );
    }
    return (JSON.parse(result.stdout) as { Account: string }).Account;
}

function describe(options: Options, aws: Aws): Existing | undefined {
    const args = ["cloudformation", "describe-stacks", "--stack-name", STACK, "--output", "json"];
    const result = must(aws([...args, ...common(options)]));
    if (result.status !== 0 && result.stderr.includes("does not exist")) {
        return undefined;
    }
    const { Stacks: stacks } = answer(result, `describe the stack ${STACK}`) as {
        Stacks: {
            StackStatus: string;
            Parameters?: { ParameterKey: string; ParameterValue: string }[];
            Outputs?: { OutputKey: string; OutputValue: string }[];
        }[];
    };
    const [stack] = stacks;
    return (
        stack && {
            status: stack.StackStatus,
            parameters: new Map(
                (stack.Parameters ?? []).map((entry) => [entry.ParameterKey, entry.ParameterValue]),
            ),
            outputs: new Map((stack.Outputs ?? []).map((entry) => [entry.OutputKey, entry.OutputValue])),
        }
    );
}

/** A stack whose first creation failed can only be deleted; it holds nothing. */
function refuseBroken(options: Options, existing: Existing | undefined): void {
    if (existing?.status === "ROLLBACK_COMPLETE" || existing?.status === "ROLLBACK_FAILED") {
        const remove = shown(["cloudformation", "delete-stack", "--stack-name", STACK, ...common(options)]);
        throw new BootstrapError(
            `The first attempt failed. Remove what is left of it, then try again:\n  ${remove}`,
        );
    }
}

function providersOf(options: Options, aws: Aws): string[] {
    if (options.repository === undefined) {
        return [];
    }
    const result = must(
        aws(["iam", "list-open-id-connect-providers", "--output", "json", ...common(options)]),
    );
    const list = answer(result, "list the account's OIDC providers") as {
        OpenIDConnectProviderList: { Arn: string }[];
    };
    return list.OpenIDConnectProviderList.map(({ Arn }) => Arn);
}

function protect(options: Options, aws: Aws): void {
    const flag = "--enable-termination-protection";
    const args = [
        "cloudformation",
        "update-termination-protection",
        flag,
        "--stack-name",
        STACK,
        "--output",
        "json",
    ];
    answer(must(aws([...args, ...common(options)])), "protect the stack from deletion");
}

const awsCli: Aws = (args, watch) => {
    const { error, status, stdout, stderr } = spawnSync("aws", args, {
        encoding: "utf8",
        stdio: watch === undefined ? "pipe" : ["ignore", "inherit", "inherit"],
        // The CLI would open a pager for its own output.
        env: { ...process.env, AWS_PAGER: "" },
    });
    if (error !== undefined && "code" in error && error.code === "ENOENT") {
        return undefined;
    }
    return {
        status: status ?? 1,
        stdout: watch === undefined ? stdout : "",
        stderr: watch === undefined ? stderr : "",
    };
};

/** Exit status: 0 done, 1 not done, 2 not understood. */
export function main(argv: readonly string[], env: NodeJS.ProcessEnv, aws: Aws): number {
    const say = (text: string): void => void process.stdout.write(`${text}\n`);
    if (argv.includes("--help")) {
        say(USAGE);
        return 0;
    }
    let understood = false;
    try {
        const options = parseOptions(argv, env);
        understood = true;
        bootstrap(options, aws, say);
        return 0;
    } catch (error) {
        if (!(error instanceof BootstrapError)) {
            throw error;
        }
        process.stderr.write(`${error.message}\n`);
        return understood ? 1 : 2;
    }
}

if (require.main === module) {
    process.exitCode = main(process.argv.slice(2), process.env, awsCli);
}
