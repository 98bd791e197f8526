/** What a box says: what it is, and the few facts that a reviewer looks for. */
import { list } from "../../policy/json";
import type { Item, View } from "../../policy/view";
import { componentsOf, distinct, known, numberAt, shortList, textAt } from "./read";
import { type Kind, KIND_TITLES } from "./table";

export interface Words {
    readonly title: string;
    readonly lines: readonly string[];
}

const DOT = " · ";

interface Asked {
    readonly view: View;
    /** The resources that make the box. */
    readonly items: readonly Item[];
    /** Those, and everything that is part of them. */
    readonly parts: readonly Item[];
}

/** In the words of the resources themselves. */
export function describeNode(view: View, kind: Kind, items: readonly Item[], parts: readonly Item[]): Words {
    const words = FACTS[kind]({ view, items, parts });
    return {
        title: words.title ?? KIND_TITLES[kind],
        lines: words.lines.filter((line) => line !== ""),
    };
}

type Facts = (asked: Asked) => { readonly title?: string; readonly lines: readonly string[] };

const FACTS: Readonly<Record<Kind, Facts>> = {
    internet: () => ({ lines: [] }),
    outside: () => ({ lines: [] }),
    loadBalancer,
    service,
    database,
    fileSystem,
    bucket,
    secrets: ({ items }) => ({ lines: [count(items.length, "secret"), "Secrets Manager"] }),
    registry: ({ items }) => ({ lines: [count(items.length, "repository", "repositories"), "ECR"] }),
    gateway,
    endpoints,
    jobs,
    messages: named,
    cdn: named,
    delivery: named,
};

function named({ items }: Asked): ReturnType<Facts> {
    return { lines: items.map(({ name }) => name) };
}

function loadBalancer({ items: [item], parts }: Asked): ReturnType<Facts> {
    const listeners = ofType(parts, "aws:lb/listener:Listener").map((listener) => {
        const to = textAt(listener, "defaultActions.0.redirect.protocol");
        const redirect =
            to ??
            known(
                () =>
                    list(listener.at("defaultActions")).map((action) =>
                        textIn(action, "redirect", "protocol"),
                    )[0],
            );
        const port = `${numberAt(listener, "port") ?? "?"} ${textAt(listener, "protocol") ?? ""}`;
        return redirect === undefined ? port : `${numberAt(listener, "port") ?? "?"} → ${redirect}`;
    });
    const policies = ofType(parts, "aws:lb/listener:Listener").map((listener) =>
        textAt(listener, "sslPolicy"),
    );
    const firewall = parts.some(({ type }) => type.startsWith("aws:wafv2/webAcl:"));
    return {
        lines: [
            item?.flag("internal") === true ? "internal" : "",
            listeners.sort((a, b) => Number(a.includes("→")) - Number(b.includes("→"))).join(DOT),
            ...distinct(policies.filter((policy) => policy !== undefined).map(tls)),
            firewall ? "web application firewall" : "",
        ],
    };
}

function textIn(value: unknown, ...path: readonly string[]): string | undefined {
    let found: unknown = value;
    for (const name of path) {
        found =
            typeof found === "object" && found !== null
                ? (found as Record<string, unknown>)[name]
                : undefined;
    }
    return typeof found === "string" ? found : undefined;
}

/** `ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09` allows 1.2 and 1.3. */
function tls(policy: string): string {
    const oldest = /TLS13-1-(\d)/.exec(policy)?.[1];
    const versions = oldest === undefined ? "TLS" : oldest === "3" ? "TLS 1.3" : `TLS 1.${oldest}+`;
    return policy.includes("-PQ-") ? `${versions}, post-quantum` : versions;
}

function service({ view, items: [item], parts }: Asked): ReturnType<Facts> {
    if (item === undefined) {
        return { lines: [] };
    }
    const [definition] = ofType(parts, "aws:ecs/taskDefinition:TaskDefinition");
    const [component] = componentsOf(view, item);
    return {
        title: component?.name ?? item.name,
        lines: [
            ...addresses(view, item),
            definition === undefined ? "" : size(definition),
            tasks(item, parts),
        ],
    };
}

/** What the load balancer sends to a service: the conditions of the rules that lead to one of its target groups. */
function addresses(view: View, item: Item): readonly string[] {
    const groups = known(() => item.refs("loadBalancers", "aws:lb/targetGroup:TargetGroup")) ?? [];
    const rules = view
        .all("aws:lb/listenerRule:ListenerRule")
        .filter((rule) => rule.refs("actions").some((group) => groups.includes(group)));
    const words = rules.map((rule) => {
        const conditions = known(() => rule.list("conditions")) ?? [];
        const hosts = conditions.flatMap((one) => known(() => list(one, "hostHeader.values")) ?? []);
        const paths = conditions.flatMap((one) => known(() => list(one, "pathPattern.values")) ?? []);
        const first = (values: readonly unknown[]): string =>
            typeof values[0] === "string" ? values[0] : "";
        return `${first(hosts)}${first(paths)}`;
    });
    return [shortList(distinct(words.filter((word) => word !== "")), 1)];
}

function size(definition: Item): string {
    const cpu = Number(textAt(definition, "cpu") ?? numberAt(definition, "cpu"));
    const memory = Number(textAt(definition, "memory") ?? numberAt(definition, "memory"));
    const architecture = textAt(definition, "runtimePlatform.cpuArchitecture");
    return [
        architecture === "ARM64" ? "ARM" : architecture === undefined ? "" : "x86",
        Number.isNaN(cpu) ? "" : `${cpu / 1024} vCPU`,
        Number.isNaN(memory) ? "" : `${memory / 1024} GB`,
    ]
        .filter((word) => word !== "")
        .join(DOT);
}

