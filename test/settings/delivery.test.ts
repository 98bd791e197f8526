import assert from "node:assert/strict";
import { runner, refuseOthers } from "../../settings/appliedBy";
import { bucketName } from "../../settings/delivery";
import { SettingsError } from "../../settings/problem";
import type { Settings } from "../../settings/settings";
import { answer } from "../../scripts/appliedBy";
import { type Given, problemsOf, settingsOf } from "../support/settings";

/** A stack file of one app with these lines below `selfhost:delivery`. */
function withDelivery(lines: readonly string[], region = "eu-west-1"): string {
    return [
        "config:",
        `  aws:region: ${region}`,
        "  selfhost:profile: dev",
        "  selfhost:domain: example.com",
        "  selfhost:delivery:",
        ...lines.map((line) => `    ${line}`),
        "  selfhost:apps:",
        "    bookstack: { admin: { email: a@example.com } }",
        "",
    ].join("\n");
}

const PIPELINE = "pipeline: { repository: example/selfhost }";
const APPLIED = ["appliedBy: codepipeline", PIPELINE];

function deliveryOf(lines: readonly string[], given: Given = {}) {
    const { delivery } = settingsOf(withDelivery(lines), given);
    assert.ok(delivery);
    return delivery;
}

describe("delivery, decided", () => {
    it("is not there where nothing is said of it", () => {
        const bare = withDelivery([])
            .split("\n")
            .filter((line) => !line.includes("selfhost:delivery"));
        assert.equal(settingsOf(bare.join("\n")).delivery, undefined);
    });

    it("is by hand, and tells nobody, unless somebody says otherwise", () => {
        const { appliedBy, connections, pipeline, drift, promotesTo, notifications } = deliveryOf([
            "promotesTo: []",
        ]);
        assert.deepEqual(
            { appliedBy, connections, pipeline, drift, promotesTo, notifications },
            {
                appliedBy: "hand",
                connections: [],
                pipeline: undefined,
                drift: undefined,
                promotesTo: [],
                notifications: { emails: [], slack: [], teams: [] },
            },
        );
    });

    it("asks one person in prod before anything is applied, and nobody elsewhere", () => {
        const asked = ["dev", "staging", "prod"].map((stack) => {
            const text = withDelivery(APPLIED).replace("  selfhost:profile: dev\n", "");
            return settingsOf(text, { stack }).delivery?.pipeline?.approvals;
        });
        assert.deepEqual(asked, [[], [], [{ emails: [], approvers: [] }]]);
    });

    it("asks whom the stack file names, in its order, or nobody in prod where it says so", () => {
        const approvals =
            "[{ emails: [b@example.com, a@example.com] }, { approvers: [arn:aws:iam::123456789012:role/lead] }]";
        const named = deliveryOf([
            "appliedBy: codepipeline",
            `pipeline: { repository: a/b, approvals: ${approvals} }`,
        ]);
        assert.deepEqual(named.pipeline?.approvals, [
            { emails: ["a@example.com", "b@example.com"], approvers: [] },
            { emails: [], approvers: ["arn:aws:iam::123456789012:role/lead"] },
        ]);
    });

    it("makes the connection that is needed, or takes the one that exists", () => {
        const arn =
            "arn:aws:codeconnections:eu-west-1:123456789012:connection/0a1b2c3d-0000-1111-2222-333344445555";
        assert.deepEqual(deliveryOf(APPLIED).connections, [{ provider: "github", arn: undefined }]);
        assert.deepEqual(deliveryOf([...APPLIED, `connections: { github: "${arn}" }`]).connections, [
            { provider: "github", arn },
        ]);
    });

    it("looks for drift at the hours of a person's time zone", () => {
        const drift = 'drift: { schedule: "MON-FRI 06:05", timezone: Europe/Berlin, apply: true }';
        const decided = deliveryOf(["appliedBy: codepipeline", `pipeline: { repository: a/b, ${drift} }`]);
        assert.deepEqual(decided.drift, {
            cron: "cron(5 6 ? * MON-FRI *)",
            timezone: "Europe/Berlin",
            apply: true,
        });
    });

    it("names the account of another environment only where it is another one", () => {
        const text = withDelivery([
            'promotesTo: [{ environment: staging, account: "210987654321", region: eu-central-1 }, { environment: qa, account: "123456789012" }]',
        ]).replace("  selfhost:profile", '  selfhost:account: "123456789012"\n  selfhost:profile');
        assert.deepEqual(settingsOf(text).delivery?.promotesTo, [
            { environment: "qa", account: undefined, region: "eu-west-1" },
            { environment: "staging", account: "210987654321", region: "eu-central-1" },
        ]);
    });

    it("prefixes the stack with the organization of Pulumi Cloud", () => {
        const token = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:pulumi-a1b2c3";
        const { stack, state } = deliveryOf([
            `state: { pulumiCloud: { organization: acme, token: "${token}" } }`,
        ]);
        assert.deepEqual(
            { stack, state },
            {
                stack: "acme/dev",
                state: { kind: "pulumiCloud", tokenArn: token },
            },
        );
    });

    it("tells what a person has to do: the connection, the chat, the first `up`", () => {
        const { pending } = settingsOf(
            withDelivery([
                ...APPLIED,
                "notifications: { slack: [{ workspace: T07EA123LEP, channel: C07EZ1ABC23 }] }",
            ]),
        );
        const commands = pending.map(({ command }) => command);
        assert.ok(
            commands.includes(
                "https://console.aws.amazon.com/codesuite/settings/connections?region=eu-west-1",
            ),
        );
        assert.ok(commands.includes("SELFHOST_APPLY=by-hand pulumi up"));
        assert.ok(pending.some(({ what }) => what.includes("T07EA123LEP")));
    });
});

