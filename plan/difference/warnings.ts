/** What is known to stop or surprise, whatever the engine's own preview says. */
import type { Change, PlanDocument } from "./model";

/** Properties that tie a resource to a VPC for life, although the provider tries to change them in place. */
const TIED: Readonly<Record<string, { readonly path: string; readonly what: string }>> = {
    // https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_VPC.WorkingWithRDSInstanceinaVPC.html
    "aws:rds/subnetGroup:SubnetGroup": { path: "subnetIds", what: "a database's subnet group" },
    // https://docs.aws.amazon.com/efs/latest/ug/manage-fs-access-vpc-mount-target.html
    "aws:efs/mountTarget:MountTarget": { path: "subnetId", what: "a file system with mount targets" },
};

export function warnings(
    before: PlanDocument,
    after: PlanDocument,
    changes: readonly Change[],
): readonly string[] {
    return [...regionWarning(before, after), ...vpcWarnings(changes)];
}

function regionWarning(before: PlanDocument, after: PlanDocument): readonly string[] {
    return before.region === after.region
        ? []
        : [
              `The region changes from ${before.region} to ${after.region}: nothing moves there, and Pulumi loses sight of what is in the old one. A stack of its own does it safely.`,
          ];
}

function vpcWarnings(changes: readonly Change[]): readonly string[] {
    const vpc = changes.find(
        ({ type, properties }) => type === "aws:ec2/vpc:Vpc" && properties.some(({ replaces }) => replaces),
    );
    if (vpc === undefined) {
        return [];
    }
    const stuck = changes.flatMap(({ type, properties }) => {
        const tied = TIED[type];
        return tied !== undefined && properties.some(({ path }) => path.startsWith(tied.path))
            ? [tied.what]
            : [];
    });
    return stuck.length === 0
        ? []
        : [
              `${vpc.name} is replaced, and AWS does not let ${[...new Set(stuck)].join(" or ")} follow into another VPC: \`pulumi up\` will stop there. Make a new stack and restore the data into it.`,
          ];
}
