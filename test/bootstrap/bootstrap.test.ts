import assert from "node:assert/strict";
import {
    type Aws,
    bootstrap,
    BootstrapError,
    deployArguments,
    main,
    nextSteps,
    type Options,
    parseOptions,
    providerParameter,
    type Result,
    shown,
    stacksVariable,
} from "../../bootstrap/bootstrap";

const PROVIDER = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com";
const OUTPUTS = new Map([
    ["StateUrl", "s3://selfhost-state-123456789012-eu-west-1?region=eu-west-1"],
    ["SecretsProvider", "awskms://alias/selfhost-state?region=eu-west-1"],
    ["StateKeyArn", "arn:aws:kms:eu-west-1:123456789012:key/1"],
]);
const ROLES = new Map([
    ["PreviewRoleArn", "arn:aws:iam::123456789012:role/selfhost-bootstrap/Preview"],
    ["DeployRoleArndev", "arn:aws:iam::123456789012:role/selfhost-bootstrap/dev"],
    ["DeployRoleArnprod", "arn:aws:iam::123456789012:role/selfhost-bootstrap/prod"],
]);

function options(given: Partial<Options> = {}): Options {
    return {
        region: "eu-west-1",
        profile: undefined,
        repository: undefined,
        environments: undefined,
        pipelines: undefined,
        dryRun: false,
        ...given,
    };
}

function ok(answer: unknown = ""): Result {
    return { status: 0, stdout: typeof answer === "string" ? answer : JSON.stringify(answer), stderr: "" };
}

function stack(status: string, parameters: Record<string, string> = {}, outputs = OUTPUTS): Result {
    return ok({
        Stacks: [
            {
                StackStatus: status,
                Parameters: Object.entries(parameters).map(([ParameterKey, ParameterValue]) => ({
                    ParameterKey,
                    ParameterValue,
                })),
                Outputs: [...outputs].map(([OutputKey, OutputValue]) => ({ OutputKey, OutputValue })),
            },
        ],
    });
}

const NO_STACK: Result = {
    status: 254,
    stdout: "",
    stderr: "Stack with id selfhost-bootstrap does not exist",
};

/** An AWS CLI that answers the second word of a command, the last answer again and again, and remembers what it was asked. */
function fake(answers: Record<string, Result[]>): { aws: Aws; asked: string[][] } {
    const asked: string[][] = [];
    const aws: Aws = (args) => {
        asked.push([...args]);
        const queue = answers[args[1] ?? ""] ?? [];
        return (queue.length > 1 ? queue.shift() : queue[0]) ?? ok({});
    };
    return { aws, asked };
}

const ACCOUNT = { "get-caller-identity": [ok({ Account: "123456789012" })] };

function run(given: Options, answers: Record<string, Result[]>): { asked: string[][]; printed: string } {
    const { aws, asked } = fake({ ...ACCOUNT, ...answers });
    const printed: string[] = [];
    bootstrap(given, aws, (text) => printed.push(text));
    return { asked, printed: printed.join("\n") };
}

function call(asked: string[][], command: string): string[] {
    return asked.find((args) => args[1] === command) ?? [];
}

describe("bootstrap: options", () => {
    it("come from flags, and the region from the environment where no flag says it", () => {
        assert.deepEqual(
            parseOptions(["--repository", "octo@1/wiki@2", "--dry-run"], { AWS_REGION: "eu-west-1" }),
            {
                ...options({ repository: "octo@1/wiki@2", dryRun: true }),
            },
        );
        assert.equal(
            parseOptions(["--region", "us-east-1"], { AWS_REGION: "eu-west-1" }).region,
            "us-east-1",
        );
    });

    for (const argv of [
        ["--reigon", "x"],
        ["dev"],
        ["--repository", "octo"],
        ["--repository", "octo/*"],
        ["--environments", "dev,"],
        ["--environments", "pr-1"],
        ["--pipelines", "maybe"],
    ]) {
        it(`are refused with the usage: ${argv.join(" ")}`, () => {
            assert.throws(
                () => parseOptions(argv, {}),
                (error: unknown) =>
                    error instanceof BootstrapError && error.message.includes("npm run bootstrap --"),
            );
        });
    }

    it("that are wrong exit with 2, before anything runs", () => {
        const { aws, asked } = fake({});
        const write = process.stderr.write.bind(process.stderr);
        process.stderr.write = () => true;
        try {
            assert.equal(main(["--nonsense"], {}, aws), 2);
            assert.equal(
                main(["--region", "eu-west-1"], {}, () => undefined),
                1,
            );
        } finally {
            process.stderr.write = write;
        }
        assert.deepEqual(asked, []);
    });
});

