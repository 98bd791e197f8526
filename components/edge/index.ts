import * as pulumi from "@pulumi/pulumi";
import type { AppSettings, CreatedEdge, EdgeSettings } from "../../settings/settings";
import type { Network } from "../network";
import { createAccessLogs } from "./accessLogs";
import { adoptFront } from "./adopted";
import { Attachment, type AttachmentArgs, type Front } from "./attachment";
import { createCertificate } from "./certificate";
import { hostsOf } from "./hosts";
import { createListeners, createLoadBalancer } from "./loadBalancer";
import { type AliasTarget, createRecords, zoneIdOf } from "./records";

export { Attachment, type TargetGroups } from "./attachment";

export interface EdgeArgs {
    readonly settings: EdgeSettings;
    readonly environment: string;
    readonly accountId: pulumi.Input<string>;
    readonly disposable: boolean;
    readonly network: Pick<Network, "allowOut" | "dualStack" | "publicReady" | "publicSubnetIds" | "vpcId">;
    /** The apps whose hosts get records. */
    readonly apps: readonly Pick<AppSettings, "route">[];
}

/** Where requests come in: one load balancer for the environment, with a rule for each app. */
export class Edge extends pulumi.ComponentResource {
    readonly listenerArn: pulumi.Input<string>;
    /** The load balancer's own name, for records that are not in Route 53. */
    readonly dnsName: pulumi.Input<string>;
    readonly securityGroupId: pulumi.Input<string>;

    private readonly label: string;
    private readonly network: EdgeArgs["network"];
    private readonly front: Front;

    constructor(name: string, args: EdgeArgs, opts?: pulumi.ComponentResourceOptions) {
        super("selfhost:index:Edge", name, {}, opts);
        const { settings } = args;
        const zoneId = zoneIdOf(settings.dns, { parent: this });
        const { front, target } =
            settings.kind === "create"
                ? this.create(name, settings, args, zoneId)
                : adoptFront(settings, { parent: this });
        if (zoneId !== undefined) {
            createRecords(name, hostsOf(args.apps), zoneId, target, { parent: this });
        }

        this.label = args.environment;
        this.network = args.network;
        this.front = front;
        this.listenerArn = front.listenerArn;
        this.dnsName = front.dnsName;
        this.securityGroupId = front.securityGroupId;
        this.registerOutputs({
            listenerArn: this.listenerArn,
            dnsName: this.dnsName,
            securityGroupId: this.securityGroupId,
        });
    }

    /** Gives an app its target groups, its rule, and a security group for its tasks. */
    attach(app: AttachmentArgs["app"]): Attachment {
        const { label, network, front } = this;
        return new Attachment(app.name, { app, label, network, front }, { parent: this });
    }

    private create(
        name: string,
        settings: CreatedEdge,
        { environment: label, accountId, disposable, network }: EdgeArgs,
        zoneId: pulumi.Input<string> | undefined,
    ): { readonly front: Front; readonly target: AliasTarget } {
        const opts = { parent: this };
        const { accessLogDays: keepDays } = settings;
        const accessLogs =
            keepDays === undefined
                ? undefined
                : createAccessLogs(`${name}-access-logs`, { accountId, keepDays, disposable }, opts);
        const { loadBalancer, group } = createLoadBalancer(
            `${name}-alb`,
            {
                settings,
                label,
                vpcId: network.vpcId,
                subnetIds: network.publicSubnetIds,
                dualStack: network.dualStack,
                accessLogs,
                dependsOn: network.publicReady,
            },
            opts,
        );
        const certificateArn = createCertificate(`${name}-certificate`, settings.certificate, zoneId, opts);
        const listener = createListeners(name, loadBalancer, certificateArn, settings.sslPolicy, opts);
        return {
            front: {
                listenerArn: listener.arn,
                securityGroupId: group.id,
                arnSuffix: loadBalancer.arnSuffix,
                dnsName: loadBalancer.dnsName,
            },
            target: { dnsName: loadBalancer.dnsName, zoneId: loadBalancer.zoneId },
        };
    }
}
