import { T } from "../../../policy/types";
import { only } from "../../support/graph";
import { allow, ref, resource } from "../../support/graphs";
import { add, deafTopic, type Plantings, remove, set, statement, trust } from "./changes";

/** Mistakes in who may do what, in what is kept on record and in who is told, in prod. */
export const PERMISSIONS: Plantings = {
    "one role for both": [
        (graph) =>
            set(T.taskDefinition, "bookstack-definition", {
                taskRoleArn: ref(only(graph, T.role, "bookstack-execution"), "arn"),
            })(graph),
        "task-roles-apart",
        "task-role-can-serve",
        "task-role-only-serves-application",
    ],
    "every action": [
        statement("bookstack-task-policy", allow("*", "*")),
        "no-administrator",
        "decryption-names-its-keys",
        "pass-role-limited",
        "policy-names-its-actions",
        "policy-names-its-resources",
    ],
    "every action of a service": [
        statement("bookstack-task-policy", allow("s3:*", "arn:aws:s3:::other/*")),
        "policy-names-its-actions",
    ],
    "every resource": [
        statement("bookstack-task-policy", allow("s3:GetObject", "*")),
        "policy-names-its-resources",
    ],
    "every role to hand on": [
        statement("bookstack-migration-policy", allow("iam:PassRole", "*")),
        "pass-role-limited",
        "policy-names-its-resources",
    ],
    "files for the execution role": [
        statement("bookstack-execution-policy", allow("s3:GetObject", "arn:aws:s3:::other/*")),
        "execution-role-only-starts-tasks",
    ],
    "secrets for the application": [
        statement(
            "bookstack-task-policy",
            allow("secretsmanager:GetSecretValue", "arn:aws:secretsmanager:eu-west-1:123456789012:secret:a"),
        ),
        "task-role-only-serves-application",
    ],
    "trust in any account": [
        trust("bookstack-task", { Service: "ecs-tasks.amazonaws.com" }),
        "trust-limited-to-account",
    ],
    "a log for ever": [set(T.logGroup, "bookstack-logs", { retentionInDays: null }), "log-group-expires"],
    "rules inside of a group": [
        set(T.securityGroup, "bookstack-tasks", {
            egress: [{ protocol: "-1", fromPort: 0, toPort: 0, cidrBlocks: ["0.0.0.0/0"] }],
        }),
        "no-inline-rules",
        "no-egress-to-everywhere",
    ],
    "no flow logs": [remove("aws:ec2/flowLog:FlowLog", "network-flow-logs"), "vpc-flow-logs"],
    "an open default group": [
        remove(T.defaultSecurityGroup, "network-vpc-default"),
        "default-security-group-closed",
    ],
    "an alarm for nobody": [add(() => resource(T.alarm, "alarm", { alarmActions: [] })), "alarm-has-reader"],
    "a topic that alarms may not write to": [
        deafTopic,
        "topic-allows-its-publishers",
        "database-events-have-readers",
    ],
};