describe("bootstrap: the command", () => {
    it("names only the parameters that were given, so that the others keep their values", () => {
        const plain = deployArguments(options(), undefined);
        assert.ok(!plain.includes("--parameter-overrides"));
        assert.ok(
            plain.includes("--no-fail-on-empty-changeset"),
            "a second run changes nothing and succeeds",
        );
        const full = deployArguments(
            options({ repository: "octo/wiki", environments: "dev,prod", profile: "ops" }),
            PROVIDER,
        );
        assert.deepEqual(full.slice(full.indexOf("--parameter-overrides")), [
            "--parameter-overrides",
            "Repository=octo/wiki",
            "Environments=dev,prod",
            `GitHubProviderArn=${PROVIDER}`,
            ...["--region", "eu-west-1", "--profile", "ops"],
        ]);
    });

    it("is printed, not run, in a dry run", () => {
        const { aws, asked } = fake({});
        const printed: string[] = [];
        bootstrap(options({ dryRun: true }), aws, (text) => printed.push(text));
        assert.deepEqual(asked, []);
        assert.match(
            printed.join("\n"),
            /^aws cloudformation deploy --stack-name selfhost-bootstrap .*--region eu-west-1$/,
        );
    });

    it("can be pasted into a shell", () => {
        assert.equal(shown(["a b", "it's", "x=y"]), "aws 'a b' 'it'\\''s' x=y");
    });
});

describe("bootstrap: the account's OIDC provider", () => {
    const decided = {
        status: "",
        parameters: new Map([["Repository", "octo/wiki"]]),
        outputs: new Map<string, string>(),
    };
    const undecided = {
        status: "",
        parameters: new Map([["Repository", ""]]),
        outputs: new Map<string, string>(),
    };

    it("is adopted where the account has one", () => {
        assert.equal(providerParameter("octo/wiki", undefined, ["arn:other", PROVIDER]), PROVIDER);
        assert.equal(providerParameter("octo/wiki", undecided, [PROVIDER]), PROVIDER);
    });

    it("is created where it has none", () => {
        assert.equal(providerParameter("octo/wiki", undefined, ["arn:other"]), undefined);
    });

    it("stays who made it: a second run does not take our own for somebody else's", () => {
        assert.equal(providerParameter("octo/wiki", decided, [PROVIDER]), undefined);
        assert.equal(providerParameter(undefined, undefined, [PROVIDER]), undefined);
    });
});

