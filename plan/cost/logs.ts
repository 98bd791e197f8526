/** Log groups: what is written to each is known from who writes to it. */
import type { Resource } from "../graph";
import { containersOf } from "./compute";
import {
    DAYS_PER_MONTH,
    numberAt,
    property,
    type Reading,
    SERVICE,
    TASK_DEFINITION,
    textAt,
} from "./reading";
import { always, type Pricer, type Situation, type Use } from "./situation";
import { runningTasks, total } from "./tasks";
import type { Traffic } from "./traffic";

type Gigabytes = Pick<Use, "quantity" | "idle">;

const MB = 1000;
const KB = 1_000_000;

/** Megabytes of log that a task writes in an hour without being asked anything but its health. */
const TASK_MB_PER_HOUR = 0.2;

/** GB a month of flow log that health checks and port scanners leave. */
const FLOW_IDLE_GB = 0.2;

/** Kilobytes of flow log that one request leaves: a connection serves several, and is seen at each of its ends. */
const FLOW_KB = 0.12;

/** Kilobytes of audit log for one request: connecting and disconnecting. */
const AUDIT_KB = 0.5;

/** GB a month of a log that is written on rare occasions: jobs, sessions, errors. */
const RARE_GB = 0.01;

/** Months that a log without an end has grown by when its storage is priced. */
const UNENDING_MONTHS = 12;

/** CloudWatch charges for what it keeps after compressing it: https://aws.amazon.com/cloudwatch/pricing/ (examples) */
const COMPRESSION = 0.15;

export const logGroup: Pricer = (resource, situation) => {
    const written = gigabytes(resource, situation);
    const retention = numberAt(resource, "retentionInDays") ?? 0;
    const months = retention === 0 ? UNENDING_MONTHS : retention / DAYS_PER_MONTH;
    return [
        // The delivery of flow logs has its own price, which the flow log itself carries.
        { item: "logs.ingest", ...(flowLogInto(resource, situation.reading) === undefined ? written : NONE) },
        // What was written before stays while nobody comes.
        always("logs.storage", written.quantity * months * COMPRESSION),
    ];
};

const NONE: Gigabytes = { quantity: 0, idle: 0 };

function flowLogInto(group: Resource, reading: Reading): Resource | undefined {
    return reading.referring(group, "logDestination", "aws:ec2/flowLog:FlowLog")[0];
}

/** What a flow log delivers; visitors are let in, so a log of what is refused does not mention them. */
export function flowLogGb(flowLog: Resource, { reading, traffic }: Situation): Gigabytes {
    const services = reading.all(SERVICE).length;
    const seen = textAt(flowLog, "trafficType") === "REJECT" ? 0 : services * traffic.requests;
    return { quantity: FLOW_IDLE_GB + (seen * FLOW_KB) / KB, idle: FLOW_IDLE_GB };
}

function gigabytes(group: Resource, situation: Situation): Gigabytes {
    const { reading, traffic } = situation;
    const services = reading
        .all(SERVICE)
        .filter((service) => logGroupsOf(service, reading).includes(textAt(group, "name") ?? ""));
    if (services.length > 0) {
        return services.map((service) => appLogGb(service, reading, traffic)).reduce(add, NONE);
    }
    const flowLog = flowLogInto(group, reading);
    if (flowLog !== undefined) {
        return flowLogGb(flowLog, situation);
    }
    return /^\/aws\/rds\/cluster\/.*\/audit$/.test(textAt(group, "name") ?? "")
        ? { quantity: RARE_GB + (traffic.requests * AUDIT_KB) / KB, idle: RARE_GB }
        : { quantity: RARE_GB, idle: RARE_GB };
}

/** What the containers of a service write. */
export function appLogGb(service: Resource, reading: Reading, traffic: Traffic): Gigabytes {
    const { hours, idle } = runningTasks(service, reading, traffic);
    return {
        quantity: (total(hours) * TASK_MB_PER_HOUR) / MB + (traffic.requests * traffic.logKbPerRequest) / KB,
        idle: (total(idle) * TASK_MB_PER_HOUR) / MB,
    };
}

function logGroupsOf(service: Resource, reading: Reading): readonly string[] {
    const definition = reading.referred(service, "taskDefinition", TASK_DEFINITION);
    return (definition === undefined ? [] : containersOf(definition)).flatMap((container) => {
        const options = property(property(container, "logConfiguration"), "options");
        const name = property(options, "awslogs-group");
        return typeof name === "string" ? [name] : [];
    });
}

function add(a: Gigabytes, b: Gigabytes): Gigabytes {
    return { quantity: a.quantity + b.quantity, idle: a.idle + b.idle };
}
