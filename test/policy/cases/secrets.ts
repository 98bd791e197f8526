import type { Json, Resource } from "../../../plan/graph";
import { T } from "../../../policy/types";
import { changed, ref, resource } from "../../support/graphs";
import type { Cases } from "./cases";

const secret = resource(T.secret, "secret");
const version = resource(T.secretVersion, "version", { secretId: ref(secret), secretString: "[secret]" });
const rotation = resource(T.secretRotation, "rotation", {
    secretId: ref(secret),
    rotationRules: { automaticallyAfterDays: 30 },
});
const cluster = resource(T.databaseCluster, "database", { manageMasterUserPassword: true });

function taskOf(
    environment: Readonly<Record<string, string>>,
    secrets: Readonly<Record<string, string>> = {},
): Resource {
    const entries = (values: Readonly<Record<string, string>>, key: string): Json =>
        Object.entries(values).map(([name, value]) => ({ name, [key]: value }));
    return resource(T.taskDefinition, "task", {
        containerDefinitions: JSON.stringify([
            {
                name: "app",
                environment: entries(environment, "value"),
                secrets: entries(secrets, "valueFrom"),
            },
        ]),
    });
}

const says = (text: string) => `task: container \`app\` ${text}`;
/** In pieces, so that nobody who looks for keys in this repository finds one. */
const ACCESS_KEY = ["AKIA", "IOSFODNN7EXAMPLE"].join("");
const RANDOM = ["tZ8q1Lr4", "XbW9sKf2", "Vn7cPd0h", "Jm5gYa3E"].join("");
const LARAVEL = `base64:${"Zm9vYmFyYmF6".repeat(3)}Zm9vYmF=`;

