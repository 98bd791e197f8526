// @ts-check
import { refuse } from "../shared/errors.mjs";

/**
 * One question, and what the answer must be.
 *
 * @typedef {object} Test
 * @property {string} path
 * @property {number} status
 * @property {string} [contains]
 */

/**
 * Who is asked: the load balancer itself, so that it does not matter whether names lead there yet, in the name of the app.
 *
 * @typedef {object} Target
 * @property {"https" | "http"} protocol
 * @property {string} address the load balancer's own name
 * @property {string} [host] the app's; default: the address
 * @property {{ name: string, value: string }} header leads to the tasks of a version that visitors do not reach yet
 * @property {string} [standInImage] by its digest: what runs until the first release, and is not the app
 * @property {readonly Test[]} tests empty: a hook that lets every version pass
 */

/**
 * What the three that invoke the function say: ECS, CodeDeploy, and the graph or a pipeline.
 *
 * @typedef {object} Event
 * @property {string} [lifecycleStage] ECS: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/lambda-lifecycle-hooks.html
 * @property {string} [resourceArn]
 * @property {{ serviceArn?: string, targetServiceRevisionArn?: string }} [executionDetails]
 * @property {string} [DeploymentId] CodeDeploy: https://docs.aws.amazon.com/codedeploy/latest/userguide/reference-appspec-file-structure-hooks.html
 * @property {string} [LifecycleEventHookExecutionId]
 * @property {{ cluster: string, name: string }} [service] the graph
 * @property {string} [taskDefinition] what the service should run
 * @property {boolean} [putBack] whether a failed test puts the version before back
 * @property {boolean} [standIn] whether the image is not the app's
 * @property {boolean} [first] whether it is about the first tasks of a service alone
 * @property {number} [patienceSeconds]
 * @property {import("../shared/aws.mjs").Lifecycle} [tf]
 */

/**
 * @param {string | undefined} text JSON
 * @returns {Target}
 */
export function readTarget(text) {
    /** @type {Partial<Target>} */
    const target = JSON.parse(text ?? "{}");
    refuse(
        "smoke",
        [
            target.protocol === "https" || target.protocol === "http"
                ? []
                : ["`protocol` must be https or http"],
            typeof target.address === "string" ? [] : ["`address` must be a name"],
            typeof target.header?.name === "string" && typeof target.header.value === "string"
                ? []
                : ["`header` must have a name and a value"],
            target.standInImage === undefined || typeof target.standInImage === "string"
                ? []
                : ["`standInImage` must be an image or absent"],
            Array.isArray(target.tests) ? [] : ["`tests` must be a list"],
        ].flat(),
    );
    return /** @type {Target} */ (target);
}
