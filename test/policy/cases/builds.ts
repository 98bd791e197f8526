import type { Json } from "../../../plan/graph";
import { T } from "../../../policy/types";
import { allow, changed, document, ref, resource } from "../../support/graphs";
import type { Cases } from "./cases";

const RANDOM = ["tZ8q1Lr4", "XbW9sKf2", "Vn7cPd0h", "Jm5gYa3E"].join("");
const role = resource(T.role, "role");
const plain = (name: string, value: string): Json => ({ name, type: "PLAINTEXT", value });
const build = resource(T.buildProject, "build", {
    name: "selfhost-test-app_image",
    serviceRole: ref(role, "arn"),
    source: { type: "CODEPIPELINE", buildspec: "delivery/buildspec.yml" },
    artifacts: { type: "CODEPIPELINE" },
    environment: { privilegedMode: false, environmentVariables: [plain("APP", "app")] },
    logsConfig: {
        cloudwatchLogs: { status: "ENABLED", groupName: "/build" },
        s3Logs: { status: "DISABLED" },
    },
});
const withVariables = (...environmentVariables: readonly Json[]) =>
    changed(build, { environment: { privilegedMode: false, environmentVariables } });
const withSpec = (...lines: readonly string[]) =>
    changed(build, { source: { type: "CODEPIPELINE", buildspec: lines.join("\n") } });
const commands = (...all: readonly string[]) =>
    withSpec("version: 0.2", "phases:", "  build:", "    commands:", ...all.map((one) => `      - ${one}`));
const privileged = (...environmentVariables: readonly Json[]) =>
    changed(build, { environment: { privilegedMode: true, environmentVariables } });
const may = (...statements: readonly Json[]) =>
    resource(T.rolePolicy, "policy", { role: ref(role, "name"), policy: document(...statements) });

const action = (configuration: Readonly<Record<string, Json>>, more: Readonly<Record<string, Json>> = {}) =>
    resource(T.pipeline, "pipeline", {
        stages: [
            {
                name: "Stage",
                actions: [{ name: "Action", owner: "AWS", provider: "CodeBuild", configuration, ...more }],
            },
        ],
    });
const repository = (more: Readonly<Record<string, Json>>) =>
    changed(build, {
        source: { type: "GITHUB", location: "https://github.com/owner/name.git", ...more },
    });

const filter = (type: string, pattern: string): Json => ({ type, pattern });
const PULLS = filter("EVENT", "PULL_REQUEST_CREATED,PULL_REQUEST_UPDATED");
const MAIN = filter("BASE_REF", "^refs/heads/main$");
const hook = (filterGroups: Json, more: Readonly<Record<string, Json>> = {}) =>
    resource(T.buildWebhook, "hook", { projectName: "selfhost-test-app_image", filterGroups, ...more });
const forks = { pullRequestBuildPolicy: { requiresCommentApproval: "FORK_PULL_REQUESTS" } };
const pullRequests = hook([{ filters: [PULLS, MAIN] }], forks);