export const SECRET_CASES: Cases = {
    "no-secret-in-environment": {
        holds: {
            "names that hold none": [
                taskOf({
                    APP_URL: "https://example.com",
                    PASSWORD_MIN_LENGTH: "12",
                    TOKEN_TTL: "1 day",
                    MYSQL_PASSWORD_FILE: "/run/secrets/mysql",
                    COMPASS: "north",
                    KEYBOARD: "qwertz",
                    PRIMARY_KEY: "id",
                    ACCESS_LOG: "stdout",
                }),
            ],
            "a switch, or the word for none": [taskOf({ AUTH_TOKEN: "false", STORAGE_S3_SECRET: "null" })],
            "as a secret": [taskOf({}, { DB_PASSWORD: ref(secret, "arn") })],
        },
        fails: {
            "a password": [
                [taskOf({ DB_PASSWORD: "hunter2" })],
                says("has the variable `DB_PASSWORD` in the clear"),
            ],
            "keys of AWS": [
                [taskOf({ AWS_ACCESS_KEY_ID: "null", AWS_SECRET_ACCESS_KEY: "null" })],
                says("has the variable `AWS_ACCESS_KEY_ID` in the clear"),
                says("has the variable `AWS_SECRET_ACCESS_KEY` in the clear"),
            ],
            "names of other habits": [
                [
                    taskOf({
                        database__connection__password: "x",
                        APP_KEY: "y",
                        githubToken: "z",
                        STORAGE_S3_KEY: "k",
                    }),
                ],
                says("has the variable `database__connection__password` in the clear"),
                says("has the variable `APP_KEY` in the clear"),
                says("has the variable `githubToken` in the clear"),
                says("has the variable `STORAGE_S3_KEY` in the clear"),
            ],
        },
    },
    "no-secret-in-plain-settings": {
        holds: {
            "nothing secret": [
                resource(T.lambda, "function", {
                    environment: { variables: { LOG_LEVEL: "info" } },
                    tags: { Name: "function" },
                }),
                resource(T.image, "image", { args: { VERSION: "1" } }),
            ],
            "a parameter that is encrypted": [
                resource(T.parameter, "p", { name: "/mail/password", type: "SecureString" }),
            ],
            "a parameter that is no secret": [
                resource(T.parameter, "p", { name: "/selfhost/test/releases/app", type: "String" }),
            ],
        },
        fails: {
            "a function": [
                [resource(T.lambda, "function", { environment: { variables: { API_KEY: "x" } } })],
                "function has the variable `API_KEY` in the clear",
            ],
            "a function, from a secret": [
                [resource(T.lambda, "function", { environment: { variables: { VALUE: "[secret]" } } })],
                "function has the variable `VALUE` in the clear",
            ],
            "an image": [
                [resource(T.image, "image", { args: { NPM_TOKEN: "x" } })],
                "image has the argument `NPM_TOKEN` in the clear",
            ],
            "a tag": [
                [resource(T.bucket, "bucket", { tags: { Password: "x" } })],
                "bucket has the tag `Password` in the clear",
            ],
            "a parameter": [
                [resource(T.parameter, "p", { name: "/mail/password", type: "String" })],
                "p is not a SecureString",
            ],
        },
    },
    "no-secret-value-in-plain-text": {
        holds: {
            "nothing secret": [taskOf({ IMAGE: `app@sha256:${"0123456789abcdef".repeat(4)}` })],
            "a secret that is one": [version],
            "a random text where few read, or that is the resource's own": [
                resource(T.bucket, "bucket", { description: RANDOM }),
                resource(T.lambda, "function", { sourceCodeHash: RANDOM }),
            ],
            "a long name in a tag": [
                resource(T.bucket, "bucket", {
                    tags: { Name: "a-long-name-of-something-that-is-in-production-01" },
                }),
            ],
        },
        fails: {
            "an access key in a variable": [
                [taskOf({ SOMETHING: ACCESS_KEY })],
                "task has an AWS access key in the clear in `containerDefinitions`",
            ],
            "a password in an address": [
                [
                    resource(T.lambda, "function", {
                        environment: { variables: { DATABASE: "mysql://app:hunter2@host/db" } },
                    }),
                ],
                "function has an address with a password in the clear in `environment.variables.DATABASE`",
            ],
            "an application's key": [
                [resource(T.parameter, "p", { value: LARAVEL })],
                "p has a Laravel key in the clear in `value`",
            ],
            "a random variable of a function": [
                [resource(T.lambda, "function", { environment: { variables: { SALT: RANDOM } } })],
                "function has a long random text in the clear in `environment.variables.SALT`",
            ],
            "a random argument of an image": [
                [resource(T.image, "image", { args: { SALT: RANDOM } })],
                "image has a long random text in the clear in `args.SALT`",
            ],
            "a random tag": [
                [resource(T.bucket, "bucket", { tags: { note: RANDOM } })],
                "bucket has a long random text in the clear in `tags.note`",
            ],
            "a secret that everybody reads in the state": [
                [changed(version, { secretString: ["-----BEGIN", "PRIVATE KEY-----"].join(" ") })],
                "version has a private key in the clear in `secretString`",
            ],
        },
    },
    "no-random-value-in-environment": {
        holds: {
            "words, digests and references": [
                taskOf({ A: "eu-west-1", B: "0123456789abcdef".repeat(4), C: ref(secret, "arn") }),
            ],
        },
        fails: {
            "a text that nobody would think of": [
                [taskOf({ SALT: RANDOM })],
                says("has a long random text in the variable `SALT`"),
            ],
        },
    },
    "container-reads-no-rotating-secret": {
        holds: {
            "a secret without a schedule": [secret, taskOf({}, { PASSWORD: ref(secret, "arn") })],
            "a schedule for another secret of somebody else": [
                changed(rotation, { secretId: "arn:aws:secretsmanager:eu-west-1:123456789012:secret:b" }),
                taskOf({}, { PASSWORD: "arn:aws:secretsmanager:eu-west-1:123456789012:secret:a:password::" }),
            ],
            "a schedule for another secret of the stack": [
                secret,
                resource(T.secret, "another"),
                changed(rotation, { secretId: ref(resource(T.secret, "another")) }),
                taskOf({}, { PASSWORD: ref(secret, "arn") }),
            ],
        },
        fails: {
            "a schedule": [
                [secret, rotation, taskOf({}, { PASSWORD: ref(secret, "arn") })],
                says("reads `PASSWORD` from a secret that is changed by a schedule"),
            ],
            "a schedule for a secret of somebody else": [
                [
                    changed(rotation, { secretId: "arn:aws:secretsmanager:eu-west-1:123456789012:secret:a" }),
                    taskOf(
                        {},
                        { PASSWORD: "arn:aws:secretsmanager:eu-west-1:123456789012:secret:a:password::" },
                    ),
                ],
                says("reads `PASSWORD` from a secret that is changed by a schedule"),
            ],
            "the master user's": [
                [
                    cluster,
                    taskOf({}, { PASSWORD: `${ref(cluster, "masterUserSecrets[0].secretArn")}:password::` }),
                ],
                says("reads `PASSWORD` from a secret that is changed by a schedule"),
            ],
        },
    },
    "container-reads-secret-by-version": {
        holds: {
            "the version": [
                secret,
                version,
                taskOf({}, { KEY: `${ref(secret, "arn")}:::${ref(version, "versionId")}` }),
            ],
            "written by somebody else": [secret, taskOf({}, { KEY: `${ref(secret, "arn")}:password::` })],
        },
        fails: {
            "the current one": [
                [secret, version, taskOf({}, { KEY: ref(secret, "arn") })],
                says("would not see a new value of `KEY`"),
            ],
        },
    },
    "secret-rotates": {
        holds: { monthly: [secret, rotation] },
        fails: {
            never: [[secret], "secret is not changed by a schedule"],
            yearly: [
                [secret, changed(rotation, { rotationRules: { automaticallyAfterDays: 365 } })],
                "secret is not changed by a schedule",
            ],
        },
    },
};