describe("delivery, refused", () => {
    const cases: readonly (readonly [string, readonly string[], RegExp, Given?, string?])[] = [
        [
            "a pipeline that nobody lets apply",
            [PIPELINE],
            /pipeline .*`appliedBy: hand` says that it does not/,
        ],
        ["CodePipeline without a pipeline", ["appliedBy: codepipeline"], /is missing: .*nobody else may/],
        [
            "a release to itself",
            ["promotesTo: [{ environment: dev }]"],
            /promotesTo\[0\] .*is this environment/,
        ],
        [
            "a release to one environment twice",
            ["promotesTo: [{ environment: qa }, { environment: qa, region: eu-west-1 }]"],
            /promotesTo\[1\] .*is named twice/,
        ],
        [
            "a stack that has no roles",
            ["promotesTo: []"],
            /the bootstrap makes no roles/,
            { stack: "my-env" },
        ],
        [
            "a stack whose bucket would have too long a name",
            ["promotesTo: []"],
            /is 2 characters too long.*at most 22 characters/,
            { stack: "a".repeat(24) },
        ],
        [
            "a connection whose name is too long",
            ["appliedBy: codepipeline", "pipeline: { repository: a/b, provider: bitbucket }"],
            /longer than 32 characters/,
            { stack: "a".repeat(14) },
        ],
        [
            "a token that builds cannot read",
            [
                'state: { pulumiCloud: { organization: acme, token: "arn:aws:secretsmanager:us-east-1:123456789012:secret:a" } }',
            ],
            /is in us-east-1; a build in eu-west-1 cannot read it/,
        ],
        [
            "a time zone that does not exist",
            [
                "appliedBy: codepipeline",
                'pipeline: { repository: a/b, drift: { schedule: "MON 06:00", timezone: Mars } }',
            ],
            /is not a time zone/,
        ],
        [
            "a channel twice",
            [
                "notifications: { slack: [{ workspace: T0000001, channel: C0000001 }, { workspace: T0000001, channel: C0000001 }] }",
            ],
            /slack\[1\] .*is named twice/,
        ],
        [
            "chat where AWS has none",
            ["notifications: { slack: [{ workspace: T0000001, channel: C0000001 }] }"],
            /is not offered in aws-us-gov/,
            {},
            "us-gov-west-1",
        ],
        ["a pipeline where AWS has no connections", APPLIED, /is not offered in aws-cn/, {}, "cn-north-1"],
        ["somebody who applies that does not exist", ["appliedBy: jenkins"], /appliedBy/],
        [
            "an account without quotes",
            ["promotesTo: [{ environment: qa, account: 012345678901 }]"],
            /account/,
        ],
    ];
    for (const [what, lines, says, given, region] of cases) {
        it(`is ${what}, with what to write instead`, () => {
            const problems = problemsOf(withDelivery(lines, region), given);
            const texts = problems.map(({ path, reason, fix }) => `${path} ${reason} ${fix}`);
            assert.ok(
                texts.some((one) => says.test(one)),
                texts.join("\n"),
            );
            assert.ok(problems.every(({ fix }) => fix !== ""));
        });
    }

    it("is no name of a bucket that S3 takes", () => {
        assert.equal(bucketName("a".repeat(22), "123456789012", "eu-west-1").length, 63);
        assert.deepEqual(problemsOf(withDelivery(["promotesTo: []"]), { stack: "a".repeat(22) }), []);
    });
});

describe("who applies", () => {
    const codebuild = {
        CODEBUILD_BUILD_ARN: "arn:aws:codebuild:eu-west-1:123456789012:build/selfhost-dev-deploy:1",
    };
    const github = { GITHUB_ACTIONS: "true" };

    it("is known by what the machine says of itself", () => {
        assert.deepEqual([runner(codebuild), runner(github), runner({})], ["codepipeline", "github", "hand"]);
    });

    it("is one, and the others are refused before anything is registered", () => {
        const automatic = settingsOf(withDelivery(APPLIED));
        const workflows = settingsOf(withDelivery(["appliedBy: github"]));
        const refused = (settings: Settings, variables: Record<string, string>) => {
            try {
                refuseOthers(settings, variables);
                return false;
            } catch (error) {
                assert.ok(error instanceof SettingsError);
                return true;
            }
        };
        const verdicts = [automatic, workflows].map((settings) =>
            [codebuild, github, {}].map((who) => refused(settings, who)),
        );
        assert.deepEqual(verdicts, [
            [false, true, true],
            [false, false, true],
        ]);
        assert.equal(refused(automatic, { SELFHOST_APPLY: "by-hand" }), false);
    });

    it("is said to the workflows and scripts that ask", () => {
        const file = withDelivery(["appliedBy: github"]);
        const ask = (...args: string[]) =>
            answer(args, (stack) => (stack === "dev" ? file : undefined)).status;
        assert.deepEqual(
            [
                ask("dev", "github"),
                ask("dev", "codepipeline"),
                ask("dev"),
                ask("qa", "github"),
                ask("dev", "me"),
                ask(),
            ],
            [0, 1, 0, 2, 2, 2],
        );
        const silent = answer(["dev", "github"], () => "config: {}\n");
        assert.deepEqual(
            [silent.status, silent.text.includes("is applied by hand, not by github")],
            [1, true],
        );
    });
});
