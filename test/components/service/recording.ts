/** One service, recorded between what it waits for. */
import * as aws from "@pulumi/aws";
import { Service, type ServiceArgs } from "../../../components/service";
import type { Statement } from "../../../components/statement";
import type { Graph } from "../../../plan/graph";
import { record } from "../../../plan/record";
import { app } from "./fixture";

export const CLUSTER = "arn:aws:ecs:eu-west-1:123456789012:cluster/dev";
export const SECRET = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:key-AbCdEf";
export const PARAMETER = "arn:aws:ssm:eu-west-1:123456789012:parameter/mail/password";
const REPOSITORY = "arn:aws:ecr:eu-west-1:123456789012:repository/dev/wiki";

/** A place on the environment's load balancer, with two groups. */
export const ATTACHMENT = {
    securityGroupId: "sg-tasks",
    targetGroups: { active: "arn:active", alternate: "arn:alternate" },
    targetGroupNames: ["wiki-a", "wiki-b"],
    ruleArn: "arn:rule",
    testRuleArn: undefined,
    listenerArn: "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/dev/1/2",
    dnsName: "dev.elb.amazonaws.com",
    loadBalancerArnSuffix: "app/dev/1",
    targetGroupArnSuffixes: ["targetgroup/wiki-a/2", "targetgroup/wiki-b/3"],
} as const;

const allow = (sid: string, action: string, resource: string): Statement => ({
    Sid: sid,
    Effect: "Allow",
    Action: [action],
    Resource: [resource],
});

let plain: Promise<Graph> | undefined;

/** The recording that most tests look at, made once. */
export const recordPlain = (): Promise<Graph> => (plain ??= recordService());

/** Records one service between what it waits for: a way in (`rule`) and a database user (`user`). */
export function recordService(change: Partial<ServiceArgs> = {}): Promise<Graph> {
    return record(
        () => {
            const rule = new aws.ssm.Parameter("rule", { type: "String", value: "made" });
            const user = new aws.ssm.Parameter("user", { type: "String", value: "made" });
            const { serviceName, commands } = new Service("wiki", {
                app: app(),
                environment: "dev",
                region: "eu-west-1",
                partition: "aws",
                accountId: "123456789012",
                disposable: true,
                cluster: { name: "dev", arn: CLUSTER, execAudit: undefined },
                subnetIds: ["subnet-a", "subnet-b"],
                assignPublicIp: true,
                attachment: {
                    ...ATTACHMENT,
                    dependsOn: [rule],
                },
                imageUri: `123456789012.dkr.ecr.eu-west-1.amazonaws.com/dev/wiki@sha256:${"0".repeat(64)}`,
                standIn: undefined,
                environmentVariables: { APP_URL: "https://wiki.example.com", APP_LANG: "en" },
                secrets: { APP_KEY: `${SECRET}:::1`, MAIL_PASSWORD: PARAMETER },
                executionStatements: [
                    allow("PullImage", "ecr:BatchGetImage", REPOSITORY),
                    allow("ReadSecrets", "secretsmanager:GetSecretValue", SECRET),
                    allow("ReadParameters", "ssm:GetParameters", PARAMETER),
                ],
                executionGrants: {},
                taskStatements: [allow("ReadFiles", "s3:GetObject", "arn:aws:s3:::files/*")],
                mounts: [],
                database: undefined,
                connection: undefined,
                dependsOn: [user],
                ...change,
            });
            return Promise.resolve({ serviceName, commands });
        },
        { project: "selfhost", stack: "dev", region: "eu-west-1" },
    );
}
