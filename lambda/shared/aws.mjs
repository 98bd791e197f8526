// @ts-check

/**
 * Milliseconds until the client gives a request up, and tries it again, at most three times: it waits for ever by
 * itself. The slowest answer is that of the Data API, which ends a statement after 45 seconds.
 * https://docs.aws.amazon.com/sdk-for-javascript/v3/developer-guide/node-configuring-https-request-timeout.html
 * https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/data-api.limitations.html
 */
export const REQUESTS = Object.freeze({
    connectionTimeout: 5_000,
    requestTimeout: 60_000,
    // Otherwise it is only warned about.
    throwOnRequestTimeout: true,
});

/**
 * A client of the AWS SDK that the Lambda runtime brings along, loaded when first asked for: nothing is bundled,
 * and tests, which hand in their own clients, need no SDK.
 * https://docs.aws.amazon.com/lambda/latest/dg/lambda-nodejs.html#nodejs-sdk-included
 *
 * @param {"codedeploy" | "ecr" | "ecs" | "rds" | "rds-data" | "secrets-manager"} service the end of the package's name
 * @param {"CodeDeploy" | "ECR" | "ECS" | "RDS" | "RDSData" | "SecretsManager"} className the client that has a method per operation
 */
export async function client(service, className) {
    const sdk = await import(`@aws-sdk/client-${service}`);
    return new sdk[className]({ requestHandler: REQUESTS });
}

/**
 * A handler that is made at the first invocation and kept for those after it.
 *
 * @template Event, Answer
 * @param {() => Promise<(event: Event, context: LambdaContext) => Promise<Answer>>} make
 * @returns {(event: Event, context: LambdaContext) => Promise<Answer>}
 */
export function lazily(make) {
    /** @type {ReturnType<typeof make> | undefined} */
    let made;
    return async (event, context) => {
        made ??= make();
        return (await made)(event, context);
    };
}

/**
 * What the handlers read of Lambda's context.
 *
 * @typedef {object} LambdaContext
 * @property {string} functionName
 * @property {() => number} getRemainingTimeInMillis
 */

/**
 * What the provider adds to the input of an invocation whose `lifecycleScope` is `CRUD`.
 * https://www.pulumi.com/registry/packages/aws/api-docs/lambda/invocation/#crud-lifecycle-management
 *
 * @typedef {object} Lifecycle
 * @property {"create" | "update" | "delete"} action
 * @property {Readonly<Record<string, unknown>> | null} [prev_input]
 */
