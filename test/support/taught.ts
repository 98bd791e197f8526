/**
 * What the form of a setting does not tell: values that mean something, and what has to stand beside a setting so that
 * it may be said. A setting that is missing here is tried with values of its form alone.
 */

type Group = Readonly<Record<string, unknown>>;

/** Values by path, or by the end of one: `kmsKey` is every key. */
const VALUES: Readonly<Record<string, readonly unknown[]>> = {
    account: ["123456789012", "222222222222"],
    "tags.*": ["red", "blue"],
    domain: ["example.com", "example.org"],
    zone: ["example.com", "Z0123456789ABCDEFGHIJ"],
    certificate: [arn("acm", "certificate/one"), arn("acm", "certificate/two")],
    "certificateNames[]": ["*.team.example.com", "*.shop.example.com"],
    "network.cidr": ["10.77.0.0/16", "10.78.0.0/16"],
    "network.zones": [
        ["a", "c"],
        ["b", "c"],
    ],
    publicSubnets: [subnets("1"), subnets("2")],
    privateSubnets: [subnets("3"), subnets("4")],
    dataSubnets: [subnets("5"), subnets("6")],
    "edge.allow[]": ["203.0.113.0/24", "198.51.100.0/24"],
    "edge.sslPolicy": ["ELBSecurityPolicy-TLS13-1-3-2021-06", "ELBSecurityPolicy-TLS13-1-2-Res-2021-06"],
    "listener.arn": [
        arn("elasticloadbalancing", "listener/app/one/1/2"),
        arn("elasticloadbalancing", "listener/app/two/1/2"),
    ],
    "databases.<key>": ["common"],
    "files.<key>": ["FILE"],
    "databases.*.version": ["8.0.mysql_aurora.3.08.2", "8.0.mysql_aurora.3.09.0"],
    "database.version": ["8.0.mysql_aurora.3.08.2", "8.0.mysql_aurora.3.09.0"],
    "databases.*.engine": ["aurora-mysql", "aurora-postgresql"],
    "logExports[]": ["error", "slowquery"],
    minCapacity: [1, 1.5],
    maxCapacity: [16, 32],
    "restore.generation": [2, 3],
    "restore.time": ["2026-06-30T12:00:00Z", "2026-06-30T13:00:00Z"],
    "delivery.connections.github": connections("codeconnections"),
    "delivery.connections.gitlab": connections("codeconnections"),
    "delivery.connections.bitbucket": connections("codeconnections"),
    "pulumiCloud.token": [arn("secretsmanager", "secret:one"), arn("secretsmanager", "secret:two")],
    repository: ["example/selfhost", "example/other"],
    "approvers[]": ["arn:aws:iam::123456789012:role/one", "arn:aws:iam::123456789012:role/two"],
    "emails[]": ["one@example.com", "two@example.com"],
    "drift.schedule": ["MON-FRI 06:00", "SUN 07:30"],
    timezone: ["Europe/Berlin", "America/New_York"],
    "promotesTo[].environment": ["staging", "prod"],
    region: ["eu-central-1", "us-east-1"],
    host: ["one", "two"],
    path: ["/one", "/two"],
    days: ["MON-FRI", "SAT"],
    start: ["07:00", "08:00"],
    stop: ["20:00", "21:00"],
    "task.cpu": [1024, 2048],
    "task.memory": [4096, 8192],
    "scale.min": [2, 3],
    "scale.max": [4, 5],
    "health.matcher": ["200", "200-299", "204"],
    "image.build.context": ["docker/web", "docker/node"],
    "image.uri": [uri("1"), uri("2")],
    "image.credential": [arn("secretsmanager", "secret:ecr-pullthroughcache/a"), credential("b")],
    "database.use": ["common", "other"],
    "reaches[]": ["server", "other-server"],
    "waivers[].until": ["2027-06-30", "2027-07-31"],
    "pipeline.start": ["success", "tag", "hand"],
    "pipeline.source.github": ["example/app", "example/other"],
    "pipeline.bootstrap": ["1", "2"].map(
        (digit) => `123456789012.dkr.ecr.eu-west-1.amazonaws.com/web@sha256:${digit.repeat(64)}`,
    ),
    kmsKey: [arn("kms", "key/one"), arn("kms", "key/two")],
    secretsManager: [arn("secretsmanager", "secret:one-AbCdEf"), arn("secretsmanager", "secret:two-AbCdEf")],
    "secrets.*.ssm": ["/mail/one", "/mail/two"],
    "files.*": ["one.pem", "two.pem"],
    "permissions[].actions[]": ["s3:GetObject", "s3:PutObject"],
    "permissions[].resources[]": ["arn:aws:s3:::one/*", "arn:aws:s3:::two/*"],
    "admin.email": ["one@example.com", "two@example.com"],
    "databaseVariables.": ["ONE_NAME", "TWO_NAME"],
};

/** Beside which other settings a setting may be said. */
export interface Beside {
    readonly environment?: Group;
    readonly app?: Group;
}

const VPC = {
    id: "vpc-0123456789abcdef0",
    publicSubnets: subnets("1"),
    privateSubnets: subnets("3"),
    dataSubnets: subnets("5"),
};

/** An application of one's own, which everything may be said of. */
export const OWN = { preset: "web", image: { build: { context: "docker/from" } } };

const BUILT_BY = { delivery: { appliedBy: "codepipeline" } };

