/** Combinations of settings of the environment that cannot work, each with the reason and what to write instead. */
import type { Decided } from "./context";
import { isIpv6, sharedSlots } from "./cidr";
import { canonicalRange, cidrProblem } from "./addresses";
import { certificateRules } from "./certificateRules";
import { sharedDatabaseRules } from "./databaseRules";
import { isZoneId } from "./decide";
import { deliveryRules } from "./deliveryRules";
import { formerlyRules } from "./formerly";
import type { Problem } from "./problem";
import { reachRules } from "./reaches";
import { routeRules } from "./routeRules";
import type { AppSettings, Profile } from "./settings";
import { tagRules } from "./tagRules";

export { appRules, secretRules } from "./appRules";

export function environmentRules(decided: Decided, profile: Profile): readonly Problem[] {
    return [
        ...networkRules(decided),
        ...domainRules(decided, profile),
        ...certificateRules(decided),
        ...edgeRules(decided),
        ...allowRules(decided),
        ...clusterRules(decided),
        ...tagRules(decided),
        ...routeRules(decided),
        ...sharedDatabaseRules(decided),
        ...reachRules(decided),
        ...formerlyRules(decided),
        ...deliveryRules(decided),
    ];
}

function networkRules({ raw, region }: Decided): readonly Problem[] {
    const { network } = raw;
    if (network === undefined) {
        return [];
    }
    const problems: Problem[] = [];
    // https://docs.amazonaws.cn/en_us/AmazonECR/latest/userguide/vpc-endpoints.html: some start with `cn.`, others do not.
    if (network.egress === "endpoints" && region.startsWith("cn-")) {
        problems.push({
            path: "selfhost:network.egress",
            value: network.egress,
            reason: "needs endpoints of AWS services, which have other names in China.",
            fix: "Write another way out, like `natPerAz`, or name a VPC with endpoints in `vpc`.",
        });
    }
    if (network.vpc !== undefined) {
        const own = (["cidr", "zones", "egress", "ipv6", "flowLogs"] as const).filter(
            (key) => network[key] !== undefined,
        );
        problems.push(
            ...own.map((key) => ({
                path: `selfhost:network.${key}`,
                value: network[key],
                reason: "belongs to a VPC that this program makes, and `vpc` names one that exists.",
                fix: "Remove it; the adopted VPC stays as it is.",
            })),
        );
    }
    const wrong = network.cidr === undefined ? undefined : cidrProblem(network.cidr);
    if (wrong !== undefined) {
        problems.push({ path: "selfhost:network.cidr", value: network.cidr, ...wrong });
    }
    const zones = network.zones ?? [];
    if (new Set(zones).size < zones.length) {
        problems.push({
            path: "selfhost:network.zones",
            value: zones,
            reason: "names a zone twice.",
            fix: "Write different letters.",
        });
    }
    for (const [one, other] of sharedSlots([...new Set(zones)])) {
        const reason = `names ${one} and ${other}, whose subnets would have the same addresses.`;
        problems.push({
            path: "selfhost:network.zones",
            value: zones,
            reason,
            fix: "Write letters that are not four apart.",
        });
    }
    return problems;
}

function domainRules({ raw, region, apps }: Decided, profile: Profile): readonly Problem[] {
    const { domain, zone, certificate, dns } = raw;
    if (domain === undefined) {
        return withoutDomain(raw, apps, profile);
    }
    const problems: Problem[] = [];
    if (zone !== undefined && !isZoneId(zone) && domain !== zone && !domain.endsWith(`.${zone}`)) {
        problems.push({
            path: "selfhost:domain",
            value: domain,
            reason: `is not in the zone \`${zone}\`.`,
            fix: `Write a name like \`${domain.split(".")[0] ?? ""}.${zone}\`, or name the zone that has it.`,
        });
    }
    if (dns === "elsewhere" && zone !== undefined) {
        problems.push({
            path: "selfhost:zone",
            value: zone,
            reason: "is a Route 53 zone, and `dns: elsewhere` says there is none.",
            fix: "Remove one of the two.",
        });
    }
    if (dns === "existing" && raw.edge?.listener === undefined) {
        problems.push({
            path: "selfhost:dns",
            value: dns,
            reason: "says that the names lead to a load balancer already, and this program makes a new one.",
            fix: "Remove it, or name the listener that they lead to in `selfhost:edge.listener`.",
        });
    }
    if (dns === "elsewhere" && certificate === undefined && raw.edge?.listener === undefined) {
        problems.push({
            path: "selfhost:certificate",
            value: undefined,
            reason: "is missing: with `dns: elsewhere`, `pulumi up` would wait for a validation record that nobody has made.",
            fix: `Request one with \`aws acm request-certificate --domain-name ${domain} --subject-alternative-names "*.${domain}" --validation-method DNS\`, make its record, and write the ARN.`,
        });
    }
    return [...problems, ...placeRules(raw, region)];
}

/** What exists already has to be where the load balancer is. */
function placeRules({ certificate, edge, account }: Decided["raw"], region: string): readonly Problem[] {
    const problems: Problem[] = [];
    const arns = [
        { path: "selfhost:certificate", value: certificate },
        { path: "selfhost:edge.listener.arn", value: edge?.listener?.arn },
    ];
    for (const { path, value } of arns) {
        const theirs = value?.split(":")[3];
        if (theirs !== undefined && theirs !== region) {
            problems.push({
                path,
                value,
                reason: `is in ${theirs}; a load balancer in ${region} cannot use it.`,
                fix: `Name one in ${region}.`,
            });
        }
        const owner = value?.split(":")[4];
        if (owner !== undefined && account !== undefined && owner !== account) {
            problems.push({
                path,
                value,
                reason: `is in account ${owner}, and \`selfhost:account\` says ${account}.`,
                fix: `Name one in ${account}, or another account.`,
            });
        }
    }
    return problems;
}

