/** Every problem that a stack file can have: its path, and that the message says what to write instead. */
import assert from "node:assert/strict";
import { problemsOf, type Given } from "../support/settings";

interface Case {
    readonly name: string;
    readonly path: string;
    readonly says: RegExp;
    readonly fix: RegExp;
    /** Lines below `config:`. */
    readonly config?: string;
    /** Lines below `selfhost:apps.bookstack`. */
    readonly app?: string;
    readonly given?: Given;
}

const APP = "selfhost:apps.bookstack";

function stackFile({ config = "", app = "" }: Case): string {
    const overridden = (key: string): boolean => new RegExp(`^\\s*${key}:`, "m").test(config);
    return [
        "config:",
        ...(overridden("aws:region") ? [] : ["  aws:region: eu-west-1"]),
        ...(overridden("selfhost:domain") || config.includes("# no domain")
            ? []
            : ["  selfhost:domain: example.com"]),
        ...config.split("\n").map((line) => `  ${line}`),
        ...(overridden("selfhost:apps")
            ? []
            : [
                  "  selfhost:apps:",
                  "    bookstack:",
                  "      admin: { email: a@example.com }",
                  ...app.split("\n").map((line) => `      ${line}`),
              ]),
        "",
    ].join("\n");
}

const prod: Given = { stack: "prod" };
const deploy: Given = { mode: "deploy" };

