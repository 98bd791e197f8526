import * as pulumi from "@pulumi/pulumi";
import type { AppSettings, CreatedEdge, EdgeSettings } from "../../settings/settings";
import type { Network } from "../network";
import type { Place } from "../place";
import { createAccessLogs } from "./accessLogs";
import { adoptFront } from "./adopted";
import { Attachment, type AttachmentArgs, type Door, type Front } from "./attachment";
import { aliased, inAws } from "../renamed";
import { createCertificate } from "./certificate";
import { hostsOf } from "./hosts";
import { createListeners, createLoadBalancer } from "./loadBalancer";
import type { OwnBalancerArgs } from "./own";
import { type AliasTarget, createRecords, zoneIdOf } from "./records";

export { Attachment, type TargetGroups } from "./attachment";

export interface EdgeArgs extends Pick<Place, "environment" | "accountId" | "disposable"> {
    readonly settings: EdgeSettings;
    readonly network: Pick<Network, "allowOut" | "dualStack" | "publicReady" | "publicSubnetIds" | "vpcId">;
    /** The apps whose hosts get records. */
    readonly apps: readonly Pick<AppSettings, "deploy" | "route">[];
}

/** Where requests come in: one load balancer for the environment, with a rule for each app. */
export class Edge extends pulumi.ComponentResource {
    readonly listenerArn: pulumi.Input<string>;
    /** The load balancer's own name, for records that are not in Route 53. */
    readonly dnsName: pulumi.Input<string>;
    readonly securityGroupId: pulumi.Input<string>;

    private readonly environment: string;
    private readonly network: EdgeArgs["network"];
    private readonly front: Front;
    private readonly zoneId: pulumi.Input<string> | undefined;
    /** How a load balancer of an app's own is made; undefined where the environment's is somebody else's. */
    private readonly own: OwnBalancerArgs | undefined;

    constructor(
        private readonly name: string,
        args: EdgeArgs,
        opts?: pulumi.ComponentResourceOptions,
    ) {
        super("selfhost:index:Edge", name, {}, opts);
        const { settings } = args;
        const zoneId = zoneIdOf(settings.dns, { parent: this });
        const { front, target, own } =
            settings.kind === "create"
                ? this.create(name, settings, args, zoneId)
                : { ...adoptFront(settings, { parent: this }), own: undefined };
        if (zoneId !== undefined) {
            const shared = args.apps.filter(({ deploy }) => deploy.strategy !== "codeDeploy");
            createRecords(name, hostsOf(shared), zoneId, target, { parent: this });
        }

        this.environment = args.environment;
        this.network = args.network;
        this.front = front;
        this.zoneId = zoneId;
        this.own = own;
        this.listenerArn = front.listenerArn;
        this.dnsName = front.dnsName;
        this.securityGroupId = front.securityGroupId;
        this.registerOutputs({
            listenerArn: this.listenerArn,
            dnsName: this.dnsName,
            securityGroupId: this.securityGroupId,
        });
    }

    /** Gives an app its target groups, its rules, and a security group for its tasks. */
    attach(app: AttachmentArgs["app"] & Pick<AppSettings, "formerly">): Attachment {
        const { environment, network } = this;
        const known = inAws(app);
        return new Attachment(
            app.name,
            { app: known, environment, network, door: this.doorOf(known) },
            aliased({ parent: this }, app.formerly, (former) => former),
        );
    }

    /**
     * Leads an app's host to its own load balancer, once its tasks answer there: until then it leads where it led before.
     */
    publish(
        app: Pick<AppSettings, "route">,
        { ownTarget }: Pick<Attachment, "ownTarget">,
        dependsOn: readonly pulumi.Resource[],
    ): void {
        if (ownTarget !== undefined && this.zoneId !== undefined) {
            createRecords(this.name, hostsOf([app]), this.zoneId, ownTarget, {
                parent: this,
                dependsOn: [...dependsOn],
            });
        }
    }

    private doorOf({ name, deploy }: AttachmentArgs["app"]): Door {
        if (deploy.strategy !== "codeDeploy") {
            return { kind: "shared", front: this.front };
        }
        if (this.own === undefined) {
            throw new Error(`${name} needs a load balancer of its own, and the environment adopts one`);
        }
        const { balancer, certificateArn } = this.own;
        return {
            kind: "own",
            args: { balancer: { ...balancer, label: `${this.environment}-${name}` }, certificateArn },
        };
    }

    private create(
        name: string,
        settings: CreatedEdge,
        { environment: label, accountId, disposable, network }: EdgeArgs,
        zoneId: pulumi.Input<string> | undefined,
    ): { readonly front: Front; readonly target: AliasTarget; readonly own: OwnBalancerArgs } {
        const opts = { parent: this };
        const { accessLogDays: keepDays } = settings;
        const accessLogs =
            keepDays === undefined
                ? undefined
                : createAccessLogs(`${name}-access-logs`, { accountId, keepDays, disposable }, opts);
        const balancer = {
            settings,
            label,
            vpcId: network.vpcId,
            subnetIds: network.publicSubnetIds,
            dualStack: network.dualStack,
            accessLogs,
            dependsOn: network.publicReady,
        };
        const { loadBalancer, group } = createLoadBalancer(`${name}-alb`, balancer, opts);
        const certificateArn = createCertificate(`${name}-certificate`, settings.certificate, zoneId, opts);
        const listener = createListeners(
            name,
            { loadBalancer, certificateArn, sslPolicy: settings.sslPolicy },
            opts,
        );
        return {
            front: {
                listenerArn: listener.arn,
                securityGroupId: group.id,
                arnSuffix: loadBalancer.arnSuffix,
                dnsName: loadBalancer.dnsName,
            },
            target: { dnsName: loadBalancer.dnsName, zoneId: loadBalancer.zoneId },
            own: { balancer, certificateArn },
        };
    }
}
