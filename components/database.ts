import * as pulumi from "@pulumi/pulumi";
import * as aws from "@pulumi/aws";
import { firstName, type Named } from "../settings/formerly";
import type { AppDatabase, DatabaseCluster } from "../settings/settings";
import { type Cluster, createCluster } from "./database/cluster";
import { type Generation, generationsOf } from "./database/generations";
import { parametersFor } from "./database/parameters";
import { registerUser, SECRET_KEY } from "./database/user";
import { allowFlow } from "./flow";
import { Job } from "./job";
import type { Place } from "./place";
import { secretPrefix } from "./recovery";
import { aliased } from "./renamed";
import { familyOf } from "./service/task";
import type { Statement } from "./statement";

/** Seconds in which a paused cluster resumes, and the tasks that still read an old password have stopped. */
const JOB_SECONDS = 600;

export interface DatabaseArgs extends Place {
    readonly settings: DatabaseCluster;
    readonly vpcId: pulumi.Input<string>;
    /** The data subnets. */
    readonly subnetIds: readonly pulumi.Input<string>[];
}

export interface UserOfArgs {
    readonly app: Named;
    /** The app's own database in the cluster, and which key of the secret each of the container's variables carries. */
    readonly database: Pick<
        AppDatabase,
        "createsDatabases" | "credentialsGeneration" | "databaseName" | "variables"
    >;
    /** Name of the ECS cluster that the app's tasks run in. */
    readonly cluster: pulumi.Input<string>;
}

export interface DatabaseUser {
    /** Another one for every generation: `user-1-2`. */
    readonly name: string;
    /** `valueFrom` of the container's secrets, by the name of the environment variable. */
    readonly valueFrom: Readonly<Record<string, pulumi.Output<string>>>;
    /** What ECS's execution role needs to read them. */
    readonly statements: readonly Statement[];
    /** The same for the users of every generation, where tasks may still start that read an earlier one. */
    readonly statementsForAll: readonly Statement[];
    /** A task that starts before these exist finds no user. */
    readonly ready: readonly pulumi.Resource[];
}

/** An Aurora cluster, closed to everybody who was not let in, with a database and a user for each app that uses it. */
export class Database extends pulumi.ComponentResource {
    /** The writer's endpoint, whichever instance that is. */
    readonly host: pulumi.Output<string>;
    readonly port: number;
    readonly clusterArn: pulumi.Output<string>;
    readonly clusterIdentifier: string;
    readonly masterSecretArn: pulumi.Output<string>;
    readonly securityGroupId: pulumi.Output<string>;

    private readonly current: Cluster;
    private readonly previous: readonly Cluster[];

    constructor(
        private readonly name: string,
        private readonly args: DatabaseArgs,
        opts?: pulumi.ComponentResourceOptions,
    ) {
        super("selfhost:index:Database", name, {}, opts);
        this.securityGroupId = this.createSecurityGroup();
        const { current, previous } = this.createClusters();
        this.current = current;
        this.previous = previous;
        this.host = current.host;
        this.port = current.port;
        this.clusterArn = current.arn;
        this.clusterIdentifier = current.identifier;
        this.masterSecretArn = current.masterSecretArn;
        this.registerOutputs({
            host: this.host,
            port: this.port,
            clusterArn: this.clusterArn,
            clusterIdentifier: this.clusterIdentifier,
        });
    }

