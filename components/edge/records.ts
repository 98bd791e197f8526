/** The zone that the environment's names are in, and the records that lead them to the load balancer. */
import * as pulumi from "@pulumi/pulumi";
import * as aws from "@pulumi/aws";
import type { Dns } from "../../settings/settings";

/** Id of the hosted zone; undefined where it is not in Route 53. */
export function zoneIdOf(dns: Dns, opts: pulumi.InvokeOutputOptions): pulumi.Input<string> | undefined {
    if (dns.kind !== "route53") {
        return undefined;
    }
    return "id" in dns.zone
        ? dns.zone.id
        : aws.route53.getZoneOutput({ name: dns.zone.name, privateZone: false }, opts).zoneId;
}

export interface AliasTarget {
    readonly dnsName: pulumi.Input<string>;
    /** The zone that the load balancer's own name is in. */
    readonly zoneId: pulumi.Input<string>;
}

/**
 * A name for IPv4 and one for IPv6 for each host. Where the load balancer has only IPv4, the second is found empty, as
 * if it were not there, and answers from the day that the load balancer gets IPv6.
 */
export function createRecords(
    name: string,
    hosts: readonly string[],
    zoneId: pulumi.Input<string>,
    target: AliasTarget,
    opts: pulumi.CustomResourceOptions,
): void {
    for (const host of hosts) {
        for (const type of ["A", "AAAA"]) {
            new aws.route53.Record(
                `${name}-${host}-${type.toLowerCase()}`,
                {
                    zoneId,
                    name: host,
                    type,
                    aliases: [{ name: target.dnsName, zoneId: target.zoneId, evaluateTargetHealth: false }],
                },
                opts,
            );
        }
    }
}
