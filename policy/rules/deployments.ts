/** Roles of deployments: what shifts traffic, and what asks whether a release is good, may do that and nothing else. */
import { taskOf } from "../containers";
import { list } from "../json";
import { granted, mayUse } from "../permissions";
import { POLICIES_LATER, type Rule } from "../rule";
import { T } from "../types";
import { type Item, type Said, unless, type View } from "../view";

const SHIFTS_TRAFFIC = "AmazonECSInfrastructureRolePolicyForLoadBalancers";

const hooks: Rule = {
    name: "deployment-hook-may-call-its-function",
    control: [],
    level: "mandatory",
    waivable: "never",
    description: "The role with which a deployment asks a function may call that function, and nothing else.",
    remediation: "Give the hook's `roleArn` a role with `lambda:InvokeFunction` on the hook's target alone.",
    url: "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/blue-green-permissions.html",
    decidableInPreview: POLICIES_LATER,
    check: (view) =>
        view.each(T.service, (service) =>
            service.list("deploymentConfiguration.lifecycleHooks").flatMap((_, index) => {
                const path = `deploymentConfiguration.lifecycleHooks.${index}`;
                const functions = service.refs(`${path}.hookTargetArn`, T.lambda);
                return service.refs(`${path}.roleArn`, T.role).flatMap((role) => {
                    const statements = granted(view, role);
                    const calls = functions.every((one) => mayUse(statements, "lambda:InvokeFunction", one));
                    return [
                        ...unless(calls, `waits for a hook that ${role.name} may not call`),
                        ...moreThan(view, role, /^lambda:InvokeFunction$/, "calls a hook"),
                    ];
                });
            }),
        ),
};

const traffic: Rule = {
    name: "deployment-role-only-shifts-traffic",
    control: [],
    level: "mandatory",
    waivable: "never",
    description:
        "The role with which ECS shifts traffic may use load balancers and nothing else, and is nobody else's.",
    remediation: `Give \`advancedConfiguration\` a role of its own with AWS's policy ${SHIFTS_TRAFFIC}.`,
    url: "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/AmazonECSInfrastructureRolePolicyForLoadBalancers.html",
    decidableInPreview: POLICIES_LATER,
    check: (view) =>
        view.each(T.service, (service) =>
            list(service.at("loadBalancers")).flatMap((_, index) =>
                service
                    .refs(`loadBalancers.${index}.advancedConfiguration.roleArn`, T.role)
                    .flatMap((role) => shiftingSaid(view, service, role)),
            ),
        ),
};

function shiftingSaid(view: View, service: Item, role: Item): readonly Said[] {
    const attached = view
        .users(role, T.rolePolicyAttachment)
        .filter((attachment) => attachment.refersTo("role", role))
        .map((attachment) => attachment.at("policyArn"))
        .filter((arn) => typeof arn === "string");
    const shifts =
        attached.some((arn) => arn.endsWith(`/${SHIFTS_TRAFFIC}`)) ||
        granted(view, role).some(({ actions }) => actions.includes("elasticloadbalancing:ModifyRule"));
    const task = taskOf(service);
    const taken = ["executionRoleArn", "taskRoleArn"].some((path) => task?.refersTo(path, role) ?? false);
    return [
        ...unless(shifts, `shifts no traffic: ${role.name} may not`),
        ...unless(!taken, `shifts traffic with a role of its tasks, ${role.name}`),
        ...unless(
            attached.every((arn) => arn.endsWith(`/${SHIFTS_TRAFFIC}`)),
            `shifts traffic with ${role.name}, which has other policies of AWS too`,
        ),
        ...moreThan(view, role, /^elasticloadbalancing:/, "shifts traffic"),
    ];
}

function moreThan(view: View, role: Item, needed: RegExp, does: string): readonly Said[] {
    const more = granted(view, role)
        .flatMap(({ actions }) => actions)
        .filter((action) => !needed.test(action));
    return unless(
        more.length === 0,
        `${does} with ${role.name}, which may also ${[...new Set(more)].join(", ")}`,
    );
}

export const DEPLOYMENTS: readonly Rule[] = [hooks, traffic];