describe("bootstrap: a run", () => {
    it("applies, protects and prints the next commands", () => {
        const { asked, printed } = run(options(), {
            "describe-stacks": [NO_STACK, stack("CREATE_COMPLETE")],
            "update-termination-protection": [ok({})],
        });
        assert.deepEqual(
            asked.map((args) => args[1]),
            [
                "get-caller-identity",
                "describe-stacks",
                "deploy",
                "update-termination-protection",
                "describe-stacks",
            ],
        );
        assert.match(printed, /account 123456789012, eu-west-1/);
        assert.match(
            printed,
            /pulumi login 's3:\/\/selfhost-state-123456789012-eu-west-1\?region=eu-west-1'/,
        );
        assert.match(
            printed,
            /pulumi stack init dev --secrets-provider="awskms:\/\/alias\/selfhost-state\?region=eu-west-1"/,
        );
        assert.doesNotMatch(printed, /GitHub/);
    });

    it("asks everything of the same region and profile", () => {
        const { asked } = run(options({ profile: "ops", repository: "octo/wiki" }), {
            "describe-stacks": [NO_STACK, stack("CREATE_COMPLETE")],
            "list-open-id-connect-providers": [ok({ OpenIDConnectProviderList: [{ Arn: PROVIDER }] })],
        });
        assert.ok(asked.every((args) => args.join(" ").includes("--region eu-west-1 --profile ops")));
        assert.ok(call(asked, "deploy").includes(`GitHubProviderArn=${PROVIDER}`));
    });

    it("takes the region of the AWS CLI where none is given", () => {
        const { asked } = run(options({ region: undefined }), {
            get: [ok("eu-north-1\n")],
            "describe-stacks": [NO_STACK, stack("CREATE_COMPLETE")],
        });
        assert.ok(call(asked, "deploy").join(" ").includes("--region eu-north-1"));
        assert.throws(
            () => run(options({ region: undefined }), { get: [{ ...ok(), status: 1 }] }),
            /Which region\?/,
        );
    });

    it("says what is missing: the AWS CLI", () => {
        assert.throws(() => {
            bootstrap(
                options(),
                () => undefined,
                () => undefined,
            );
        }, /no AWS CLI on the PATH: https:/);
    });

    it("says what is missing: credentials", () => {
        const refused: Result = { status: 255, stdout: "", stderr: "The SSO session has expired\n" };
        assert.throws(
            () => run(options({ profile: "ops" }), { "get-caller-identity": [refused] }),
            /does not accept the credentials: The SSO session has expired\nSign in \(aws sso login --profile ops/,
        );
    });

    it("says how to get out of a failed first attempt", () => {
        assert.throws(
            () => run(options(), { "describe-stacks": [stack("ROLLBACK_COMPLETE")] }),
            /aws cloudformation delete-stack --stack-name selfhost-bootstrap --region eu-west-1/,
        );
    });

    it("fails when CloudFormation does, and prints no next command", () => {
        const answers = { "describe-stacks": [NO_STACK], deploy: [{ ...ok(), status: 255 }] };
        assert.throws(() => run(options(), answers), /did not apply the template/);
        const denied: Result = { status: 254, stdout: "", stderr: "AccessDenied" };
        assert.throws(
            () => run(options(), { "describe-stacks": [denied] }),
            /would not describe the stack.*AccessDenied/,
        );
    });
});

describe("bootstrap: what to tell GitHub", () => {
    it("is one variable with every environment of the account", () => {
        const stacks = JSON.parse(stacksVariable("eu-west-1", new Map([...OUTPUTS, ...ROLES]))) as unknown;
        const shared = {
            region: "eu-west-1",
            state: OUTPUTS.get("StateUrl"),
            preview: ROLES.get("PreviewRoleArn"),
        };
        assert.deepEqual(stacks, {
            dev: { ...shared, deploy: ROLES.get("DeployRoleArndev") },
            prod: { ...shared, deploy: ROLES.get("DeployRoleArnprod") },
        });
    });

    it("names the repository as gh does, and explains ids where none were given", () => {
        const outputs = new Map([...OUTPUTS, ...ROLES]);
        const steps = (repository: string) =>
            nextSteps("eu-west-1", {
                status: "",
                parameters: new Map([["Repository", repository]]),
                outputs,
            });
        assert.match(steps("octo@1/wiki@2"), /gh variable set STACKS --repo octo\/wiki --body '\{"dev":/);
        assert.doesNotMatch(steps("octo@1/wiki@2"), /AssumeRoleWithWebIdentity/);
        assert.match(steps("octo/wiki"), /run this again with --repository owner@/);
    });
});