    /**
     * Makes an app's database and user, by a function of its own: the policies of one for all apps of a shared cluster
     * would together pass what IAM allows a role (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html).
     * A cluster that is kept beside the current one keeps its users too.
     */
    userOf({ app, database, cluster: taskCluster }: UserOfArgs): DatabaseUser {
        const { environment, settings, accountId } = this.args;
        const labelOf = (appName: string): string =>
            settings.shared ? `${this.name}-${appName}` : this.name;
        const name = labelOf(app.name);
        const formerly = settings.shared ? app.formerly.map(labelOf) : [];
        const job = new Job(
            `${name}-users`,
            {
                environment,
                label: `${settings.shared ? labelOf(firstName(app)) : labelInAws(settings)}-users`,
                handler: "database-user",
                statements: [],
                timeoutSeconds: JOB_SECONDS,
                logRetentionDays: settings.logRetentionDays,
                accountId,
            },
            aliased({ parent: this }, formerly, (former) => `${former}-users`),
        );
        const taskFamily = familyOf(environment, firstName(app));
        const { engine } = settings;
        const register = (cluster: Cluster) =>
            registerUser(
                name,
                {
                    ...this.args,
                    ...database,
                    app: firstName(app),
                    engine,
                    cluster,
                    job,
                    taskCluster,
                    taskFamily,
                    formerly,
                },
                { parent: this },
            );
        this.previous.forEach(register);
        const { name: user, secretArn, ready } = register(this.current);
        return {
            name: user,
            valueFrom: Object.fromEntries(
                Object.entries(database.variables).map(([variable, key]) => [
                    variable,
                    pulumi.interpolate`${secretArn}:${key}::`,
                ]),
            ),
            statements: [readStatement(secretArn)],
            statementsForAll: [readStatement(this.everySecretOf(firstName(app)))],
            ready: [ready],
        };
    }

    private everySecretOf(app: string): pulumi.Output<string> {
        const { partition, region, accountId, environment } = this.args;
        const prefix = secretPrefix({ environment, app, key: SECRET_KEY });
        return pulumi.interpolate`arn:${partition}:secretsmanager:${region}:${accountId}:secret:${prefix}*`;
    }

    /** Lets a security group connect; returns what must exist before it can. */
    allowFrom(app: Named, securityGroupId: pulumi.Input<string>): readonly pulumi.Resource[] {
        return allowFlow(
            `${this.name}-${app.name}`,
            {
                fromGroupId: securityGroupId,
                toGroupId: this.securityGroupId,
                port: this.port,
                description: `Database connections from ${firstName(app)}`,
            },
            { parent: this },
            app.formerly.map((former) => `${this.name}-${former}`),
        );
    }

    private createSecurityGroup(): pulumi.Output<string> {
        const group = new aws.ec2.SecurityGroup(
            `${this.name}-group`,
            { vpcId: this.args.vpcId, description: describe(this.args) },
            { parent: this },
        );
        return group.id;
    }

    /** Subnets, parameters and security group are the same for every generation, so that each can be compared. */
    private createClusters(): { readonly current: Cluster; readonly previous: readonly Cluster[] } {
        const { settings, subnetIds, partition, region, accountId } = this.args;
        const label = describe(this.args);
        const subnets = new aws.rds.SubnetGroup(
            `${this.name}-subnets`,
            { description: label, subnetIds: [...subnetIds] },
            { parent: this },
        );
        const parameters = new aws.rds.ClusterParameterGroup(
            `${this.name}-parameters`,
            {
                description: label,
                family: settings.family,
                parameters: [...parametersFor(settings.engine, settings.logExports)],
            },
            { parent: this },
        );
        const create = (generation: Generation) =>
            createCluster(
                `${this.name}-${generation.number}`,
                {
                    ...this.args,
                    generation,
                    subnetGroupName: subnets.name,
                    parameterGroupName: parameters.name,
                    securityGroupId: this.securityGroupId,
                    restoreKeyArn: pulumi.interpolate`arn:${partition}:kms:${region}:${accountId}:alias/aws/rds`,
                },
                { parent: this },
            );
        const { current, previous } = generationsOf(settings.restore);
        return { previous: previous.map(create), current: create(current) };
    }
}

function describe({ settings, environment }: DatabaseArgs): string {
    return `${settings.shared ? "Shared database" : "Database of"} ${firstName(settings)} in ${environment}`;
}

/** What the component is called whose cluster was never renamed. */
function labelInAws(settings: DatabaseCluster): string {
    return `${firstName(settings)}-database`;
}

function readStatement(secretArn: pulumi.Input<string>): Statement {
    return {
        Sid: "ReadDatabaseUser",
        Effect: "Allow",
        Action: ["secretsmanager:GetSecretValue"],
        Resource: [secretArn],
    };
}
