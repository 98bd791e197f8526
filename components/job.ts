/**
 * One-off work that the graph itself does: a Lambda function, and its invocations as resources.
 *
 * AWS has no resource that runs a task or a statement once. A function does, the same from a laptop and from a
 * pipeline, and needs no network of ours: the Data API, ECS, ECR and RDS are all reached by HTTPS.
 */
import * as pulumi from "@pulumi/pulumi";
import * as aws from "@pulumi/aws";
import type { Place } from "./place";
import { aliased } from "./renamed";
import { policyDocument, rolePath, type Statement, trustDocument } from "./statement";

/** A folder below `lambda/`. */
export type JobHandler = keyof typeof FILES;

const SHARED = ["shared/aws.mjs", "shared/errors.mjs", "shared/pages.mjs", "shared/retry.mjs"] as const;

/** The files of each handler, below `lambda/`, by name: nothing else that lies there gets into a function. */
export const FILES = {
    "database-user": [
        "database-user/data.mjs",
        "database-user/index.mjs",
        "database-user/mysql.mjs",
        "database-user/postgresql.mjs",
        "database-user/request.mjs",
        "database-user/secret.mjs",
        "database-user/usage.mjs",
        ...SHARED,
    ],
    migration: [
        "migration/index.mjs",
        "migration/request.mjs",
        "migration/snapshot.mjs",
        "migration/task.mjs",
        ...SHARED,
    ],
    release: ["release/index.mjs", ...SHARED],
    smoke: ["smoke/ask.mjs", "smoke/index.mjs", "smoke/request.mjs", "smoke/service.mjs", ...SHARED],
} as const;

export interface JobArgs extends Pick<Place, "environment" | "accountId"> {
    /** Names its log group, which cannot be renamed. Default: the job's own name. */
    readonly label?: string;
    readonly handler: JobHandler;
    /** What every invocation may do; what one alone needs is better said in its call. */
    readonly statements: readonly Statement[];
    /** What the handler reads besides its request; never a secret. */
    readonly variables?: Readonly<Record<string, pulumi.Input<string>>>;
    /** At most 900 seconds. */
    readonly timeoutSeconds: number;
    readonly logRetentionDays: number;
}

/** A function for one of the handlers, with a role and a log of its own. */
export class Job extends pulumi.ComponentResource {
    /** Both known once the role may do what its statements say. */
    readonly functionName: pulumi.Output<string>;
    readonly functionArn: pulumi.Output<string>;
    readonly roleName: pulumi.Output<string>;
    /** `/selfhost/<environment>/jobs/<label>`. */
    readonly logGroupName: string;

    constructor(name: string, args: JobArgs, opts?: pulumi.ComponentResourceOptions) {
        super("selfhost:index:Job", name, {}, opts);
        this.logGroupName = `/selfhost/${args.environment}/jobs/${args.label ?? name}`;
        const logGroup = this.createLogGroup(name, args);
        const role = this.createRole(name, args);
        const policy = this.createPolicy(name, args, role, logGroup);
        const lambda = this.createFunction(name, args, role, logGroup);
        this.functionName = after(lambda.name, policy);
        this.functionArn = after(lambda.arn, policy);
        this.roleName = role.name;
        this.registerOutputs({ functionName: this.functionName, logGroupName: this.logGroupName });
    }

    /** Before the function, which would otherwise make one that keeps everything for ever. */
    private createLogGroup(name: string, { logRetentionDays }: JobArgs): aws.cloudwatch.LogGroup {
        return new aws.cloudwatch.LogGroup(
            `${name}-log`,
            { name: this.logGroupName, retentionInDays: logRetentionDays },
            { parent: this },
        );
    }

    private createRole(name: string, { environment, accountId, handler }: JobArgs): aws.iam.Role {
        return new aws.iam.Role(
            `${name}-role`,
            {
                description: `Lambda function for ${handler}`,
                path: rolePath(environment),
                assumeRolePolicy: trustDocument("LambdaOfThisAccount", "lambda.amazonaws.com", {
                    StringEquals: { "aws:SourceAccount": accountId },
                }),
            },
            { parent: this },
        );
    }

