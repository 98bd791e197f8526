/** The task definition of an app: as `up` registers it, and as another deployer does. */
import * as pulumi from "@pulumi/pulumi";
import type * as aws from "@pulumi/aws";
import type { ServiceArgs } from "./args";
import { portNameOf } from "./connection";
import type { GrantedRole } from "./roles";
import { containerDefinitions, familyOf, type SecretFileSpec, volumes } from "./task";

/** The definition that `up` registers: the release, or before the first one what answers in its place. */
export function definitionNow(
    args: ServiceArgs,
    logs: aws.cloudwatch.LogGroup,
    execution: GrantedRole,
    application: GrantedRole,
) {
    return definitionOf(args, logs, execution, application, {
        image: args.imageUri,
        entryPoint: started(args, "entryPoint"),
        command: started(args, "command"),
    });
}

/** What of a definition follows a release. */
interface Content {
    readonly image: pulumi.Input<string>;
    readonly entryPoint: pulumi.Input<readonly string[] | undefined>;
    readonly command: pulumi.Input<readonly string[] | undefined>;
}

function definitionOf(
    args: ServiceArgs,
    logs: aws.cloudwatch.LogGroup,
    execution: GrantedRole,
    application: GrantedRole,
    content: Content,
) {
    const { app } = args;
    const container = {
        name: app.name,
        ...content,
        port: app.preset.port,
        portName: portNameOf(args.connection),
        environment: args.environmentVariables,
        secrets: variablesOf(args),
        files: filesOf(args),
        mounts: args.mounts,
        initProcess: app.preset.initProcess,
        user: app.preset.user,
        readonlyRootFilesystem: app.preset.readonlyRootFilesystem,
        stopTimeoutSeconds: app.deploy.stopTimeoutSeconds,
        logs: { group: logs.name, region: args.region },
    };
    return {
        family: familyOf(args.environment, app.name),
        requiresCompatibilities: ["FARGATE"],
        networkMode: "awsvpc",
        cpu: String(app.task.cpu),
        memory: String(app.task.memory),
        runtimePlatform: { cpuArchitecture: app.task.architecture, operatingSystemFamily: "LINUX" },
        executionRoleArn: execution.arn,
        taskRoleArn: application.arn,
        containerDefinitions: pulumi.jsonStringify(containerDefinitions([container])),
        volumes: volumes(args.mounts, app.secretFiles.length > 0),
    };
}

/** Stands for the image in what the actions of a pipeline read. */
const IMAGE_PLACEHOLDER = "<IMAGE1_NAME>";

/** The definition of a release as ECS's API takes it, for deployers that register their own revisions. */
export function releasedDefinition(
    args: ServiceArgs,
    logs: aws.cloudwatch.LogGroup,
    execution: GrantedRole,
    application: GrantedRole,
): pulumi.Output<string> {
    const { entryPoint, command } = args.app;
    const content = { image: IMAGE_PLACEHOLDER, entryPoint, command };
    return pulumi
        .output(definitionOf(args, logs, execution, application, content))
        .apply(({ containerDefinitions: text, ...rest }) =>
            JSON.stringify({ ...rest, containerDefinitions: JSON.parse(text) as unknown }),
        );
}

/** What the container starts; until the first release, what answers in the app's place. */
function started(
    { app, starts }: ServiceArgs,
    part: "entryPoint" | "command",
): pulumi.Input<readonly string[] | undefined> {
    return starts === undefined
        ? app[part]
        : starts.apply((before) => (before === undefined ? app[part] : before[part]));
}

/** The secrets that are variables: all but those that arrive as files. */
function variablesOf({ app, secrets }: ServiceArgs): ServiceArgs["secrets"] {
    const files = app.secretFiles.map(({ secret }) => secret);
    return Object.fromEntries(Object.entries(secrets).filter(([name]) => !files.includes(name)));
}

function filesOf({ app, secrets }: ServiceArgs): readonly SecretFileSpec[] {
    return app.secretFiles.flatMap(({ secret, file }) => {
        const valueFrom = secrets[secret];
        return valueFrom === undefined ? [] : [{ secret, file, valueFrom }];
    });
}
