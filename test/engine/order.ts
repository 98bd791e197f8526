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
        {
            type: "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
            property: "securityGroupId",
            direct: true,
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
        const near = new Set(Object.values(user.propertyDependencies ?? {}).flatMap((urns) => urns ?? []));
        const far = closure(user, byUrn);
        return resources
            .filter((resource) =>
                guards.some((guard) => guardsOneOf(resource, guard, guard.direct === true ? near : far)),
            )
            .map((guard) => ({ user: user.urn, guard: guard.urn }));
    });
}

function guardsOneOf(resource: EngineResource, guard: Guard, used: ReadonlySet<string>): boolean {
    const guarded = resource.propertyDependencies?.[guard.property] ?? [];
    return resource.type === guard.type && guarded.some((urn) => used.has(urn));
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
