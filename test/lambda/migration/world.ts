/** The migration handler in a small ECS and RDS. */
import type { Answer, Event } from "../../../lambda/migration/index.mjs" with { "resolution-mode": "import" };
import { FakeClock, Trouble, context } from "../fakes/common";
import { FakeEcs, type FakeTask } from "../fakes/ecs";
import { FakeRds } from "../fakes/rds";

export const DIGEST = `sha256:${"0123456789ab".padEnd(64, "c")}`;

export const event: Event = {
    cluster: "dev",
    taskDefinition: "arn:aws:ecs:eu-west-1:123456789012:task-definition/dev-wiki:12",
    container: "wiki",
    command: ["php", "artisan", "migrate", "--force"],
    subnets: ["subnet-a", "subnet-b"],
    securityGroups: ["sg-1"],
    assignPublicIp: true,
    image: `123456789012.dkr.ecr.eu-west-1.amazonaws.com/dev/wiki@${DIGEST}`,
    deadlineSeconds: 870,
};

export const withSnapshot: Event = { ...event, snapshot: { clusterIdentifier: "dev-wiki-1", keep: 2 } };

export class MigrationWorld {
    readonly clock = new FakeClock();
    readonly trouble = new Trouble();
    readonly ecs = new FakeEcs(this.clock.now);
    readonly rds = new FakeRds(this.clock.now);
    readonly logs: string[] = [];
    /** How often the command ran to its end, well or not. */
    ran = 0;

    constructor() {
        this.ecs.definitions.set(event.taskDefinition, {
            containerDefinitions: [
                { name: "init" },
                {
                    name: "wiki",
                    logConfiguration: {
                        options: { "awslogs-group": "/selfhost/dev/wiki", "awslogs-stream-prefix": "wiki" },
                    },
                },
            ],
        });
        this.ecs.fates.push(this.exits(0));
        this.rds.fate = (snapshot) => {
            this.clock.in(45, () => (snapshot.Status = "available"));
        };
    }

    /** A task that stops by itself, with the status of its container. */
    exits(
        exitCode: number | undefined,
        seconds = 30,
        more: Partial<FakeTask> = {},
    ): (task: FakeTask) => void {
        return (task) => {
            this.clock.in(seconds, () => {
                this.ran += exitCode === undefined ? 0 : 1;
                Object.assign(task, {
                    lastStatus: "STOPPED",
                    desiredStatus: "STOPPED",
                    stopCode: "EssentialContainerExited",
                    stoppedReason: "Essential container in task exited",
                    containers: [
                        { name: "init", exitCode: 0 },
                        { name: "wiki", ...(exitCode === undefined ? {} : { exitCode }) },
                    ],
                    ...more,
                });
            });
        };
    }

    async run(request: Event = event, seconds = 900): Promise<Answer> {
        const { makeHandler } = await import("../../../lambda/migration/index.mjs");
        const handler = makeHandler({
            ecs: this.trouble.watch(this.ecs),
            rds: this.trouble.watch(this.rds),
            clock: this.clock,
            log: (line) => this.logs.push(line),
        });
        return handler(request, context(this.clock, seconds));
    }
}