/** By path, or by the beginning of one; everything whose beginning fits counts. */
const BESIDE: Readonly<Record<string, Beside>> = {
    dns: { environment: { certificate: arn("acm", "certificate/one") } },
    // Without data nothing would be in them.
    "network.vpc.dataSubnets": {
        environment: { apps: { shop: { ...OWN, database: { engine: "aurora-mysql" } } } },
    },
    "edge.listener": { environment: { network: { vpc: VPC } } },
    "databases.": { environment: { apps: { shop: { ...OWN, database: { use: "common" } } } } },
    "databases.*.pauseAfter": { environment: { databases: { common: { minCapacity: 0 } } } },
    "databases.*.restore.generation": {
        environment: { databases: { common: restored({ snapshot: "one" }) } },
    },
    "databases.*.restore.keepPrevious": {
        environment: { databases: { common: restored({ snapshot: "one" }) } },
    },
    "databases.*.restore.time": { environment: { databases: { common: restored({ cluster: "one" }) } } },
    "delivery.pipeline": { environment: BUILT_BY },
    "delivery.connections": { environment: BUILT_BY },
    "delivery.connections.github": { environment: pipelineOf("github") },
    "delivery.connections.gitlab": { environment: pipelineOf("gitlab") },
    "delivery.connections.bitbucket": { environment: pipelineOf("bitbucket") },
    "task.cpu": { app: { task: { memory: 4096 } } },
    "task.memory": { app: { task: { cpu: 1024 } } },
    "scale.cpuPercent": { app: { scale: { max: 3 } } },
    "scale.memoryPercent": { app: { scale: { max: 3 } } },
    "scale.requestsPerTask": { app: { scale: { max: 3 } } },
    "scale.scaleOutCooldown": { app: { scale: { max: 3, cpuPercent: 50 } } },
    "scale.scaleInCooldown": { app: { scale: { max: 3, cpuPercent: 50 } } },
    "deploy.bakeTime": strategy("blueGreen"),
    "deploy.canary": strategy("canary"),
    "deploy.linear": strategy("linear"),
    "deploy.testHeader": strategy("canary"),
    "deploy.testPriority": strategy("canary"),
    "deploy.configuration": strategy("codeDeploy"),
    "deploy.terminationWait": strategy("codeDeploy"),
    "health.timeout": { app: { health: { interval: 120 } } },
    "database.pauseAfter": { app: { database: { minCapacity: 0 } } },
    "database.use": {
        environment: {
            databases: { common: { engine: "aurora-mysql" }, other: { engine: "aurora-mysql" } },
            apps: {
                one: { ...OWN, database: { use: "common" } },
                two: { ...OWN, database: { use: "other" } },
            },
        },
    },
    "database.restore.generation": { app: { database: restored({ snapshot: "one" }) } },
    "database.restore.keepPrevious": { app: { database: restored({ snapshot: "one" }) } },
    "database.restore.time": { app: { database: restored({ cluster: "one" }) } },
    reaches: { environment: { apps: { server: OWN, "other-server": OWN } } },
    "files.": { app: { secrets: { FILE: { ssm: "/mail/one" } } } },
    nodeOptions: { app: { runtime: "node" } },
};

export function taughtValues(path: string): readonly unknown[] | undefined {
    const found = Object.keys(VALUES)
        .filter(
            (key) => path === key || path.endsWith(`.${key}`) || (key.endsWith(".") && path.startsWith(key)),
        )
        .sort((a, b) => b.length - a.length)[0];
    return found === undefined ? undefined : VALUES[found];
}

export function taughtBeside(path: string): readonly Beside[] {
    if (path.startsWith("pipeline.")) {
        return [releases(path)];
    }
    return Object.entries(BESIDE).flatMap(([key, beside]) => (path.startsWith(key) ? [beside] : []));
}

function restored(from: Group): Group {
    return { restore: { generation: 2, ...from } };
}

/** A pipeline releases the image: the stack file names none beside it. */
function releases(path: string): Beside {
    const [, field = ""] = path.split(".");
    const source = field === "imageFrom" ? { ecr: {} } : { github: "example/app", tags: ["v*"] };
    const given = ["source", "promoteFrom", "stageOf"].includes(field) ? {} : { source };
    const beside =
        path === "pipeline.source.ecr.tag" ? { source: { ecr: { repository: "example/app" } } } : given;
    const environment = path.endsWith(".pullRequests") ? accepted() : {};
    return { environment, app: { image: undefined, pipeline: beside } };
}

/** Connections to all providers that somebody has accepted, with an app for each, so that none is there for nothing. */
function accepted(): Group {
    const [one] = connections("codeconnections");
    const providers = ["github", "gitlab", "bitbucket"];
    const appOf = (provider: string) => ({
        preset: "web",
        pipeline: { source: { [provider]: "example/other" } },
    });
    return {
        delivery: { connections: Object.fromEntries(providers.map((provider) => [provider, one])) },
        apps: Object.fromEntries(providers.map((provider) => [`of-${provider}`, appOf(provider)])),
    };
}

function strategy(name: string): Beside {
    return { app: { deploy: { strategy: name } } };
}

function pipelineOf(provider: string): Group {
    return { delivery: { pipeline: { repository: "example/selfhost", provider } } };
}

function arn(service: string, resource: string): string {
    return `arn:aws:${service}:eu-west-1:123456789012:${resource}`;
}

function subnets(digit: string): readonly string[] {
    return ["a", "b"].map((letter) => `subnet-${letter}${digit.repeat(16)}`);
}

function connections(service: string): readonly string[] {
    return ["1", "2"].map((digit) =>
        arn(service, `connection/${digit.repeat(8)}-aaaa-bbbb-cccc-dddddddddddd`),
    );
}

function credential(name: string): string {
    return arn("secretsmanager", `secret:ecr-pullthroughcache/${name}`);
}

function uri(digit: string): string {
    return `public.ecr.aws/docker/library/httpd@sha256:${digit.repeat(64)}`;
}
