/** Tests of a new version: a function that asks it, and whoever invokes that at the moment that the strategy has for it. */
import * as pulumi from "@pulumi/pulumi";
import * as aws from "@pulumi/aws";
import { isShifted } from "../../settings/deploy";
import { invoke, Job } from "../job";
import { policyDocument, rolePath, type Statement } from "../statement";
import { TEST_HEADER } from "../edge/attachment";
import type { ServiceArgs } from "./args";
import type { Hook } from "./deployment";
import { INFRASTRUCTURE_TRUST } from "./permissions";
import type { GrantedRole } from "./roles";

/** https://docs.aws.amazon.com/lambda/latest/dg/configuration-timeout.html: the first tasks of a new service take longest. */
const LONGEST_FUNCTION_SECONDS = 900;

/** Of that, left for finding out what runs and for putting something else back. */
const SPARE_SECONDS = 60;

/** The function that asks; undefined where nothing is to be asked. */
export function createSmoke(
    name: string,
    args: ServiceArgs,
    statements: readonly Statement[],
    parent: pulumi.Resource,
): Job | undefined {
    return args.app.deploy.smoke.length === 0 ? undefined : createAsker(name, args, statements, parent);
}

/** The same where there may be nothing to ask. */
export function createAsker(
    name: string,
    args: ServiceArgs,
    statements: readonly Statement[],
    parent: pulumi.Resource,
): Job {
    return new Job(
        `${name}-smoke`,
        {
            environment: args.environment,
            label: `${args.app.name}-smoke`,
            handler: "smoke",
            statements,
            variables: { SMOKE: pulumi.jsonStringify(targetOf(args)) },
            timeoutSeconds: LONGEST_FUNCTION_SECONDS,
            logRetentionDays: args.app.logRetentionDays,
            accountId: args.accountId,
        },
        { parent },
    );
}

/** Whom `lambda/smoke` asks, and what. */
export function targetOf({
    app,
    attachment,
    standInImage,
}: Pick<ServiceArgs, "app" | "attachment" | "standInImage">) {
    const { deploy, route } = app;
    const below = route.path === "/" ? "" : route.path;
    return {
        protocol: route.host === undefined ? "http" : "https",
        address: attachment.dnsName,
        ...(route.host === undefined ? {} : { host: route.host }),
        ...(standInImage === undefined ? {} : { standInImage }),
        header: { name: TEST_HEADER, value: isShifted(deploy) ? deploy.testHeader : app.name },
        tests: deploy.smoke.map(({ path, status, contains }) => ({
            path: `${below}${path}`,
            status,
            ...(contains === undefined ? {} : { contains }),
        })),
    };
}

/** The services whose name begins like this app's, now or before: it has none yet when its first deployment asks. */
export function lookStatements(name: string, args: ServiceArgs): readonly Statement[] {
    const { app, partition, region, accountId, cluster } = args;
    const ecs = pulumi.interpolate`arn:${partition}:ecs:${region}:${accountId}`;
    // A service keeps the name that it was made with, and another in its place is named anew.
    const names = [...app.formerly, name];
    const services = names.map((one) => pulumi.interpolate`${cluster.name}/${one}-service-*`);
    return [
        {
            Sid: "SeeWhatRuns",
            Effect: "Allow",
            Action: ["ecs:DescribeServices"],
            Resource: services.map((service) => pulumi.interpolate`${ecs}:service/${service}`),
        },
        {
            Sid: "SeeWhatIsDeployed",
            Effect: "Allow",
            Action: ["ecs:DescribeServiceRevisions"],
            Resource: services.map((service) => pulumi.interpolate`${ecs}:service-revision/${service}/*`),
        },
    ];
}