    /** Instead of AWSLambdaBasicExecutionRole, which may write to every log group and make new ones. */
    private createPolicy(
        name: string,
        { statements }: JobArgs,
        role: aws.iam.Role,
        logGroup: aws.cloudwatch.LogGroup,
    ): aws.iam.RolePolicy {
        const writeLog: Statement = {
            Sid: "WriteLog",
            Effect: "Allow",
            Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
            Resource: [pulumi.interpolate`${logGroup.arn}:*`],
        };
        return new aws.iam.RolePolicy(
            `${name}-policy`,
            { role: role.name, policy: policyDocument([...statements, writeLog]) },
            { parent: this },
        );
    }

    private createFunction(
        name: string,
        { handler, timeoutSeconds, variables }: JobArgs,
        role: aws.iam.Role,
        logGroup: aws.cloudwatch.LogGroup,
    ): aws.lambda.Function {
        return new aws.lambda.Function(
            `${name}-function`,
            {
                description: `One-off work of the infrastructure program: ${handler}`,
                code: codeOf(handler),
                handler: `${handler}/index.handler`,
                // The SDK for JavaScript is part of it.
                // https://docs.aws.amazon.com/lambda/latest/dg/lambda-nodejs.html#nodejs-sdk-included
                runtime: aws.lambda.Runtime.NodeJS22dX,
                architectures: ["arm64"],
                memorySize: 256,
                timeout: timeoutSeconds,
                ...(variables === undefined ? {} : { environment: { variables } }),
                role: role.arn,
                ephemeralStorage: { size: 512 },
                tracingConfig: { mode: "PassThrough" },
                loggingConfig: {
                    logFormat: "JSON",
                    logGroup: logGroup.name,
                    applicationLogLevel: "INFO",
                    systemLogLevel: "INFO",
                },
            },
            { parent: this },
        );
    }
}

/** Each file under its path below `lambda/`, so that they import one another as they do here. */
function codeOf(handler: JobHandler): pulumi.asset.AssetArchive {
    return new pulumi.asset.AssetArchive(
        Object.fromEntries(
            FILES[handler].map((file) => [file, new pulumi.asset.FileAsset(`lambda/${file}`)]),
        ),
    );
}

/** The value, known and depended upon only when the other resource exists too. */
function after(value: pulumi.Output<string>, resource: pulumi.CustomResource): pulumi.Output<string> {
    return pulumi.all([value, resource.id]).apply(([known]) => known);
}

export interface Call {
    /** The handler's request. */
    readonly input: Readonly<Record<string, pulumi.Input<unknown>>>;
    /**
     * `CREATE_ONLY`: told nothing when it is deleted. `CRUD`: told, and whether it is a creation, an update or a deletion.
     */
    readonly scope: "CREATE_ONLY" | "CRUD";
    /** `CRUD`: what must change for a new invocation, instead of an update of this one; default: anything in the input. */
    readonly triggers?: Readonly<Record<string, pulumi.Input<string>>>;
    /**
     * What this invocation, and its deletion, need besides the job's own statements. They are a policy of their own:
     * the engine deletes an invocation after it has updated everything else, so a job's statements would be those of
     * what came after it.
     */
    readonly statements?: readonly Statement[];
}

/**
 * Invokes a job's function when the resource is created, and again, as a replacement, when what it is about changes.
 *
 * Never an update that matters: the provider keeps the new input of an update that failed, and the next `up` finds
 * nothing to do. A creation that failed is not in the state and runs again. A replacement is created before what it
 * replaces is deleted, so a handler's deletion must leave what a later invocation has taken over. `formerly` are the names
 * that the invocation had.
 * https://github.com/hashicorp/terraform-provider-aws/blob/main/internal/service/lambda/invocation.go
 */
export function invoke(
    name: string,
    job: Job,
    { input, scope, triggers, statements = [] }: Call,
    opts: pulumi.CustomResourceOptions,
    formerly: readonly string[] = [],
): aws.lambda.Invocation {
    const text = pulumi.jsonStringify(input);
    const functionName =
        statements.length === 0
            ? job.functionName
            : after(
                  job.functionName,
                  new aws.iam.RolePolicy(
                      `${name}-policy`,
                      { role: job.roleName, policy: policyDocument(statements) },
                      aliased(opts, formerly, (former) => `${former}-policy`),
                  ),
              );
    return new aws.lambda.Invocation(
        name,
        {
            functionName,
            input: text,
            lifecycleScope: scope,
            terraformKey: "tf",
            // A changed input replaces an invocation with the scope CREATE_ONLY by itself.
            ...(scope === "CRUD" ? { triggers: triggers ?? { input: text } } : {}),
        },
        aliased(opts, formerly, (former) => former),
    );
}
