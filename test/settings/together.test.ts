/** Several mistakes in one stack file: each is said, once, and nothing that only follows from another. */
import assert from "node:assert/strict";
import { SettingsError } from "../../settings/problem";
import { parseStackFile } from "../../settings/stackFile";
import { APP, itExplains } from "../support/mistakes";
import { stackOf } from "../support/program";
import { problemsOf } from "../support/settings";

const paths = (lines: string, stack = "dev"): readonly string[] =>
    problemsOf(stackOf(lines), { stack })
        .map(({ path }) => path)
        .sort();

describe("mistakes together", () => {
    it("are fifteen problems where there are fifteen", () => {
        const lines = `selfhost:netwrok: { cidr: 10.0.0.0/16 }
selfhost:domain: example.com
selfhost:network: { cidr: 10.0.0.0/26, zones: [a, b, c, d], egres: publicIp }
selfhost:apps:
  bookstack:
    admin: { email: nobody }
    hots: wiki
    task: { cpu: 1024, memory: 1000 }
    scale: { min: 5, max: 2 }
    logs: { retentionDays: 42 }
    database: { minCapacity: 4, maxCapacity: 2, backupRetentionDays: 99 }
    capacity: { onDemand: 0, spot: 1 }
    env: { SESSION_DRIVER: file, APP_URL: http://x }
  fans: { preset: sight }`;
        assert.deepEqual(paths(lines, "prod"), [
            `${APP}.admin.email`,
            `${APP}.capacity`,
            `${APP}.database`,
            `${APP}.database.backupRetentionDays`,
            `${APP}.env.APP_URL`,
            `${APP}.env.SESSION_DRIVER`,
            `${APP}.hots`,
            `${APP}.logs.retentionDays`,
            `${APP}.scale`,
            `${APP}.task`,
            "selfhost:apps.fans.preset",
            "selfhost:network.cidr",
            "selfhost:network.egres",
            "selfhost:network.zones",
            "selfhost:netwrok",
        ]);
    });

    it("do not make two apps meet where only their paths are wrong", () => {
        const apps =
            "  one: { preset: site, host: people, path: /fans/ }\n  two: { preset: site, host: people, path: fans }";
        assert.deepEqual(paths(`selfhost:domain: example.com\nselfhost:apps:\n${apps}`), [
            "selfhost:apps.one.path",
            "selfhost:apps.two.path",
        ]);
    });

    it("do not make a domain missing that is only written wrongly, nor a profile, nor all apps", () => {
        const wrong =
            "selfhost:domain: https://example.com\nselfhost:zone: example.com\nselfhost:profile: qa\nselfhost:apps: [bookstack]";
        assert.deepEqual(paths(wrong, "qa"), ["selfhost:apps", "selfhost:domain", "selfhost:profile"]);
    });

    it("do not make a domain missing whose key is misspelt", () => {
        const text = 'selfhost:domian: example.com\nselfhost:apps: { web: { host: shop, user: "1000" } }';
        assert.deepEqual(paths(text), ["selfhost:domian"]);
    });

    it("say where a nested secret is, and the command that sets it", () => {
        const app =
            "  bookstack: { admin: { email: a@example.com }, secrets: { MAIL_PASSWORD: { secure: abc } } }";
        const [problem] = problemsOf(stackOf(`selfhost:domain: example.com\nselfhost:apps:\n${app}`));
        assert.match(problem?.reason ?? "", /at `bookstack\.secrets\.MAIL_PASSWORD`/);
        assert.match(problem?.fix ?? "", /--secret selfhost:bookstack\.MAIL_PASSWORD …/);
    });

    it("in the YAML itself are one problem with its line, and no trace of the program", () => {
        const text = "config:\n  aws:region: eu-west-1\n selfhost:domain: example.com\n";
        assert.throws(
            () => parseStackFile(text, "Pulumi.dev.yaml", "selfhost"),
            (error: unknown) =>
                error instanceof SettingsError &&
                error.problems.length === 1 &&
                error.problems[0]?.path === "line 3" &&
                !error.message.includes("    at "),
        );
    });

    itExplains([
        {
            name: "two sources of one secret are not an unknown setting",
            app: 'secrets: { X: { ssm: /a, secretsManager: "arn:aws:secretsmanager:eu-west-1:123456789012:secret:x-AbCdEf" } }',
            path: `${APP}.secrets.X`,
            says: /`ssm` and `secretsManager`, and can have one/,
            fix: /Remove/,
        },
        {
            name: "two sources of one image neither",
            app: 'image: { build: { context: a }, uri: "x" }',
            path: `${APP}.image`,
            says: /`build` and `uri`, and can have one/,
            fix: /Remove/,
        },
        {
            name: "a certificate of another account than the one that is pinned",
            config: 'selfhost:account: "123456789012"\nselfhost:certificate: "arn:aws:acm:eu-west-1:210987654321:certificate/x"',
            path: "selfhost:certificate",
            says: /in account 210987654321/,
            fix: /123456789012/,
        },
        {
            name: "a listener of a network load balancer",
            config: 'selfhost:edge: { listener: { arn: "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/net/x/1/2", securityGroup: sg-0123456789abcdef0 } }',
            path: "selfhost:edge.listener.arn",
            says: /listener of an Application Load Balancer/,
            fix: /:listener\/app\//,
        },
    ]);
});
