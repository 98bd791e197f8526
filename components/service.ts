import * as pulumi from "@pulumi/pulumi";
import * as aws from "@pulumi/aws";
import type { ServiceArgs } from "./service/args";
import { type Commands, commands } from "./service/commands";
import { connectionOf } from "./service/connection";
import { definitionNow, releasedDefinition } from "./service/definition";
import {
    type Checks,
    checksAfter,
    checksBefore,
    type CodeDeployTarget,
    codeDeployOf,
} from "./service/checks";
import {
    alarmsOf,
    capacityOf,
    deploymentOf,
    loadBalancerOf,
    ownedElsewhere,
    serviceLabel,
    timeoutsOf,
} from "./service/deployment";
import { migrate, type Migration } from "./service/migration";
import { applicationRole, executionRole, type GrantedRole, infrastructureRole } from "./service/roles";
import { scaleService } from "./service/scaling";

export type {
    ExecAudit,
    ServiceArgs,
    ServiceAttachment,
    ServiceCluster,
    ServiceConnection,
    ServiceDatabase,
} from "./service/args";
export type { CodeDeployTarget } from "./service/checks";
export type { Commands } from "./service/commands";
export { directUrl } from "./service/connection";
export type { Migration } from "./service/migration";
export { permissionStatements } from "./service/permissions";

/** One app's tasks: their log, roles and definition, the ECS service that keeps them running, and its scaling. */
export class Service extends pulumi.ComponentResource {
    readonly serviceName: pulumi.Output<string>;
    /** Known once the tasks answer: of a new service as of one that was changed. */
    readonly serviceId: pulumi.Output<string>;
    /** The revision that the program registered last; another deployer may run another one. */
    readonly taskDefinitionArn: pulumi.Output<string>;
    readonly family: pulumi.Output<string>;
    readonly logGroupName: pulumi.Output<string>;
    readonly taskRoleArn: pulumi.Output<string>;
    /** What starts the tasks and what they act as: whoever deploys them must be allowed to hand these over. */
    readonly taskRoleArns: readonly pulumi.Output<string>[];
    /** JSON of a task definition with `<IMAGE1_NAME>` for the image: what another deployer than `up` registers. */
    readonly releasedDefinition: pulumi.Output<string>;
    /** What CodeDeploy deploys to; undefined where ECS deploys. */
    readonly codeDeploy: CodeDeployTarget | undefined;
    /** What changes the database for a release; undefined where the application has no migrations. */
    readonly migration: Migration | undefined;
    /** Asks the running version; undefined where nothing is to be asked. */
    readonly smokeFunctionName: pulumi.Output<string> | undefined;
    readonly smokeFunctionArn: pulumi.Output<string> | undefined;
    /** What exists when the service answers, as far as `up` waits for that. */
    readonly answers: readonly pulumi.Resource[];
    readonly commands: pulumi.Output<Commands>;

    constructor(name: string, args: ServiceArgs, opts?: pulumi.ComponentResourceOptions) {
        super("selfhost:index:Service", name, {}, opts);
        const logs = this.createLogGroup(name, args);
        const execution = executionRole(name, args, logs.arn, this);
        const application = applicationRole(name, args, logs.arn, this);
        const definition = this.createTaskDefinition(name, args, logs, execution, application);
        // A policy that went before the service would leave it draining: ECS could no longer let its tasks go.
        const ready = [...execution.policies, ...application.policies, ...args.dependsOn];
        this.migration = this.runMigrations(name, args, definition, [execution, application], ready);
        const checks = checksBefore(name, args, this);
        const service = this.createService(name, args, definition, logs, checks, [
            ...ready,
            ...(this.migration === undefined ? [] : [this.migration.done]),
        ]);
        const after = checksAfter(
            name,
            { service: args, checks, created: service, definition, taskRoles: [execution, application] },
            this,
        );
        scaleService(
            name,
            {
                scale: args.app.scale,
                clusterName: args.cluster.name,
                serviceName: service.name,
                attachment: args.attachment,
            },
            this,
        );

        this.serviceName = service.name;
        this.serviceId = service.id;
        this.taskDefinitionArn = definition.arn;
        this.family = definition.family;
        this.logGroupName = logs.name;
        this.taskRoleArn = application.arn;
        this.taskRoleArns = [execution.arn, application.arn];
        this.releasedDefinition = releasedDefinition(args, logs, execution, application);
        this.codeDeploy = codeDeployOf(checks);
        this.smokeFunctionName = after.smokeFunctionName;
        this.smokeFunctionArn = after.smokeFunctionArn;
        this.answers = after.answers;
        this.commands = commandsOf(args, this.serviceName, this.logGroupName);
        this.registerOutputs({
            serviceName: this.serviceName,
            taskDefinitionArn: this.taskDefinitionArn,
            logGroupName: this.logGroupName,
            taskRoleArn: this.taskRoleArn,
            commands: this.commands,
        });
    }

