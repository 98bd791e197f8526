/**
 * What must exist before something starts to work, although no reference says so.
 *
 * A guard is a resource that makes another one usable: a role may do nothing before its policy, a certificate is not
 * served before it is validated. Whoever uses the guarded resource, at any distance, must wait for the guard, and must
 * be gone before the guard goes.
 */
import type { Call } from "./provider/cloud";
import type { EngineResource } from "./support/stack";

interface Guard {
    readonly type: string;
    /** Its input that names what it guards. */
    readonly property: string;
    /** It matters only to who uses what it guards without anything in between. */
    readonly direct?: boolean;
    /** Not where another resource of the user's own type uses what this input names: it matters to that one. */
    readonly unlessPeer?: string;
}

const POLICIES: readonly Guard[] = [
    { type: "aws:iam/rolePolicy:RolePolicy", property: "role" },
    { type: "aws:iam/rolePolicyAttachment:RolePolicyAttachment", property: "role" },
];

/** By the type of the user. */
const GUARDS: Readonly<Record<string, readonly Guard[]>> = {
    "aws:ecs/service:Service": [
        ...POLICIES,
        { type: "aws:acm/certificateValidation:CertificateValidation", property: "certificateArn" },
        { type: "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders", property: "clusterName" },
        { type: "aws:efs/fileSystemPolicy:FileSystemPolicy", property: "fileSystemId" },
        { type: "aws:efs/mountTarget:MountTarget", property: "fileSystemId" },
        { type: "aws:lb/listenerRule:ListenerRule", property: "actions" },
        { type: "aws:rds/clusterInstance:ClusterInstance", property: "clusterIdentifier" },
        // A database needs no way out of its subnets.
        { type: "aws:ec2/routeTableAssociation:RouteTableAssociation", property: "subnetId", direct: true },
        { type: "aws:ec2/route:Route", property: "routeTableId" },
        {
            type: "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
            property: "securityGroupId",
            direct: true,
        },
        // The way in is for who comes that way: another app, or the load balancer, whose answer the service waits for.
        {
            type: "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
            property: "referencedSecurityGroupId",
            direct: true,
        },
        {
            type: "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
            property: "securityGroupId",
            direct: true,
            unlessPeer: "referencedSecurityGroupId",
        },
        { type: "aws:secretsmanager/secretVersion:SecretVersion", property: "secretId" },
    ],
    "aws:lambda/invocation:Invocation": [
        ...POLICIES,
        { type: "aws:rds/clusterInstance:ClusterInstance", property: "clusterIdentifier" },
    ],
    "aws:lb/listener:Listener": [
        { type: "aws:acm/certificateValidation:CertificateValidation", property: "certificateArn" },
    ],
    "aws:lb/loadBalancer:LoadBalancer": [{ type: "aws:s3/bucketPolicy:BucketPolicy", property: "bucket" }],
    "aws:ec2/flowLog:FlowLog": POLICIES,
};

/** Resources whose type is a guard's: slowing these down shows who does not wait. */
export const GUARD_TYPES: readonly string[] = [
    ...new Set(Object.values(GUARDS).flatMap((guards) => guards.map(({ type }) => type))),
];

export interface Pair {
    readonly user: string;
    readonly guard: string;
}

/** Everybody who uses something guarded, with the guard. */
export function guardedPairs(resources: readonly EngineResource[]): readonly Pair[] {
    const byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
    return resources.flatMap((user) => {
        const guards = GUARDS[user.type] ?? [];
        const near = namedBy(user);
        const far = closure(user, byUrn);
        const peers = new Set(
            resources
                .filter((one) => one.type === user.type && one !== user)
                .flatMap((one) => [...namedBy(one)]),
        );
        return resources
            .filter((resource) =>
                guards.some(
                    (guard) =>
                        names(resource, guard, guard.property, guard.direct === true ? near : far) &&
                        !names(resource, guard, guard.unlessPeer, peers),
                ),
            )
            .map((guard) => ({ user: user.urn, guard: guard.urn }));
    });
}

/** What a resource's inputs refer to. */
function namedBy({ propertyDependencies = {} }: EngineResource): ReadonlySet<string> {
    return new Set(Object.values(propertyDependencies).flatMap((urns) => urns ?? []));
}

/** Whether it is such a guard, and that input of it one of these. */
function names(
    { type, propertyDependencies }: EngineResource,
    guard: Guard,
    property: string | undefined,
    some: ReadonlySet<string>,
): boolean {
    const named = property === undefined ? [] : (propertyDependencies?.[property] ?? []);
    return type === guard.type && named.some((urn) => some.has(urn));
}

/** Pairs of which the user does not depend on the guard, at any distance. */
export function notWaiting(pairs: readonly Pair[], resources: readonly EngineResource[]): readonly Pair[] {
    const byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
    const closures = new Map<string, ReadonlySet<string>>();
    return pairs.filter(({ user, guard }) => {
        const found = byUrn.get(user);
        const waits = closures.get(user) ?? (found === undefined ? new Set<string>() : closure(found, byUrn));
        closures.set(user, waits);
        return !waits.has(guard);
    });
}

/** Pairs of which the user was begun before its guard was made. */
export function madeTooEarly(pairs: readonly Pair[], calls: readonly Call[]): readonly Pair[] {
    const begun = lastPlaces(calls, "create", "begin");
    const ended = lastPlaces(calls, "create", "end");
    return pairs.filter(({ user, guard }) => (begun.get(user) ?? Infinity) < (ended.get(guard) ?? Infinity));
}

/** Pairs of which the guard began to go before its user was gone. */
export function goneTooEarly(pairs: readonly Pair[], calls: readonly Call[]): readonly Pair[] {
    const begun = lastPlaces(calls, "delete", "begin");
    const ended = lastPlaces(calls, "delete", "end");
    return pairs.filter(({ user, guard }) => (begun.get(guard) ?? Infinity) < (ended.get(user) ?? -1));
}

/** Resources of which a dependency was deleted first. */
export function deletedBeforeUsers(
    resources: readonly EngineResource[],
    calls: readonly Call[],
): readonly Pair[] {
    const pairs = resources.flatMap(({ urn, dependencies = [] }) =>
        dependencies.map((guard) => ({ user: urn, guard })),
    );
    return goneTooEarly(pairs, calls);
}

function lastPlaces(
    calls: readonly Call[],
    method: Call["method"],
    phase: Call["phase"],
): ReadonlyMap<string, number> {
    const places = new Map<string, number>();
    calls.forEach((call, index) => {
        if (call.method === method && call.phase === phase) {
            places.set(call.urn, index);
        }
    });
    return places;
}

/** Everything that a resource depends on, at any distance, and what the components in between hold. */
function closure(resource: EngineResource, byUrn: ReadonlyMap<string, EngineResource>): ReadonlySet<string> {
    const found = new Set<string>();
    const visit = (urns: readonly string[]): void => {
        for (const urn of urns.filter((one) => !found.has(one))) {
            found.add(urn);
            visit(byUrn.get(urn)?.dependencies ?? []);
        }
    };
    visit(resource.dependencies ?? []);
    return found;
}