const CASES: readonly Case[] = [
    // keys
    {
        name: "an unknown key, with the nearest known one",
        config: "selfhost:profle: prod",
        path: "selfhost:profle",
        says: /not a setting/,
        fix: /`profile`/,
    },
    {
        name: "an unknown key of an app",
        app: "hots: wiki",
        path: `${APP}.hots`,
        says: /not a setting/,
        fix: /`host`/,
    },
    {
        name: "an unknown key deep inside",
        app: 'scale: { schedule: { dayz: MON, start: "07:00", stop: "08:00" } }',
        path: `${APP}.scale.schedule.dayz`,
        says: /not a setting/,
        fix: /`days`/,
    },
    {
        name: "a key far from any known one, with all of them",
        config: "selfhost:network: { quux: 1 }",
        path: "selfhost:network.quux",
        says: /not a setting/,
        fix: /cidr, egress, flowLogs, vpc, zones/,
    },
    {
        name: "an AWS provider setting that is not passed on",
        config: "aws:retryMode: adaptive",
        path: "aws:retryMode",
        says: /own AWS provider/,
        fix: /Remove/,
    },
    {
        name: "a key under the project's own name",
        config: "mywiki:domain: example.com",
        given: {},
        path: "mywiki:domain",
        says: /read by nobody/,
        fix: /Remove/,
    },
    {
        name: "no region",
        config: 'aws:region: ""\nselfhost:tags: {}',
        path: "aws:region",
        says: /missing/,
        fix: /eu-west-1/,
    },
    {
        name: "no profile for a stack of another name",
        given: { stack: "qa" },
        path: "selfhost:profile",
        says: /`qa`, is not a profile's/,
        fix: /dev, staging, prod/,
    },
    {
        name: "an unknown profile",
        config: "selfhost:profile: production",
        path: "selfhost:profile",
        says: /not one of/,
        fix: /dev, staging or prod/,
    },
    {
        name: "no apps",
        config: "selfhost:apps: {}",
        path: "selfhost:apps",
        says: /no application/,
        fix: /at least one/,
    },
    {
        name: "an app without a preset",
        config: "selfhost:apps: { wiki: {} }",
        path: "selfhost:apps.wiki.preset",
        says: /names no preset/,
        fix: /bookstack/,
    },
    {
        name: "a misspelt preset",
        config: "selfhost:apps: { wiki: { preset: bokstack } }",
        path: "selfhost:apps.wiki.preset",
        says: /not a preset/,
        fix: /`bookstack`/,
    },
    {
        name: "an app's name that resources cannot bear",
        config: "selfhost:apps: { My_Wiki: { preset: bookstack, admin: { email: a@example.com } } }",
        path: "selfhost:apps.My_Wiki",
        says: /not a name for an app/,
        fix: /lower-case/,
    },
    // values
    {
        name: "an account number that lost its leading zero",
        config: 'selfhost:account: "12345678901"',
        path: "selfhost:account",
        says: /not an account number/,
        fix: /in quotes/,
    },
    {
        name: "a domain that is none",
        config: "selfhost:domain: Example.com.",
        path: "selfhost:domain",
        says: /not a domain name/,
        fix: /lower case/,
    },
    {
        name: "a range that is none",
        config: "selfhost:network: { cidr: 10.300.0.0/16 }",
        path: "selfhost:network.cidr",
        says: /not an IPv4 address range/,
        fix: /10\.10\.0\.0\/16/,
    },
    {
        name: "a range with host bits",
        config: "selfhost:network: { cidr: 10.30.1.0/20 }",
        path: "selfhost:network.cidr",
        says: /does not start/,
        fix: /`10\.30\.0\.0\/20`/,
    },
    {
        name: "a range that cannot hold the zones",
        config: "selfhost:network: { cidr: 10.30.0.0/24 }",
        path: "selfhost:network.cidr",
        says: /too small/,
        fix: /\/16 to \/23/,
    },
    {
        name: "a range larger than a VPC",
        config: "selfhost:network: { cidr: 10.0.0.0/8 }",
        path: "selfhost:network.cidr",
        says: /larger than a VPC/,
        fix: /\/16 to \/23/,
    },
    {
        name: "a zone twice",
        config: "selfhost:network: { zones: [a, a] }",
        path: "selfhost:network.zones",
        says: /twice/,
        fix: /different/,
    },
    {
        name: "zones whose subnets would overlap",
        config: "selfhost:network: { zones: [b, f] }",
        path: "selfhost:network.zones",
        says: /same addresses/,
        fix: /four apart/,
    },
    {
        name: "one zone",
        config: "selfhost:network: { zones: [a] }",
        path: "selfhost:network.zones",
        says: /too small/,
        fix: /2 or more/,
    },
    {
        name: "an egress mode that does not exist",
        config: "selfhost:network: { egress: natSingel }",
        path: "selfhost:network.egress",
        says: /not one of/,
        fix: /`natSingle`/,
    },
    {
        name: "a retention that CloudWatch does not have, with the nearest",
        config: "selfhost:logs: { retentionDays: 42 }",
        path: "selfhost:logs.retentionDays",
        says: /not one of/,
        fix: /30, 60/,
    },
    {
        name: "a number where text belongs",
        app: "env: { FLAG: true }",
        path: `${APP}.env.FLAG`,
        says: /not text/,
        fix: /"true"/,
    },
    {
        name: "a tag with a reserved prefix",
        config: 'selfhost:tags: { "aws:owner": me }',
        path: "selfhost:tags.aws:owner",
        says: /keeps for itself/,
        fix: /another name/,
    },
    {
        name: "an old TLS policy",
        config: "selfhost:edge: { sslPolicy: ELBSecurityPolicy-2016-08 }",
        path: "selfhost:edge.sslPolicy",
        says: /not a current/,
        fix: /ELBSecurityPolicy-TLS13/,
    },
    {
        name: "an image without a digest",
        app: "image: { uri: public.ecr.aws/docker/library/httpd:2.4 }",
        path: `${APP}.image.uri`,
        says: /digest/,
        fix: /@sha256/,
    },
    {
        name: "an image of a registry that ECR cannot cache",
        app: `image: { uri: "codeberg.org/a/b@sha256:${"0".repeat(64)}" }`,
        path: `${APP}.image.uri`,
        says: /cannot cache/,
        fix: /docker\/from/,
    },
    {
        name: "an image that ECR caches only with credentials",
        app: `image: { uri: "ghcr.io/a/b@sha256:${"0".repeat(64)}" }`,
        path: `${APP}.image.credential`,
        says: /user name and a token/,
        fix: /docker\/from/,
    },
    {
        name: "a reference that is neither",
        app: "secrets: { X: { ssmm: /a } }",
        path: `${APP}.secrets.X.ssmm`,
        says: /not a setting/,
        fix: /`ssm`/,
    },
    {
        name: "a parameter without its full name",
        app: "secrets: { X: { ssm: a } }",
        path: `${APP}.secrets.X.ssm`,
        says: /not the name/,
        fix: /full name/,
    },
    {
        name: "a missing administrator",
        config: "selfhost:apps: { bookstack: {} }",
        path: `${APP}.admin`,
        says: /password that everybody knows/,
        fix: /admin: \{ email/,
    },
    {
        name: "an administrator without an address",
        config: "selfhost:apps: { bookstack: { admin: { email: me } } }",
        path: `${APP}.admin.email`,
        says: /not an e-mail/,
        fix: /signs in/,
    },
    // YAML
    {
        name: "an unquoted date",
        app: "env: { X: 2027-06-30 }",
        path: `${APP}.env.X`,
        says: /time stamp/,
        fix: /"2027-06-30"/,
    },
    {
        name: "an unquoted version",
        app: "database: { version: 3.10 }",
        path: `${APP}.database.version`,
        says: /last zero/,
        fix: /"3\.10"/,
    },
    {
        name: "an unquoted account number with a leading zero",
        config: "selfhost:account: 012345678901",
        path: "selfhost:account",
        says: /leading zero/,
        fix: /"012345678901"/,
    },
    {
        name: "an unquoted octal",
        app: "task: { cpu: 0512 }",
        path: `${APP}.task.cpu`,
        says: /octal/,
        fix: /"0512"/,
    },
    {
        name: "an unquoted time of day",
        app: 'scale: { schedule: { days: MON, start: 07:00, stop: "08:00" } }',
        path: `${APP}.scale.schedule.start`,
        says: /base 60/,
        fix: /"07:00"/,
    },
    // secrets
    {
        name: "a secret in plain text",
        config: "selfhost:bookstack.APP_KEY: base64:abc",
        path: "selfhost:bookstack.APP_KEY",
        says: /plain text/,
        fix: /config set --secret/,
    },
    {
        name: "a secret inside a group",
        app: "secrets: { X: { secure: abc } }",
        path: "selfhost:apps",
        says: /inside a group/,
        fix: /config set --secret/,
    },
    {
        name: "a secret for an app that is not there",
        config: "selfhost:bokstack.X: { secure: abc }",
        path: "selfhost:bokstack.X",
        says: /does not have/,
        fix: /`selfhost:bookstack\.X`/,
    },
    {
        name: "a secret with two sources",
        config: "selfhost:bookstack.X: { secure: abc }",
        app: "secrets: { X: { ssm: /x } }",
        path: `${APP}.secrets.X`,
        says: /two sources/,
        fix: /config rm/,
    },
    {
        name: "a name that is both secret and not",
        app: "secrets: { X: { ssm: /x } }\nenv: { X: z }",
        path: `${APP}.env.X`,
        says: /is a secret too/,
        fix: /Remove/,
    },
    {
        name: "a variable that looks like a secret",
        app: "env: { MAIL_PASSWORD: hunter2 }",
        path: `${APP}.env.MAIL_PASSWORD`,
        says: /looks like a secret/,
        fix: /config set --secret/,
    },
    {
        name: "a variable that the program sets",
        app: "env: { DB_HOST: db }",
        path: `${APP}.env.DB_HOST`,
        says: /set by this program/,
        fix: /Remove/,
    },
    {
        name: "a required secret that is missing, in up",
        given: deploy,
        path: "selfhost:bookstack.APP_KEY",
        says: /is missing/,
        fix: /npm run -s app-key/,
    },
    {
        name: "an APP_KEY of the wrong form, in up",
        config: "selfhost:bookstack.APP_KEY: { secure: abc }",
        given: { mode: "deploy", secrets: { "selfhost:bookstack.APP_KEY": "hunter2" } },
        path: "selfhost:bookstack.APP_KEY",
        says: /32 bytes/,
        fix: /npm run -s app-key/,
    },
    {
        name: "a misspelt required secret",
        config: "selfhost:bookstack.APPKEY: { secure: abc }",
        path: "selfhost:bookstack.APPKEY",
        says: /not a secret that bookstack reads/,
        fix: /APP_KEY/,
    },
    // domain and edge
    {
        name: "no domain outside dev",
        config: "# no domain",
        given: prod,
        path: "selfhost:domain",
        says: /no HTTPS/,
        fix: /Write a domain/,
    },
    {
        name: "a host without a domain",
        config: "# no domain",
        app: "host: wiki",
        path: `${APP}.host`,
        says: /needs `selfhost:domain`/,
        fix: /Write the domain/,
    },
    {
        name: "a zone without a domain",
        config: "# no domain\nselfhost:zone: example.com",
        path: "selfhost:zone",
        says: /no meaning/,
        fix: /Write the domain/,
    },
    {
        name: "a domain outside its zone",
        config: "selfhost:zone: other.org",
        path: "selfhost:domain",
        says: /not in the zone/,
        fix: /example\.other\.org/,
    },
    {
        name: "a host outside the domain",
        app: "host: wiki.other.org",
        path: `${APP}.host`,
        says: /outside the domain/,
        fix: /host: wiki/,
    },
    {
        name: "a host that repeats the domain",
        app: "host: wiki.example.com",
        path: `${APP}.host`,
        says: /repeats the domain/,
        fix: /host: wiki`/,
    },
    {
        name: "a host of two labels",
        app: "host: wiki.team",
        path: `${APP}.host`,
        says: /covers one/,
        fix: /one label/,
    },
    {
        name: "DNS elsewhere without a certificate",
        config: "selfhost:dns: elsewhere",
        path: "selfhost:certificate",
        says: /would wait/,
        fix: /request-certificate/,
    },
    {
        name: "DNS elsewhere with a Route 53 zone",
        config: "selfhost:dns: elsewhere\nselfhost:zone: example.com\nselfhost:certificate: arn:aws:acm:eu-west-1:123456789012:certificate/x",
        path: "selfhost:zone",
        says: /says there is none/,
        fix: /Remove one/,
    },
    {
        name: "a certificate of another region",
        config: "selfhost:certificate: arn:aws:acm:us-east-1:123456789012:certificate/x",
        path: "selfhost:certificate",
        says: /us-east-1/,
        fix: /eu-west-1/,
    },
    {
        name: "settings of a load balancer that is adopted",
        config: 'selfhost:network: { vpc: { id: vpc-0123456789abcdef0, publicSubnets: [subnet-0123456789abcdef0, subnet-0123456789abcdef1], dataSubnets: [subnet-0123456789abcdef0, subnet-0123456789abcdef1] } }\nselfhost:edge: { idleTimeout: 30, listener: { arn: "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/x/1/2", securityGroup: sg-0123456789abcdef0 } }',
        path: "selfhost:edge.idleTimeout",
        says: /one that exists/,
        fix: /stays as it is/,
    },
    {
        name: "an adopted listener without its VPC",
        config: 'selfhost:edge: { listener: { arn: "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/x/1/2", securityGroup: sg-0123456789abcdef0 } }',
        path: "selfhost:network.vpc",
        says: /own VPC/,
        fix: /Name the VPC/,
    },
    {
        name: "settings of a VPC that is adopted",
        config: "selfhost:network: { cidr: 10.0.0.0/16, vpc: { id: vpc-0123456789abcdef0, publicSubnets: [subnet-0123456789abcdef0, subnet-0123456789abcdef1], dataSubnets: [subnet-0123456789abcdef0, subnet-0123456789abcdef1] } }",
        path: "selfhost:network.cidr",
        says: /one that exists/,
        fix: /Remove/,
    },
    {
        name: "settings of a cluster that is adopted",
        config: "selfhost:cluster: { existing: shared, insights: enhanced }",
        path: "selfhost:cluster.insights",
        says: /one that exists/,
        fix: /Remove/,
    },
    {
        name: "two apps at one address",
        config: "selfhost:apps: { one: { preset: bookstack, host: wiki, admin: { email: a@example.com } }, two: { preset: bookstack, host: wiki, admin: { email: a@example.com } } }",
        path: "selfhost:apps.two",
        says: /and so does `one`/,
        fix: /another/,
    },
    {
        name: "two apps at / without a domain",
        config: "# no domain\nselfhost:apps: { one: { preset: bookstack, admin: { email: a@example.com } }, two: { preset: bookstack, admin: { email: a@example.com } } }",
        path: "selfhost:apps.two",
        says: /and so does `one`/,
        fix: /path: \/two/,
    },
    {
        name: "two rules of one priority",
        config: "selfhost:apps: { one: { preset: bookstack, priority: 7, admin: { email: a@example.com } }, two: { preset: bookstack, priority: 7, admin: { email: a@example.com } } }",
        path: "selfhost:apps.two.priority",
        says: /priority of `one`/,
        fix: /priority: 8/,
    },
    // sizes and numbers
    {
        name: "a pair that is no Fargate size, with the nearest",
        app: "task: { cpu: 512, memory: 1500 }",
        path: `${APP}.task`,
        says: /512 CPU units/,
        fix: /cpu: 512, memory: 2048/,
    },
    {
        name: "more than max at least",
        app: "scale: { min: 4, max: 2 }",
        path: `${APP}.scale`,
        says: /above its `max`/,
        fix: /min: 2/,
    },
    {
        name: "a scaling target that nothing can reach",
        app: "scale: { max: 1, cpuPercent: 50 }",
        path: `${APP}.scale.cpuPercent`,
        says: /no effect/,
        fix: /max: 2/,
    },
    {
        name: "office hours that end before they begin",
        app: 'scale: { schedule: { days: MON-FRI, start: "20:00", stop: "07:00" } }',
        path: `${APP}.scale.schedule.start`,
        says: /not before/,
        fix: /earlier/,
    },
    {
        name: "a time zone that is none",
        app: 'scale: { schedule: { days: MON, start: "07:00", stop: "08:00", timezone: CET/Paris } }',
        path: `${APP}.scale.schedule.timezone`,
        says: /not a time zone/,
        fix: /Europe\/Berlin/,
    },
    {
        name: "nowhere to run",
        app: "capacity: { onDemand: 0, spot: 0 }",
        path: `${APP}.capacity`,
        says: /anywhere to run/,
        fix: /onDemand: 1/,
    },
    {
        name: "only Spot in prod",
        config: "selfhost:cluster: { capacity: { onDemand: 0, spot: 1 } }",
        given: prod,
        path: "selfhost:cluster.capacity",
        says: /Spot/,
        fix: /base: 1/,
    },
    {
        name: "a health check slower than its interval",
        app: "health: { timeout: 30, interval: 30 }",
        path: `${APP}.health.timeout`,
        says: /not less/,
        fix: /timeout: 29/,
    },
    {
        name: "a deployment that can never move",
        app: "deploy: { minimumHealthyPercent: 100, maximumPercent: 100 }",
        path: `${APP}.deploy`,
        says: /no room/,
        fix: /maximumPercent: 200/,
    },
    {
        name: "rebalancing without room",
        app: "deploy: { minimumHealthyPercent: 0, maximumPercent: 100, zoneRebalancing: true }",
        path: `${APP}.deploy.zoneRebalancing`,
        says: /before it stops/,
        fix: /false/,
    },
    // database
    {
        name: "an engine that the application does not run on",
        app: "database: { engine: aurora-postgresql }",
        path: `${APP}.database.engine`,
        says: /not a database that BookStack/,
        fix: /aurora-mysql/,
    },
    {
        name: "fewer ACUs at most than at least",
        app: "database: { minCapacity: 4, maxCapacity: 2 }",
        path: `${APP}.database`,
        says: /above its/,
        fix: /maxCapacity: 4/,
    },
    {
        name: "half an ACU step",
        app: "database: { minCapacity: 0.3 }",
        path: `${APP}.database.minCapacity`,
        says: /multiple/,
        fix: /0\.5/,
    },
    {
        name: "a version that cannot pause",
        app: 'database: { version: "8.0.mysql_aurora.3.04.0" }',
        path: `${APP}.database.minCapacity`,
        says: /cannot pause/,
        fix: /0\.5/,
    },
    {
        name: "a version that is none",
        app: 'database: { version: "3.10" }',
        path: `${APP}.database.version`,
        says: /not a version/,
        fix: /mysql_aurora/,
    },
    {
        name: "a pause that never comes",
        app: "database: { minCapacity: 1, pauseAfter: 600 }",
        path: `${APP}.database.pauseAfter`,
        says: /never pauses/,
        fix: /minCapacity: 0/,
    },
    {
        name: "a log that the engine does not have",
        app: "database: { logExports: [postgresql] }",
        path: `${APP}.database.logExports`,
        says: /not a log/,
        fix: /slowquery/,
    },
    {
        name: "a restore from nothing",
        app: "database: { restore: { generation: 2 } }",
        path: `${APP}.database.restore`,
        says: /no backup/,
        fix: /snapshot/,
    },
    {
        name: "a restore from two backups",
        app: "database: { restore: { generation: 2, snapshot: a, cluster: b } }",
        path: `${APP}.database.restore`,
        says: /two backups/,
        fix: /either/,
    },
    {
        name: "a restore to no time",
        app: 'database: { restore: { generation: 2, cluster: b, time: "yesterday" } }',
        path: `${APP}.database.restore.time`,
        says: /not a point in time/,
        fix: /UTC/,
    },
    {
        name: "a restore of generation 1, which is the first cluster",
        app: "database: { restore: { generation: 1, snapshot: a } }",
        path: `${APP}.database.restore.generation`,
        says: /too small/,
        fix: /2 or more/,
    },
    // combinations
    {
        name: "a public registry at run time without internet",
        config: "selfhost:network: { egress: endpoints }",
        app: `image: { uri: "public.ecr.aws/a/b@sha256:${"0".repeat(64)}" }`,
        path: `${APP}.image.uri`,
        says: /no way there/,
        fix: /docker\/from/,
    },
    {
        name: "file sessions with several tasks",
        app: "scale: { max: 2 }\nenv: { SESSION_DRIVER: file }",
        path: `${APP}.env.SESSION_DRIVER`,
        says: /signed out at random/,
        fix: /database/,
    },
    {
        name: "pictures in a private bucket",
        app: "env: { STORAGE_IMAGE_TYPE: s3 }",
        path: `${APP}.env.STORAGE_IMAGE_TYPE`,
        says: /private/,
        fix: /local_secure/,
    },
    {
        name: "a variable that the image would drop",
        app: 'env: { APP_THEME: "" }',
        path: `${APP}.env.APP_THEME`,
        says: /drops empty/,
        fix: /null/,
    },
    {
        name: "debugging, which shows secrets",
        app: 'env: { APP_DEBUG: "true" }',
        path: `${APP}.env.APP_DEBUG`,
        says: /shows secrets/,
        fix: /Remove/,
    },
];

describe("problems of a stack file", () => {
    for (const one of CASES) {
        it(one.name, () => {
            const problems = problemsOf(stackFile(one), one.given);
            const found = problems.find(({ path, reason }) => path === one.path && one.says.test(reason));
            assert.ok(found, `no such problem among ${JSON.stringify(problems, null, 2)}`);
            assert.match(found.fix, one.fix);
            assert.equal(
                problems.length,
                1,
                `one mistake is one problem: ${JSON.stringify(problems, null, 2)}`,
            );
        });
    }

    it("says nothing about a good file", () => {
        assert.deepEqual(problemsOf(stackFile({ name: "", path: "", says: /x/, fix: /x/ })), []);
    });
});
