import * as pulumi from "@pulumi/pulumi";
import * as aws from "@pulumi/aws";
import type { ClusterSettings, CreatedCluster } from "../settings/settings";
import type { Place } from "./place";
import { keyRecoveryDays } from "./recovery";

export interface ClusterArgs extends Place {
    readonly settings: ClusterSettings;
}

/** Where ECS Exec sessions are recorded, and the key that encrypts them. */
export interface ExecAudit {
    readonly logGroupArn: pulumi.Output<string>;
    readonly kmsKeyArn: pulumi.Output<string>;
}

interface Audit {
    readonly key: aws.kms.Key;
    readonly group: aws.cloudwatch.LogGroup;
}

/** The ECS cluster that the services run in, with Fargate and Fargate Spot to run on, and the names they find each other by. */
export class Cluster extends pulumi.ComponentResource {
    readonly name: pulumi.Output<string>;
    readonly arn: pulumi.Output<string>;
    /** Undefined where no app allows ECS Exec, and for an adopted cluster, whose owner decides. */
    readonly execAudit: ExecAudit | undefined;
    /** Of Service Connect; undefined where no app reaches another. */
    readonly namespaceArn: pulumi.Output<string> | undefined;

    constructor(name: string, args: ClusterArgs, opts?: pulumi.ComponentResourceOptions) {
        super("selfhost:index:Cluster", name, {}, opts);
        const { settings, partition, region, accountId } = args;
        if (settings.kind === "create") {
            const audit = this.createAudit(`${name}-exec`, settings, args);
            const cluster = this.createCluster(`${name}-cluster`, settings, audit);
            const capacity = this.addCapacity(`${name}-capacity`, settings, cluster);
            this.name = cluster.name;
            // Whoever has the ARN has waited for Fargate: without it, ECS refuses a service that asks for it.
            this.arn = pulumi.all([cluster.arn, capacity.id]).apply(([arn]) => arn);
            this.execAudit = audit && { logGroupArn: audit.group.arn, kmsKeyArn: audit.key.arn };
        } else {
            this.name = pulumi.output(settings.name);
            this.arn = pulumi.interpolate`arn:${partition}:ecs:${region}:${accountId}:cluster/${settings.name}`;
            this.execAudit = undefined;
        }
        this.namespaceArn =
            settings.namespace === undefined
                ? undefined
                : this.createNamespace(`${name}-namespace`, settings.namespace, args);
        this.registerOutputs({ name: this.name, arn: this.arn });
    }

    private createCluster(name: string, settings: CreatedCluster, audit: Audit | undefined): aws.ecs.Cluster {
        return new aws.ecs.Cluster(
            name,
            {
                name: settings.name,
                settings: [{ name: "containerInsights", value: settings.containerInsights }],
                // Always written: AWS keeps the old configuration of a cluster that comes without one.
                configuration: { executeCommandConfiguration: execConfiguration(audit) },
            },
            { parent: this },
        );
    }

    private addCapacity(
        name: string,
        settings: CreatedCluster,
        cluster: aws.ecs.Cluster,
    ): aws.ecs.ClusterCapacityProviders {
        return new aws.ecs.ClusterCapacityProviders(
            name,
            {
                clusterName: cluster.name,
                capacityProviders: ["FARGATE", "FARGATE_SPOT"],
                defaultCapacityProviderStrategies: settings.capacity.map(({ provider, base, weight }) => ({
                    capacityProvider: provider,
                    base,
                    weight,
                })),
            },
            { parent: this },
        );
    }

    /** Only ECS asks it: unlike one with DNS, it answers nobody else and costs nothing. */
    private createNamespace(
        name: string,
        namespace: string,
        { environment }: ClusterArgs,
    ): pulumi.Output<string> {
        const made = new aws.servicediscovery.HttpNamespace(
            name,
            { name: namespace, description: `Apps of ${environment} that reach one another` },
            { parent: this },
        );
        return made.arn;
    }

    /** Who did what in a container is kept, unreadable for those who may only read logs. */
    private createAudit(name: string, { execLogDays }: CreatedCluster, args: ClusterArgs): Audit | undefined {
        if (execLogDays === undefined) {
            return undefined;
        }
        const groupName = `/selfhost/${args.environment}/ecs/exec`;
        const key = new aws.kms.Key(
            name,
            {
                description: `ECS Exec sessions of ${args.environment}`,
                enableKeyRotation: true,
                deletionWindowInDays: keyRecoveryDays(args),
                policy: keyPolicy(groupName, args),
            },
            { parent: this },
        );
        const group = new aws.cloudwatch.LogGroup(
            name,
            { name: groupName, retentionInDays: execLogDays, kmsKeyId: key.arn },
            { parent: this },
        );
        return { key, group };
    }
}

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-exec.html#ecs-exec-logging */
function execConfiguration(
    audit: Audit | undefined,
): aws.types.input.ecs.ClusterConfigurationExecuteCommandConfiguration {
    if (audit === undefined) {
        return { logging: "DEFAULT" };
    }
    return {
        logging: "OVERRIDE",
        kmsKeyId: audit.key.arn,
        logConfiguration: {
            cloudWatchEncryptionEnabled: true,
            cloudWatchLogGroupName: audit.group.name,
        },
    };
}

/**
 * CloudWatch Logs may use the key for this one log group; everybody else needs a policy of their own, which the first
 * statement makes possible. `*` is the key itself here.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
 */
function keyPolicy(groupName: string, { region, partition, accountId }: ClusterArgs): pulumi.Output<string> {
    const groupArn = pulumi.interpolate`arn:${partition}:logs:${region}:${accountId}:log-group:${groupName}`;
    return pulumi.jsonStringify({
        Version: "2012-10-17",
        Statement: [
            {
                Sid: "Account",
                Effect: "Allow",
                Principal: { AWS: pulumi.interpolate`arn:${partition}:iam::${accountId}:root` },
                Action: "kms:*",
                Resource: "*",
            },
            {
                Sid: "Logs",
                Effect: "Allow",
                Principal: { Service: `logs.${region}.amazonaws.com` },
                Action: [
                    "kms:Decrypt*",
                    "kms:Describe*",
                    "kms:Encrypt*",
                    "kms:GenerateDataKey*",
                    "kms:ReEncrypt*",
                ],
                Resource: "*",
                Condition: { ArnEquals: { "kms:EncryptionContext:aws:logs:arn": groupArn } },
            },
        ],
    });
}