/** Without a domain there is no HTTPS and only one name: for a dev environment of one app, and said so. */
function withoutDomain(
    raw: Decided["raw"],
    apps: readonly AppSettings[],
    profile: Profile,
): readonly Problem[] {
    const problems: Problem[] = [];
    if (profile !== "dev") {
        const reason = `is missing: without it there is no HTTPS, which a ${profile} environment may not do without.`;
        problems.push({
            path: "selfhost:domain",
            value: undefined,
            reason,
            fix: "Write a domain whose zone is in Route 53, like `wiki.example.com`.",
        });
    }
    for (const key of ["zone", "certificate", "certificateNames", "dns"] as const) {
        if (raw[key] !== undefined) {
            problems.push({
                path: `selfhost:${key}`,
                value: raw[key],
                reason: "has no meaning without `selfhost:domain`.",
                fix: "Write the domain, or remove it.",
            });
        }
    }
    if (raw.edge?.listener !== undefined) {
        problems.push({
            path: "selfhost:domain",
            value: undefined,
            reason: "is missing: a listener that others use too needs a host name to tell apps by.",
            fix: "Write the domain.",
        });
    }
    for (const name of apps.map((app) => app.name)) {
        const host = hostOf(raw.apps?.[name]);
        if (host !== undefined) {
            problems.push({
                path: `selfhost:apps.${name}.host`,
                value: host,
                reason: "needs `selfhost:domain`.",
                fix: "Write the domain, or remove the host.",
            });
        }
    }
    return problems;
}

function hostOf(app: unknown): unknown {
    return typeof app === "object" && app !== null ? Reflect.get(app, "host") : undefined;
}

/** https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html: for IPv4 and for IPv6 each. */
const MOST_GROUP_RULES = 60;

function allowRules({ raw }: Decided): readonly Problem[] {
    const ranges = raw.edge?.allow ?? [];
    const problems = ranges.flatMap((range, index): readonly Problem[] => {
        const at = { path: `selfhost:edge.allow[${index}]`, value: range };
        const proper = canonicalRange(range);
        if (proper !== range) {
            return proper === undefined
                ? [{ ...at, reason: "is not an address range.", fix: "Write it like `2001:db8::/32`." }]
                : [{ ...at, reason: "is not how AWS keeps this range.", fix: `Write \`${proper}\`.` }];
        }
        // A load balancer without IPv6 has no use for a rule about it.
        if (isIpv6(range) && raw.network?.ipv6 !== true) {
            const reason = "is an IPv6 range, and the load balancer answers over IPv4 only.";
            return [{ ...at, reason, fix: "Write `network: { ipv6: true }`, or remove it." }];
        }
        return ranges.indexOf(range) < index ? [{ ...at, reason: "is named twice.", fix: "Remove it." }] : [];
    });
    const ports = raw.domain === undefined ? 1 : 2;
    const six = ranges.filter(isIpv6).length;
    const most = Math.max(six, ranges.length - six);
    if (most * ports > MOST_GROUP_RULES) {
        problems.push({
            path: "selfhost:edge.allow",
            value: undefined,
            reason: `needs ${most * ports} rules of one security group, and there can be ${MOST_GROUP_RULES}.`,
            fix: `Write ${MOST_GROUP_RULES / ports} ranges or fewer, by joining neighbours.`,
        });
    }
    return problems;
}

function edgeRules({ raw }: Decided): readonly Problem[] {
    const { edge } = raw;
    if (edge?.listener === undefined) {
        return [];
    }
    const own = (
        ["allow", "accessLogDays", "deletionProtection", "idleTimeout", "sslPolicy"] as const
    ).filter((key) => edge[key] !== undefined);
    const problems: Problem[] = own.map((key) => ({
        path: `selfhost:edge.${key}`,
        value: edge[key],
        reason: "belongs to a load balancer that this program makes, and `listener` names one that exists.",
        fix: "Remove it; the adopted load balancer stays as it is.",
    }));
    if (raw.certificate !== undefined) {
        problems.push({
            path: "selfhost:certificate",
            value: raw.certificate,
            reason: "belongs to a listener that this program makes, and `edge.listener` names one that exists.",
            fix: "Remove it, and see that the listener has a certificate for the domain.",
        });
    }
    if (raw.network?.vpc === undefined) {
        problems.push({
            path: "selfhost:network.vpc",
            value: undefined,
            reason: "is missing: a load balancer only reaches targets in its own VPC.",
            fix: "Name the VPC that the listener's load balancer is in.",
        });
    }
    return problems;
}

function clusterRules({ raw }: Decided): readonly Problem[] {
    const { cluster } = raw;
    if (cluster?.existing === undefined || cluster.insights === undefined) {
        return [];
    }
    const reason = "belongs to a cluster that this program makes, and `existing` names one that exists.";
    return [
        {
            path: "selfhost:cluster.insights",
            value: cluster.insights,
            reason,
            fix: "Remove it; the adopted cluster stays as it is.",
        },
    ];
}
