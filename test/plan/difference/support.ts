/** Plans in a few lines. */
import type { Json } from "../../../plan/graph";
import type { PlanDocument, PlannedResource } from "../../../plan/difference/model";

type Given = Partial<Pick<PlannedResource, "dependencies" | "options" | "parent">>;

export const STACK = "dev";

export function urn(type: string, name: string, stack = STACK): string {
    return `urn:pulumi:${stack}::selfhost::${type}::${name}`;
}

export function resource(
    type: string,
    name: string,
    inputs: Record<string, Json> = {},
    given: Given = {},
    stack = STACK,
): PlannedResource {
    return { urn: urn(type, name, stack), type, name, inputs, dependencies: [], options: {}, ...given };
}

/** Below a component. */
export function child(component: string, type: string, name: string, given: Given = {}): PlannedResource {
    const parent = urn("selfhost:index:Group", component);
    return {
        ...resource(type, name, {}, { parent, ...given }),
        urn: urn(`selfhost:index:Group$${type}`, name),
    };
}

export function component(name: string, given: Given = {}): PlannedResource {
    return resource(
        "selfhost:index:Group",
        name,
        {},
        { parent: urn("pulumi:pulumi:Stack", "selfhost-dev"), ...given },
    );
}

export function plan(resources: readonly PlannedResource[], given: Partial<PlanDocument> = {}): PlanDocument {
    return { project: "selfhost", stack: STACK, region: "eu-west-1", resources, ...given };
}

/** How another resource's inputs refer to a property of this one. */
export function output({ urn: of }: PlannedResource, property: string): string {
    return `\${${of}.${property}}`;
}

export const VPC = "aws:ec2/vpc:Vpc";
export const SUBNET = "aws:ec2/subnet:Subnet";
export const BUCKET = "aws:s3/bucket:Bucket";
export const POLICY = "aws:s3/bucketPolicy:BucketPolicy";
export const CLUSTER = "aws:rds/cluster:Cluster";
export const SECRET = "aws:secretsmanager/secret:Secret";
export const VERSION = "aws:secretsmanager/secretVersion:SecretVersion";
export const PASSWORD = "random:index/randomPassword:RandomPassword";