export const BUILD_CASES: Cases = {
    "no-secret-in-build": {
        holds: {
            "nothing secret": [build],
            "a secret by its name": [
                withVariables({ name: "NPM_TOKEN", type: "SECRETS_MANAGER", value: "npm" }),
                commands(
                    'docker build --build-arg NPM_TOKEN="$NPM_TOKEN" .',
                    "aws ecr get-login-password | docker login --username AWS --password-stdin registry",
                    'curl -u "$USER:$PASSWORD" -H "Authorization: Bearer $TOKEN" https://example.com',
                    "export API_KEY=$(aws secretsmanager get-secret-value --secret-id key)",
                    "docker run -d -p 8080:8080 redis && docker compose -p tests up",
                    "docker build --secret id=npm,src=.npmrc --secret id=token,env=NPM_TOKEN .",
                ),
            ],
            "a buildspec that names secrets": [
                withSpec(
                    "env:",
                    "  secrets-manager:",
                    "    NPM_TOKEN: npm:token",
                    "  variables:",
                    "    A: b",
                ),
            ],
            "commands that are no secret": [withVariables(plain("TESTS", '["npm ci && npm test"]'))],
            "variables of an action": [
                action({ EnvironmentVariables: JSON.stringify([plain("DIGEST", "#{Image.DIGEST}")]) }),
            ],
        },
        fails: {
            "a variable": [
                [withVariables(plain("NPM_TOKEN", "x"))],
                "build has the variable `NPM_TOKEN` in the clear",
            ],
            "a variable that does not say what it is": [
                [withVariables({ name: "NPM_TOKEN", value: "x" })],
                "build has the variable `NPM_TOKEN` in the clear",
            ],
            "a command in a variable": [
                [withVariables(plain("COMMANDS", '["curl -u admin:hunter2 $URL"]'))],
                "build has the variable `COMMANDS`, which signs in with a password in the clear",
            ],
            "an argument of an image in a variable": [
                [withVariables(plain("BUILD_ARGS", '{"NPM_TOKEN":"x","VERSION":"1"}'))],
                "build has the variable `BUILD_ARGS`, which sets `NPM_TOKEN` in the clear",
            ],
            "a variable of the buildspec": [
                [withSpec("version: 0.2", "env:", "  variables:", "    DB_PASSWORD: hunter2")],
                "build has a buildspec that sets `DB_PASSWORD` in the clear",
            ],
            "commands of the buildspec": [
                [
                    commands(
                        "docker login -u me -p hunter2 registry",
                        "export API_KEY=abc",
                        "mysql --password=hunter2",
                        `echo ${RANDOM}`,
                    ),
                ],
                "build has a buildspec that signs in with a password in the clear",
                "build has a buildspec that sets `API_KEY` in the clear",
                "build has a buildspec that gives `--password` in the clear",
                "build has a buildspec that holds a long random text in the clear",
            ],
            "a header, in a text that is no YAML": [
                [withSpec("{", "curl -H 'Authorization: Bearer abc'")],
                "build has a buildspec that sends a credential in a header in the clear",
            ],
            "a variable of an action": [
                [action({ EnvironmentVariables: JSON.stringify([plain("API_TOKEN", "x")]) })],
                "pipeline has the variable `API_TOKEN` in the clear",
            ],
            "a variable of a pipeline": [
                [changed(action({}), { variables: [{ name: "PASSWORD", defaultValue: "hunter2" }] })],
                "pipeline has the variable `PASSWORD` in the clear",
            ],
        },
    },
    "source-by-connection": {
        holds: {
            "a connection": [repository({ auth: { type: "CODECONNECTIONS", resource: "arn" } })],
            "from a pipeline": [build, action({ ConnectionArn: "arn" })],
        },
        fails: {
            "a password in the address": [
                [
                    changed(build, {
                        source: { type: "S3", location: "https://me:x@bitbucket.org/owner/name" },
                    }),
                ],
                "build has an address with a name or a password for its source",
            ],
            "somebody's token": [
                [
                    repository({}),
                    resource(T.sourceCredential, "token", { authType: "PERSONAL_ACCESS_TOKEN" }),
                ],
                "token is a token for repositories",
                "build reaches its repository without a connection",
            ],
            "GitHub's first version": [
                [action({ OAuthToken: "[secret]" }, { owner: "ThirdParty", provider: "GitHub" })],
                "pipeline has the action Action, which reaches its repository with a token",
            ],
        },
    },
    "build-logs": {
        holds: { "in CloudWatch": [build] },
        fails: {
            "nothing is said": [[changed(build, { logsConfig: null })], "build keeps no log"],
            "it is off": [
                [changed(build, { logsConfig: { cloudwatchLogs: { status: "DISABLED" } } })],
                "build keeps no log",
            ],
        },
    },
    "build-output-encrypted": {
        holds: { "nothing is said": [build] },
        fails: {
            artifacts: [
                [changed(build, { artifacts: { type: "S3", encryptionDisabled: true } })],
                "build leaves something behind that is not encrypted",
            ],
            "a log in S3": [
                [changed(build, { logsConfig: { s3Logs: { status: "ENABLED", encryptionDisabled: true } } })],
                "build leaves something behind that is not encrypted",
            ],
            reports: [
                [
                    resource(T.buildReports, "reports", {
                        exportConfig: { s3Destination: { bucket: "b", encryptionDisabled: true } },
                    }),
                ],
                "reports leaves something behind that is not encrypted",
            ],
            "for everybody to read": [
                [changed(build, { projectVisibility: "PUBLIC_READ" })],
                "build shows its builds to everybody",
            ],
        },
    },
    "build-privileged-only-for-images": {
        holds: {
            "it is not": [build],
            "a Dockerfile": [privileged(plain("DOCKERFILE", "Dockerfile"))],
            "it pushes images": [role, privileged(), may(allow("ecr:PutImage", "arn"))],
            "the program builds images": [
                privileged(plain("STACK", "test")),
                resource(T.image, "image", { context: "docker/web" }),
            ],
        },
        fails: {
            "for nothing": [[privileged()], "build has the rights of its machine, and makes no image"],
            "a program that builds none": [
                [role, privileged(plain("STACK", "test")), may(allow("s3:GetObject", "arn"))],
                "build has the rights of its machine, and makes no image",
            ],
        },
    },
    "webhook-filtered": {
        holds: {
            "pushes to a branch": [
                hook([{ filters: [filter("EVENT", "PUSH"), filter("HEAD_REF", "^refs/heads/main$")] }]),
            ],
            "pull requests, and those of strangers when asked": [pullRequests],
            "pull requests of people by name": [
                hook([{ filters: [PULLS, MAIN, filter("ACTOR_ACCOUNT_ID", "^(12|34)$")] }]),
            ],
        },
        fails: {
            "no filter": [[hook([])], "hook builds whatever happens in the repository"],
            "any branch": [
                [hook([{ filters: [filter("EVENT", "PUSH")] }])],
                "hook builds what goes to any branch",
            ],
            "any branch, in more words": [
                [hook([{ filters: [filter("EVENT", "PUSH"), filter("HEAD_REF", ".*")] }])],
                "hook builds what goes to any branch",
            ],
            "any branch but one": [
                [
                    hook([
                        {
                            filters: [
                                filter("EVENT", "PUSH"),
                                {
                                    type: "HEAD_REF",
                                    pattern: "^refs/heads/main$",
                                    excludeMatchedPattern: true,
                                },
                            ],
                        },
                    ]),
                ],
                "hook builds what goes to any branch",
            ],
            "pull requests of everybody": [
                [hook([{ filters: [PULLS, MAIN] }])],
                "hook builds pull requests of everybody",
            ],
            "pull requests of everybody, as it says": [
                [
                    hook([{ filters: [PULLS, MAIN, filter("ACTOR_ACCOUNT_ID", ".*")] }], {
                        pullRequestBuildPolicy: { requiresCommentApproval: "DISABLED" },
                    }),
                ],
                "hook builds pull requests of everybody",
            ],
        },
    },
    "check-changes-nothing": {
        holds: {
            "it reads": [
                role,
                build,
                pullRequests,
                may(
                    allow(["logs:CreateLogStream", "logs:PutLogEvents"], "arn"),
                    allow(["s3:GetObject", "s3:GetBucketLocation"], "arn"),
                    allow("codeconnections:GetConnectionToken", "arn"),
                ),
            ],
            "another one writes": [role, build, may(allow("s3:PutObject", "arn"))],
        },
        fails: {
            "what a pipeline reads": [
                [role, build, pullRequests, may(allow(["s3:GetObject", "s3:PutObject"], "arn"))],
                "hook starts a build that may s3:PutObject",
            ],
            "images, by reference": [
                [
                    role,
                    build,
                    changed(pullRequests, { projectName: ref(build, "name") }),
                    may(allow("ecr:PutImage", "arn")),
                ],
                "hook starts a build that may ecr:PutImage",
            ],
        },
    },
};
