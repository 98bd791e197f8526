/** What tells a good version from a bad one, around the service: some of it must be there before, some comes after. */
import type * as pulumi from "@pulumi/pulumi";
import type * as aws from "@pulumi/aws";
import { isShifted } from "../../settings/deploy";
import type { Job } from "../job";
import { createAlarms } from "./alarms";
import type { ServiceArgs } from "./args";
import { createApplication, createDeploymentGroup, type DeployApplication } from "./codeDeploy";
import type { Hook } from "./deployment";
import type { GrantedRole } from "./roles";
import {
    createAsker,
    createSmoke,
    hookOf,
    lookStatements,
    putBackStatements,
    reportStatements,
    smokeAfter,
    smokeFirst,
} from "./smoke";

/** What exists before the service. */
export interface Checks {
    readonly alarmNames: readonly pulumi.Output<string>[];
    readonly application: DeployApplication | undefined;
    /** The function that ECS or CodeDeploy asks in the middle of a deployment. */
    readonly smoke: Job | undefined;
    readonly hook: (Hook & Pick<GrantedRole, "policies">) | undefined;
}

export interface CodeDeployTarget {
    readonly applicationName: pulumi.Output<string>;
    readonly groupName: string;
}

export function codeDeployOf({ application }: Checks): CodeDeployTarget | undefined {
    return application && { applicationName: application.name, groupName: application.groupName };
}

export function checksBefore(name: string, args: ServiceArgs, parent: pulumi.Resource): Checks {
    const { app, attachment } = args;
    const { alarms } = app.deploy;
    const alarmNames =
        alarms.kind === "on"
            ? createAlarms(name, { app: app.name, thresholds: alarms, attachment }, parent).map(
                  (alarm) => alarm.name,
              )
            : [];
    if (app.deploy.strategy === "codeDeploy") {
        const application = createApplication(name, args, parent);
        const smoke = createSmoke(name, args, reportStatements(application.groupArn), parent);
        return { alarmNames, application, smoke, hook: undefined };
    }
    // The provider does not send a list without hooks, and ECS would keep one whose function is gone: there always is one.
    // https://github.com/hashicorp/terraform-provider-aws/blob/main/internal/service/ecs/service.go
    const smoke = isShifted(app.deploy)
        ? createAsker(name, args, lookStatements(name, args), parent)
        : undefined;
    return {
        alarmNames,
        application: undefined,
        smoke,
        hook: smoke && hookOf(name, args, smoke, parent),
    };
}

export interface AfterArgs {
    readonly service: ServiceArgs;
    readonly checks: Checks;
    readonly created: aws.ecs.Service;
    readonly definition: aws.ecs.TaskDefinition;
    /** The two roles of the tasks. */
    readonly taskRoles: readonly GrantedRole[];
}

export interface After {
    readonly smokeFunctionName: pulumi.Output<string> | undefined;
    readonly smokeFunctionArn: pulumi.Output<string> | undefined;
    /** What exists when the service answers, as far as `up` waits for that. */
    readonly answers: readonly pulumi.Resource[];
}

export function checksAfter(name: string, args: AfterArgs, parent: pulumi.Resource): After {
    const { service, checks, created } = args;
    const { app } = service;
    if (app.deploy.strategy === "codeDeploy" && checks.application !== undefined) {
        const { application, alarmNames, smoke } = checks;
        const { deploy } = app;
        const group = createDeploymentGroup(
            name,
            {
                service,
                deploy,
                application,
                serviceName: created.name,
                alarmNames,
                smokeArn: smoke?.functionArn,
                taskRoles: args.taskRoles,
            },
            parent,
        );
        const first = smoke && smokeFirst(name, service, smoke, created, parent);
        return asked(smoke, first === undefined ? [created, group] : [created, group, first]);
    }
    if (app.deploy.strategy !== "rolling") {
        return asked(checks.smoke, [created]);
    }
    const smoke = createSmoke(name, service, putBackStatements(service, created.name), parent);
    const run =
        smoke === undefined || app.deployer !== "pulumi"
            ? undefined
            : smokeAfter(name, service, smoke, created, args.definition.arn, parent);
    return asked(smoke, run === undefined ? [created] : [created, run]);
}

function asked(smoke: Job | undefined, answers: readonly pulumi.Resource[]): After {
    return { smokeFunctionName: smoke?.functionName, smokeFunctionArn: smoke?.functionArn, answers };
}