/** Puts the version before back, where the tests come after the deployment. */
export function putBackStatements(
    { partition, region, accountId, cluster }: ServiceArgs,
    serviceName: pulumi.Input<string>,
): readonly Statement[] {
    const ecs = pulumi.interpolate`arn:${partition}:ecs:${region}:${accountId}`;
    const service = pulumi.interpolate`${cluster.name}/${serviceName}`;
    return [
        {
            Sid: "PutBack",
            Effect: "Allow",
            Action: ["ecs:DescribeServices", "ecs:ListServiceDeployments", "ecs:UpdateService"],
            Resource: [pulumi.interpolate`${ecs}:service/${service}`],
        },
        {
            Sid: "FindTheVersionBefore",
            Effect: "Allow",
            Action: ["ecs:DescribeServiceDeployments", "ecs:DescribeServiceRevisions"],
            Resource: [
                pulumi.interpolate`${ecs}:service-deployment/${service}/*`,
                pulumi.interpolate`${ecs}:service-revision/${service}/*`,
            ],
        },
    ];
}

/** Lets CodeDeploy's hook say how the tests ended. */
export function reportStatements(deploymentGroupArn: pulumi.Input<string>): readonly Statement[] {
    return [
        {
            Sid: "ReportToCodeDeploy",
            Effect: "Allow",
            Action: ["codedeploy:PutLifecycleEventHookExecutionStatus"],
            Resource: [deploymentGroupArn],
        },
    ];
}

/** Lets ECS ask the function in the middle of a deployment. */
export function hookOf(
    name: string,
    { app, environment }: Pick<ServiceArgs, "app" | "environment">,
    job: Job,
    parent: pulumi.Resource,
): Hook & Pick<GrantedRole, "policies"> {
    const role = new aws.iam.Role(
        `${name}-hook`,
        {
            description: `Lets ECS ask whether a deployment of ${app.name} may go on`,
            path: rolePath(environment),
            assumeRolePolicy: INFRASTRUCTURE_TRUST,
        },
        { parent },
    );
    const policy = new aws.iam.RolePolicy(
        `${name}-hook-policy`,
        {
            role: role.name,
            policy: policyDocument([
                {
                    Sid: "Ask",
                    Effect: "Allow",
                    Action: ["lambda:InvokeFunction"],
                    Resource: [job.functionArn],
                },
            ]),
        },
        { parent },
    );
    return { functionArn: job.functionArn, roleArn: role.arn, policies: [policy] };
}

/** Asks in `up`, when the service is steady: after each change of what it runs. */
export function smokeAfter(
    name: string,
    args: ServiceArgs,
    job: Job,
    service: aws.ecs.Service,
    taskDefinitionArn: pulumi.Input<string>,
    parent: pulumi.Resource,
): pulumi.Resource {
    return invoke(
        `${name}-smoke-run`,
        job,
        {
            input: {
                service: { cluster: args.cluster.name, name: service.name },
                taskDefinition: taskDefinitionArn,
                putBack: true,
                ...(args.standIn === undefined ? {} : { standIn: args.standIn }),
            },
            scope: "CRUD",
            triggers: { service: service.id, taskDefinition: pulumi.output(taskDefinitionArn) },
        },
        { parent, dependsOn: [service] },
    );
}

/** Waits until the first tasks of a service that CodeDeploy deploys answer: `up` does not wait for them itself. */
export function smokeFirst(
    name: string,
    args: ServiceArgs,
    job: Job,
    service: aws.ecs.Service,
    parent: pulumi.Resource,
): pulumi.Resource {
    return invoke(
        `${name}-smoke-first`,
        job,
        {
            input: {
                first: true,
                patienceSeconds: Math.min(
                    args.app.deploy.gracePeriodSeconds + 2 * SPARE_SECONDS,
                    LONGEST_FUNCTION_SECONDS - SPARE_SECONDS,
                ),
                ...(args.standIn === undefined ? {} : { standIn: args.standIn }),
            },
            scope: "CRUD",
            triggers: { service: service.id },
        },
        { parent, dependsOn: [service] },
    );
}
