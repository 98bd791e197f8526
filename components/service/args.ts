/** What a service needs of the rest of the environment. */
import type * as pulumi from "@pulumi/pulumi";
import type { AppSettings } from "../../settings/settings";
import type { StandIn } from "../image/bootstrap";
import type { Place } from "../place";
import type { Statement } from "../statement";
import type { Mount } from "../storage/volumes";

export interface ServiceArgs extends Place {
    /** As AWS knows it. */
    readonly app: AppSettings;
    readonly cluster: ServiceCluster;
    readonly subnetIds: readonly pulumi.Input<string>[];
    /** True where the tasks' way out is a public address of their own. */
    readonly assignPublicIp: boolean;
    readonly attachment: ServiceAttachment;
    /** By digest. */
    readonly imageUri: pulumi.Input<string>;
    /** Whether that is no image of the app yet, but one that stands in for it until the first release. */
    readonly standIn?: pulumi.Input<boolean> | undefined;
    /** That image, whether it still runs or not; undefined where there is none. */
    readonly standInImage?: pulumi.Input<string> | undefined;
    /** What its container then starts instead; undefined inside once something is released. */
    readonly starts?: pulumi.Output<StandIn | undefined> | undefined;
    /** All of the container's variables, the preset's and the stack file's. */
    readonly environmentVariables: Readonly<Record<string, pulumi.Input<string>>>;
    /** Name of a variable → what ECS reads it from (`valueFrom`). */
    readonly secrets: Readonly<Record<string, pulumi.Input<string>>>;
    /** What ECS needs before the container starts: pulling the image, reading those secrets. */
    readonly executionStatements: readonly Statement[];
    /**
     * The same for what another revision may not need, by the name of a policy of its own: the role's other policy
     * changes before the service does, and until it has, or when it is rolled back, tasks of the old revision start.
     */
    readonly executionGrants: Readonly<Record<string, readonly Statement[]>>;
    /** What the application itself does in AWS. */
    readonly taskStatements: readonly Statement[];
    readonly mounts: readonly Mount[];
    /** What the preset's migrations change; undefined where the app has no database. */
    readonly database: ServiceDatabase | undefined;
    /** Calls from and to other apps, past the load balancer; undefined: there are none. */
    readonly connection: ServiceConnection | undefined;
    /** What a task must find when it starts: its database user, mount targets, a way out. */
    readonly dependsOn: readonly pulumi.Input<pulumi.Resource>[];
}

export interface ServiceCluster {
    readonly name: pulumi.Input<string>;
    readonly arn: pulumi.Input<string>;
    /** Where ECS Exec sessions are recorded; undefined where the cluster does not say. */
    readonly execAudit: ExecAudit | undefined;
}

export interface ExecAudit {
    readonly logGroupArn: pulumi.Input<string>;
    /** Encrypts the sessions; undefined: TLS alone does. */
    readonly kmsKeyArn: pulumi.Input<string> | undefined;
}

/** An app's place behind the load balancer. */
export interface ServiceAttachment {
    readonly securityGroupId: pulumi.Input<string>;
    readonly targetGroups: {
        /** ARN of the group that the tasks join. */
        readonly active: pulumi.Input<string>;
        /** ARN of the other group; undefined where the app's tasks may never overlap. */
        readonly alternate: pulumi.Input<string> | undefined;
    };
    /** Of one group or of both, as CodeDeploy calls them. */
    readonly targetGroupNames: readonly pulumi.Input<string>[];
    /** The listener rule that forwards to the groups; undefined where the app has the listener to itself. */
    readonly ruleArn: pulumi.Input<string> | undefined;
    /** The rule that leads tests to the new tasks; undefined where the strategy has no such moment. */
    readonly testRuleArn: pulumi.Input<string> | undefined;
    readonly listenerArn: pulumi.Input<string>;
    /** The load balancer's own name. */
    readonly dnsName: pulumi.Input<string>;
    /** `app/<name>/<id>`, the load balancer's part of a metric's label. */
    readonly loadBalancerArnSuffix: pulumi.Input<string>;
    /** `targetgroup/<name>/<id>` of the active group and, where there is one, of the other. */
    readonly targetGroupArnSuffixes: readonly pulumi.Input<string>[];
    /** What must exist before ECS accepts the target group. */
    readonly dependsOn: readonly pulumi.Input<pulumi.Resource>[];
}

/** An app's part in Service Connect. */
export interface ServiceConnection {
    readonly namespaceArn: pulumi.Input<string>;
    /** Whether other apps find it, by its name. */
    readonly published: boolean;
    /** The services that it reaches, by the name of the app. */
    readonly servers: Readonly<Record<string, pulumi.Input<string>>>;
}

/** The Aurora cluster that the app's database is in. */
export interface ServiceDatabase {
    readonly clusterIdentifier: string;
    readonly clusterArn: pulumi.Input<string>;
}
