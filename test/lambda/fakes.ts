/** A small world for each handler: models of the services it calls, and the handler in it. */
import type { DataClient } from "../../lambda/database-user/data.mjs" with { "resolution-mode": "import" };
import type { Answer, Event as UserEvent } from "../../lambda/database-user/index.mjs" with {
    "resolution-mode": "import",
};
import { FakeClock, Trouble, context } from "./fakes/common";
import { FakeEcs } from "./fakes/ecs";
import { FakeMysql } from "./fakes/mysql";
import { FakePostgres } from "./fakes/postgresql";
import { FakeRds } from "./fakes/rds";
import { FakeSecrets } from "./fakes/secrets";

const ACCOUNT = "eu-west-1:123456789012";

export const SECRET = `arn:aws:secretsmanager:${ACCOUNT}:secret:selfhost/dev/wiki/database-1-AbCdEf`;
export const MASTER = `arn:aws:secretsmanager:${ACCOUNT}:secret:rds!cluster-1-AbCdEf`;

export const mysqlEvent: UserEvent = {
    clusterArn: `arn:aws:rds:${ACCOUNT}:cluster:dev-wiki-1`,
    adminSecretArn: MASTER,
    engine: "aurora-mysql",
    database: "wiki_pages",
    user: "wiki_pages_1",
    secretArn: SECRET,
    host: "dev-wiki-1.cluster-abc.eu-west-1.rds.amazonaws.com",
    port: 3306,
    cluster: "dev",
    family: "dev-wiki",
};

export const postgresEvent: UserEvent = {
    ...mysqlEvent,
    engine: "aurora-postgresql",
    database: "wiki",
    user: "wiki_1",
    port: 5432,
};

export function taskDefinition(revision: number, family = "dev-wiki"): string {
    return `arn:aws:ecs:${ACCOUNT}:task-definition/${family}:${revision}`;
}

export class UserWorld {
    readonly clock = new FakeClock();
    readonly trouble = new Trouble();
    readonly secrets = new FakeSecrets();
    readonly mysql = new FakeMysql();
    readonly postgres = new FakePostgres();
    readonly ecs = new FakeEcs(this.clock.now);
    readonly rds = new FakeRds(this.clock.now);
    readonly logs: string[] = [];

    constructor(private readonly data?: DataClient) {
        this.secrets.add(SECRET);
    }

    /** One invocation of the handler, by the function of that name. */
    async run(event: UserEvent, functionName = "dev-job", seconds = 600): Promise<Answer> {
        const { makeHandler } = await import("../../lambda/database-user/index.mjs");
        const server = event.engine === "aurora-mysql" ? this.mysql : this.postgres;
        const handler = makeHandler({
            data: this.trouble.watch(this.data ?? server),
            rds: this.trouble.watch(this.rds),
            secrets: this.trouble.watch(this.secrets),
            ecs: this.trouble.watch(this.ecs),
            clock: this.clock,
            log: (line) => this.logs.push(line),
        });
        return handler(event, context(this.clock, seconds, functionName));
    }

    drop(event: UserEvent, functionName?: string): Promise<Answer> {
        return this.run({ ...event, tf: { action: "delete", prev_input: { ...event } } }, functionName);
    }

    passwordIn(arn = SECRET): string {
        return (JSON.parse(this.secrets.valueOf(arn) ?? "{}") as { password?: string }).password ?? "";
    }

    /** A task definition of the app that reads the secret, or does not. */
    define(revision: number, reads: readonly string[], family?: string): string {
        const arn = taskDefinition(revision, family);
        this.ecs.definitions.set(arn, {
            containerDefinitions: [
                { name: "proxy" },
                { name: "wiki", secrets: reads.map((valueFrom) => ({ valueFrom })) },
            ],
        });
        return arn;
    }

    task(definition: string, lastStatus = "RUNNING", desiredStatus: "RUNNING" | "STOPPED" = "RUNNING"): void {
        const taskArn = `arn:aws:ecs:${ACCOUNT}:task/dev/t${this.ecs.tasks.length}`;
        this.ecs.tasks.push({ taskArn, taskDefinitionArn: definition, lastStatus, desiredStatus });
    }
}