function tasks(item: Item, parts: readonly Item[]): string {
    const [target] = ofType(parts, "aws:appautoscaling/target:Target");
    const min = (target && numberAt(target, "minCapacity")) ?? numberAt(item, "desiredCount") ?? 1;
    const max = (target && numberAt(target, "maxCapacity")) ?? min;
    const scheduled = parts.some(({ type }) => type.startsWith("aws:appautoscaling/scheduledAction:"));
    const spot = (known(() => item.list("capacityProviderStrategies")) ?? []).some(
        (one) => textIn(one, "capacityProvider") === "FARGATE_SPOT",
    );
    return [
        min === max ? count(min, "task") : `${min}–${max} tasks`,
        scheduled ? "by the clock" : "",
        spot ? "Spot" : "",
    ]
        .filter((word) => word !== "")
        .join(DOT);
}

const ENGINES: Readonly<Record<string, string>> = {
    "aurora-mysql": "Aurora MySQL",
    "aurora-postgresql": "Aurora PostgreSQL",
    mysql: "MySQL",
    postgres: "PostgreSQL",
    mariadb: "MariaDB",
};

function database({ items: [item], parts }: Asked): ReturnType<Facts> {
    if (item === undefined) {
        return { lines: [] };
    }
    const engine = textAt(item, "engine") ?? "";
    const version = /^\d+(\.\d+)?/.exec(textAt(item, "engineVersion") ?? "")?.[0] ?? "";
    const min = numberAt(item, "serverlessv2ScalingConfiguration.minCapacity");
    const max = numberAt(item, "serverlessv2ScalingConfiguration.maxCapacity");
    const instances = ofType(parts, "aws:rds/clusterInstance:ClusterInstance").length;
    const days = numberAt(item, "backupRetentionPeriod");
    const capacity = min === undefined ? (textAt(item, "instanceClass") ?? "") : `${min}–${max ?? min} ACU`;
    return {
        title: ENGINES[engine] ?? engine,
        lines: [
            item.name,
            [version, `${capacity}${instances > 1 ? ` × ${instances}` : ""}${min === 0 ? ", pauses" : ""}`]
                .filter((word) => word !== "")
                .join(DOT),
            days === undefined ? "" : `backups ${count(days, "day")}`,
        ],
    };
}

function fileSystem({ items: [item], parts }: Asked): ReturnType<Facts> {
    const points = ofType(parts, "aws:efs/accessPoint:AccessPoint").map(
        (point) => textAt(point, "rootDirectory.path") ?? point.name,
    );
    return { title: "EFS", lines: [item?.name ?? "", shortList(points.sort(), 3)] };
}

function bucket({ items: [item], parts }: Asked): ReturnType<Facts> {
    const versioned = ofType(parts, "aws:s3/bucketVersioning:BucketVersioning").some(
        (one) => textAt(one, "versioningConfiguration.status") === "Enabled",
    );
    return { title: "S3 bucket", lines: [item?.name ?? "", versioned ? "old versions kept" : ""] };
}

function gateway({ items: [item, ...more], parts }: Asked): ReturnType<Facts> {
    if (item?.type !== "aws:ec2/natGateway:NatGateway") {
        return { title: "NAT instance", lines: [item?.name ?? ""] };
    }
    const regional = textAt(item, "availabilityMode") === "regional";
    const addresses = ofType(parts, "aws:ec2/eip:Eip").length;
    return {
        title: more.length === 0 ? "NAT gateway" : `${more.length + 1} NAT gateways`,
        lines: [
            regional ? "regional: in every zone" : "",
            addresses === 0 ? "" : count(addresses, "fixed address", "fixed addresses"),
        ],
    };
}

function endpoints({ items }: Asked): ReturnType<Facts> {
    const kind = items[0] === undefined ? "" : (textAt(items[0], "vpcEndpointType") ?? "Gateway");
    // com.amazonaws.eu-west-1.ecr.api
    const services = items.map((item) => (textAt(item, "serviceName") ?? "").split(".").slice(3).join("."));
    return {
        title: items.length === 1 ? `${kind} endpoint` : `${items.length} ${kind.toLowerCase()} endpoints`,
        lines: lines(services.filter((one) => one !== "").sort(), 2, 4),
    };
}

/** Lambda functions by what they run: `database-user/index.handler` */
function jobs({ items }: Asked): ReturnType<Facts> {
    const names = items.map((item) => (textAt(item, "handler") ?? item.name).split("/")[0] ?? item.name);
    const counted = [...distinct(names)].sort().map((name) => {
        const many = names.filter((one) => one === name).length;
        return many === 1 ? name : `${name} × ${many}`;
    });
    return { lines: [count(items.length, "Lambda function"), ...lines(counted, 1, 4)] };
}

/** Words in rows of so many, with `and 3 more` in the last row where they are too many. */
function lines(words: readonly string[], perLine: number, most: number): readonly string[] {
    const rows = Array.from({ length: Math.ceil(words.length / perLine) }, (_, i) =>
        words.slice(i * perLine, (i + 1) * perLine).join(", "),
    );
    const rest = words.length - (most - 1) * perLine;
    return rows.length <= most ? rows : [...rows.slice(0, most - 1), `and ${rest} more`];
}

function ofType(items: readonly Item[], type: string): readonly Item[] {
    return items.filter((item) => item.type === type);
}

function count(number: number, one: string, many = `${one}s`): string {
    return `${number} ${number === 1 ? one : many}`;
}
