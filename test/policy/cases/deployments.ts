import type { Json } from "../../../plan/graph";
import { T } from "../../../policy/types";
import { allow, changed, document, ref, resource } from "../../support/graphs";
import type { Cases } from "./cases";

const role = resource(T.role, "role");
const smoke = resource(T.lambda, "smoke");
const may = (...statements: readonly Json[]) =>
    resource(T.rolePolicy, "policy", { role: ref(role, "name"), policy: document(...statements) });
const call = allow("lambda:InvokeFunction", [ref(smoke, "arn")]);
const hooked = resource(T.service, "service", {
    deploymentConfiguration: {
        strategy: "BLUE_GREEN",
        lifecycleHooks: [{ hookTargetArn: ref(smoke, "arn"), roleArn: ref(role, "arn") }],
    },
});
const shifting = resource(T.service, "service", {
    loadBalancers: [{ advancedConfiguration: { roleArn: ref(role, "arn") } }],
});
const attached = (name: string) =>
    resource(T.rolePolicyAttachment, `attached-${name}`, {
        role: ref(role, "name"),
        policyArn: `arn:aws:iam::aws:policy/${name}`,
    });
const managed = attached("AmazonECSInfrastructureRolePolicyForLoadBalancers");
const task = resource(T.taskDefinition, "task", { taskRoleArn: ref(role, "arn") });

export const DEPLOYMENT_CASES: Cases = {
    "deployment-hook-may-call-its-function": {
        holds: {
            "it may": [role, smoke, hooked, may(call)],
            "without hooks": [
                resource(T.service, "service", { deploymentConfiguration: { strategy: "ROLLING" } }),
            ],
        },
        fails: {
            "it may not": [[role, smoke, hooked], "service waits for a hook that role may not call"],
            "another function": [
                [
                    role,
                    smoke,
                    hooked,
                    may(
                        allow(
                            "lambda:InvokeFunction",
                            "arn:aws:lambda:eu-west-1:123456789012:function:other",
                        ),
                    ),
                ],
                "service waits for a hook that role may not call",
            ],
            "more than that": [
                [role, smoke, hooked, may(call, allow("ecs:UpdateService", "arn"))],
                "service calls a hook with role, which may also ecs:UpdateService",
            ],
        },
    },
    "deployment-role-only-shifts-traffic": {
        holds: {
            "AWS's policy": [role, shifting, managed],
            "a policy of one's own": [
                role,
                shifting,
                may(allow(["elasticloadbalancing:DescribeRules", "elasticloadbalancing:ModifyRule"], "arn")),
            ],
        },
        fails: {
            nothing: [[role, shifting], "service shifts no traffic: role may not"],
            "more than that": [
                [role, shifting, managed, may(allow("ecs:UpdateService", "arn"))],
                "service shifts traffic with role, which may also ecs:UpdateService",
            ],
            "other policies of AWS": [
                [role, shifting, managed, attached("AmazonEC2FullAccess")],
                "service shifts traffic with role, which has other policies of AWS too",
            ],
            "the task's": [
                [role, changed(shifting, { taskDefinition: ref(task, "arn") }), managed, task],
                "service shifts traffic with a role of its tasks, role",
            ],
        },
    },
};
