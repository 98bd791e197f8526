// @ts-check
import { createHash } from "node:crypto";
import { refuse } from "../shared/errors.mjs";

/**
 * One command in one container of a task definition, run once.
 *
 * @typedef {object} Request
 * @property {string} cluster the ECS cluster
 * @property {string} taskDefinition ARN, with its revision
 * @property {string} container whose command is replaced, and whose exit status decides
 * @property {readonly string[]} command
 * @property {readonly string[]} subnets
 * @property {readonly string[]} securityGroups
 * @property {boolean} assignPublicIp
 * @property {string} [capacityProvider] default: the launch type FARGATE
 * @property {Snapshot} [snapshot] taken before; default: none
 * @property {string} image with its digest, the reason to run
 * @property {number} deadlineSeconds how long the whole may take
 */

/** @typedef {{ clusterIdentifier: string, keep: number }} Snapshot `keep`: how many snapshots of this kind stay */

/**
 * `standIn`: the image is not the app's, but what answers until the first release. `releasedElsewhere`: a pipeline has run
 * the image's migrations when it released it.
 *
 * @typedef {Request & { tf?: import("../shared/aws.mjs").Lifecycle, standIn?: boolean, releasedElsewhere?: boolean }} Event
 */

const DIGEST = /sha256:([0-9a-f]{64})$/;

/** @type {Readonly<Record<string, { test: (value: unknown) => boolean, says: string }>>} */
const FIELDS = {
    cluster: { test: isText, says: "an ECS cluster" },
    taskDefinition: {
        test: (value) => isText(value) && /:task-definition\/[A-Za-z0-9_-]+:[0-9]+$/.test(String(value)),
        says: "a task definition's ARN with its revision",
    },
    container: { test: isText, says: "a container's name" },
    command: { test: isTexts, says: "a list of words" },
    subnets: { test: isTexts, says: "a list of subnets" },
    securityGroups: { test: isTexts, says: "a list of security groups" },
    assignPublicIp: { test: (value) => typeof value === "boolean", says: "true or false" },
    capacityProvider: {
        test: (value) => value === undefined || isText(value),
        says: "a capacity provider or absent",
    },
    snapshot: { test: isSnapshot, says: "{ clusterIdentifier, keep: 1 or more } or absent" },
    image: { test: (value) => isText(value) && DIGEST.test(String(value)), says: "an image by its digest" },
    deadlineSeconds: { test: (value) => Number.isInteger(value) && Number(value) > 0, says: "seconds" },
};

/** @param {unknown} value */
function isText(value) {
    return typeof value === "string" && value !== "";
}

/** @param {unknown} value */
function isTexts(value) {
    return Array.isArray(value) && value.length > 0 && value.every(isText);
}

/** @param {unknown} value */
function isSnapshot(value) {
    if (value === undefined) {
        return true;
    }
    const { clusterIdentifier, keep } = /** @type {{ clusterIdentifier?: unknown, keep?: unknown }} */ (
        value ?? {}
    );
    return isText(clusterIdentifier) && Number.isInteger(keep) && Number(keep) > 0;
}

/**
 * The event, or an error that lists everything that is wrong with it.
 *
 * @param {Event} event
 * @returns {Request}
 */
export function readRequest({ tf: _, ...request }) {
    refuse(
        "migration",
        Object.entries(FIELDS)
            .filter(([field, { test }]) => !test(Reflect.get(request, field)))
            .map(
                ([field, { says }]) =>
                    `\`${field}\` must be ${says} (got ${JSON.stringify(Reflect.get(request, field)) ?? "nothing"})`,
            ),
    );
    return request;
}

/**
 * The first twelve digits of an image's digest.
 *
 * @param {string} image
 */
export function shortDigest(image) {
    return DIGEST.exec(image)?.[1]?.slice(0, 12) ?? "";
}

/**
 * What is after the last slash: `bookstack:12` of a task definition, the id of a task.
 *
 * @param {string} arn
 */
export function lastPart(arn) {
    return arn.slice(arn.lastIndexOf("/") + 1);
}

/** @param {unknown} value */
export function hash(value) {
    return createHash("sha256").update(JSON.stringify(value)).digest("hex");
}
