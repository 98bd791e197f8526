// @ts-check
import { retry } from "../shared/retry.mjs";

/** @typedef {{ cluster: string, name: string }} Service */

/**
 * @typedef {object} EcsClient
 * @property {(input: { cluster: string, services: string[] }) => Promise<{ services?: readonly { taskDefinition?: string, desiredCount?: number }[] }>} describeServices
 * @property {(input: { cluster: string, service: string, status: string[] }) => Promise<{ serviceDeployments?: readonly { serviceDeploymentArn?: string, createdAt?: Date }[] }>} listServiceDeployments
 * @property {(input: { serviceDeploymentArns: string[] }) => Promise<{ serviceDeployments?: readonly { sourceServiceRevisions?: readonly { arn?: string }[] }[] }>} describeServiceDeployments
 * @property {(input: { serviceRevisionArns: string[] }) => Promise<{ serviceRevisions?: readonly { taskDefinition?: string, containerImages?: readonly { image?: string }[] }[] }>} describeServiceRevisions
 * @property {(input: { cluster: string, service: string, taskDefinition: string }) => Promise<unknown>} updateService
 */

/** @typedef {{ ecs: EcsClient, clock: import("../shared/retry.mjs").Clock, deadline: number }} Around */

/**
 * @param {Around} around
 * @param {Service} service
 * @returns {Promise<{ taskDefinition: string | undefined, desiredCount: number }>}
 */
export async function whatRuns({ ecs, ...how }, { cluster, name }) {
    const { services = [] } = await retry(() => ecs.describeServices({ cluster, services: [name] }), how);
    const [found] = services;
    if (found === undefined) {
        throw new Error(`${cluster} has no service ${name}.`);
    }
    return { taskDefinition: found.taskDefinition, desiredCount: found.desiredCount ?? 0 };
}

/**
 * The images of a revision's containers, as its task definition names them.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ServiceRevision.html
 *
 * @param {Around} around
 * @param {string} arn
 * @returns {Promise<readonly (string | undefined)[]>}
 */
export async function imagesOf({ ecs, ...how }, arn) {
    const { serviceRevisions: [revision] = [] } = await retry(
        () => ecs.describeServiceRevisions({ serviceRevisionArns: [arn] }),
        how,
    );
    return revision?.containerImages?.map(({ image }) => image) ?? [];
}

/**
 * Has the service run again what it ran before its last deployment.
 *
 * @param {Around} around
 * @param {Service} service
 * @param {string | undefined} current task definition, to go back from
 * @returns {Promise<string | undefined>} the task definition before; undefined: there is none
 */
export async function putBack({ ecs, ...how }, { cluster, name }, current) {
    const { serviceDeployments: all = [] } = await retry(
        () => ecs.listServiceDeployments({ cluster, service: name, status: ["SUCCESSFUL"] }),
        how,
    );
    const [last] = [...all].sort((a, b) => Number(b.createdAt ?? 0) - Number(a.createdAt ?? 0));
    if (last?.serviceDeploymentArn === undefined) {
        return undefined;
    }
    const arns = [last.serviceDeploymentArn];
    const { serviceDeployments: [deployment] = [] } = await retry(
        () => ecs.describeServiceDeployments({ serviceDeploymentArns: arns }),
        how,
    );
    const source = deployment?.sourceServiceRevisions?.[0]?.arn;
    if (source === undefined) {
        return undefined;
    }
    const { serviceRevisions: [revision] = [] } = await retry(
        () => ecs.describeServiceRevisions({ serviceRevisionArns: [source] }),
        how,
    );
    const before = revision?.taskDefinition;
    if (before === undefined || before === current) {
        return undefined;
    }
    await retry(() => ecs.updateService({ cluster, service: name, taskDefinition: before }), how);
    return before;
}