    private createLogGroup(name: string, { app, environment }: ServiceArgs): aws.cloudwatch.LogGroup {
        return new aws.cloudwatch.LogGroup(
            `${name}-logs`,
            { name: `/selfhost/${environment}/${app.name}`, retentionInDays: app.logRetentionDays },
            { parent: this },
        );
    }

    private createTaskDefinition(
        name: string,
        args: ServiceArgs,
        logs: aws.cloudwatch.LogGroup,
        execution: GrantedRole,
        application: GrantedRole,
    ): aws.ecs.TaskDefinition {
        return new aws.ecs.TaskDefinition(
            `${name}-definition`,
            {
                ...definitionNow(args, logs, execution, application),
                trackLatest: false,
                // The revision before stays active: ECS refuses to go back to an inactive one, whether its circuit
                // breaker wants to or a person does. Revisions cost nothing.
                // https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deregister-task-definition-v2.html
                skipDestroy: true,
            },
            { parent: this },
        );
    }

    private runMigrations(
        name: string,
        args: ServiceArgs,
        definition: aws.ecs.TaskDefinition,
        roles: readonly GrantedRole[],
        ready: readonly pulumi.Input<pulumi.Resource>[],
    ): Migration | undefined {
        const command = args.app.preset.migrate;
        const taskDefinitionArn = definition.arn;
        return command === undefined
            ? undefined
            : migrate(`${name}-migration`, { service: args, command, taskDefinitionArn, roles, ready }, this);
    }

    private createService(
        name: string,
        args: ServiceArgs,
        definition: aws.ecs.TaskDefinition,
        logs: aws.cloudwatch.LogGroup,
        { alarmNames, hook }: Checks,
        ready: readonly pulumi.Input<pulumi.Resource>[],
    ): aws.ecs.Service {
        const { app, attachment } = args;
        // Only where there is another group to shift traffic to, and ECS is the one who shifts.
        const infrastructure =
            attachment.targetGroups.alternate === undefined || attachment.ruleArn === undefined
                ? undefined
                : infrastructureRole(name, args, this);
        return new aws.ecs.Service(
            serviceLabel(name, app.deploy),
            {
                ...deploymentOf(app.deploy, hook),
                ...alarmsOf(app, args.environment, alarmNames),
                cluster: args.cluster.arn,
                taskDefinition: definition.arn,
                desiredCount: app.scale.min,
                schedulingStrategy: "REPLICA",
                capacityProviderStrategies: capacityOf(app.capacity),
                platformVersion: "LATEST",
                networkConfiguration: {
                    assignPublicIp: args.assignPublicIp,
                    securityGroups: [attachment.securityGroupId],
                    subnets: [...args.subnetIds],
                },
                loadBalancers: [loadBalancerOf(app, attachment, infrastructure?.arn)],
                ...connectionOf(args, logs.name),
                enableExecuteCommand: app.exec,
                enableEcsManagedTags: true,
                propagateTags: "SERVICE",
                forceDelete: args.disposable,
            },
            {
                parent: this,
                dependsOn: [
                    ...ready,
                    ...attachment.dependsOn,
                    ...(infrastructure?.policies ?? []),
                    ...(hook?.policies ?? []),
                ],
                ignoreChanges: ownedElsewhere(app),
                customTimeouts: timeoutsOf(app.deploy),
                // ECS gives a name to one service at a time.
                ...(args.connection?.published === true ? { deleteBeforeReplace: true } : {}),
            },
        );
    }
}

function commandsOf(
    { app, region, cluster }: ServiceArgs,
    serviceName: pulumi.Output<string>,
    logGroupName: pulumi.Output<string>,
): pulumi.Output<Commands> {
    return pulumi.all([cluster.name, serviceName, logGroupName]).apply(([clusterName, service, logGroup]) =>
        commands({
            region,
            cluster: clusterName,
            service,
            container: app.name,
            logGroup,
            exec: app.exec,
        }),
    );
}
