import { awsError } from "./common";

export interface FakeTask {
    taskArn: string;
    taskDefinitionArn: string;
    lastStatus: string;
    desiredStatus: "RUNNING" | "STOPPED";
    createdAt?: Date;
    stopCode?: string;
    stoppedReason?: string;
    containers?: { name: string; exitCode?: number; reason?: string }[];
}

export interface FakeService {
    serviceName: string;
    status: string;
    taskDefinition: string;
    deployments?: { taskDefinition: string }[];
}

export interface FakeDefinition {
    readonly containerDefinitions: readonly {
        readonly name?: string;
        readonly secrets?: readonly { readonly valueFrom: string }[];
        readonly logConfiguration?: {
            readonly options?: Readonly<Record<string, string>>;
            readonly secretOptions?: readonly { readonly valueFrom: string }[];
        };
    }[];
}

export interface RunTaskInput {
    readonly cluster: string;
    readonly taskDefinition: string;
    readonly clientToken: string;
    readonly overrides: { readonly containerOverrides: readonly { readonly command: readonly string[] }[] };
}

const PAGE = 2;

/** One ECS cluster: its tasks, its services, and the task definitions they run. */
export class FakeEcs {
    exists = true;
    tasks: FakeTask[] = [];
    services: FakeService[] = [];
    readonly definitions = new Map<string, FakeDefinition>();
    /** Every request that started a task or was answered with one. */
    readonly runs: RunTaskInput[] = [];
    readonly ahead: (Error | { failures: { reason: string }[] })[] = [];
    /** What becomes of the next tasks, in order; the last one of all others too. */
    readonly fates: ((task: FakeTask) => void)[] = [];
    private readonly tokens = new Map<string, string>();
    private started = 0;

    constructor(private readonly now: () => number) {}

    private check(): void {
        if (!this.exists) {
            throw awsError("ClusterNotFoundException");
        }
    }

    listTasks(input: {
        family: string;
        desiredStatus: string;
        nextToken?: string;
    }): Promise<{ taskArns: string[]; nextToken?: string }> {
        this.check();
        const all = this.tasks
            .filter(({ desiredStatus }) => desiredStatus === input.desiredStatus)
            .filter(({ taskDefinitionArn }) => taskDefinitionArn.includes(`/${input.family}:`))
            .map(({ taskArn }) => taskArn);
        const { items, rest } = page(all, input.nextToken);
        return Promise.resolve({ taskArns: items, ...rest });
    }

    describeTasks({ tasks }: { tasks: readonly string[] }): Promise<{ tasks: FakeTask[] }> {
        this.check();
        return Promise.resolve({ tasks: this.tasks.filter(({ taskArn }) => tasks.includes(taskArn)) });
    }

    listServices(input: { nextToken?: string }): Promise<{ serviceArns: string[]; nextToken?: string }> {
        this.check();
        const { items, rest } = page(
            this.services.map(({ serviceName }) => serviceName),
            input.nextToken,
        );
        return Promise.resolve({ serviceArns: items, ...rest });
    }

    describeServices({ services }: { services: readonly string[] }): Promise<{ services: FakeService[] }> {
        this.check();
        return Promise.resolve({
            services: this.services.filter(({ serviceName }) => services.includes(serviceName)),
        });
    }

    describeTaskDefinition({ taskDefinition }: { taskDefinition: string }): Promise<{
        taskDefinition: FakeDefinition;
    }> {
        const found = this.definitions.get(taskDefinition);
        if (found === undefined) {
            throw awsError("ClientException", "Unable to describe task definition.");
        }
        return Promise.resolve({ taskDefinition: found });
    }

    runTask(input: RunTaskInput): Promise<{ tasks: FakeTask[]; failures: { reason: string }[] }> {
        this.check();
        const ahead = this.ahead.shift();
        if (ahead instanceof Error) {
            throw ahead;
        }
        if (ahead !== undefined) {
            return Promise.resolve({ tasks: [], ...ahead });
        }
        this.runs.push(input);
        const known = this.tokens.get(input.clientToken);
        if (known !== undefined) {
            // What ECS answers is the original result.
            const task = this.tasks.find(({ taskArn }) => taskArn === known);
            const created = this.created.get(known);
            return Promise.resolve({
                tasks: [
                    task ?? {
                        taskArn: known,
                        taskDefinitionArn: input.taskDefinition,
                        lastStatus: "PROVISIONING",
                        desiredStatus: "RUNNING",
                        ...(created === undefined ? {} : { createdAt: created }),
                    },
                ],
                failures: [],
            });
        }
        const task: FakeTask = {
            taskArn: `arn:aws:ecs:eu-west-1:123456789012:task/dev/${String(++this.started).padStart(8, "0")}`,
            taskDefinitionArn: input.taskDefinition,
            lastStatus: "PROVISIONING",
            desiredStatus: "RUNNING",
            createdAt: new Date(this.now()),
        };
        this.tasks.push(task);
        this.tokens.set(input.clientToken, task.taskArn);
        this.created.set(task.taskArn, new Date(this.now()));
        const fate = this.fates.length > 1 ? this.fates.shift() : this.fates[0];
        fate?.(task);
        return Promise.resolve({ tasks: [{ ...task }], failures: [] });
    }

    private readonly created = new Map<string, Date>();
}

function page(all: readonly string[], token = "0"): { items: string[]; rest: { nextToken?: string } } {
    const end = Number(token) + PAGE;
    return { items: all.slice(Number(token), end), rest: end < all.length ? { nextToken: String(end) } : {} };
}
