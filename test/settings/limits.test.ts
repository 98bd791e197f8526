/** What AWS or its provider would refuse in the middle of an `up`, refused before it. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { canonicalRange } from "../../settings/addresses";
import { APP, itExplains, type Case } from "../support/mistakes";
import { settingsOf } from "../support/settings";

const LABEL = "d".repeat(55);
const CERTIFICATE = "arn:aws:acm:eu-west-1:123456789012:certificate/12345678-1234-1234-1234-123456789012";
const RANGES = Array.from({ length: 31 }, (_, i) => `"10.${i}.0.0/24"`).join(", ");
const TAGS = Array.from({ length: 46 }, (_, i) => `t${i}: v`).join(", ");

function schedule(days: string, timezone = "UTC"): string {
    return `scale: { schedule: { days: "${days}", start: "07:00", stop: "08:00", timezone: ${timezone} } }`;
}

const NETWORK: readonly Case[] = [
    ...["127.0.0.0/16", "169.254.0.0/16", "0.0.0.0/16", "224.0.0.0/16"].map((cidr) => ({
        name: `a VPC in ${cidr}`,
        config: `selfhost:network: { cidr: ${cidr} }`,
        path: "selfhost:network.cidr",
        says: /no host/,
        fix: /private range/,
    })),
    {
        name: "an allowed range with bits behind its prefix",
        config: 'selfhost:edge: { allow: ["203.0.113.7/24"] }',
        path: "selfhost:edge.allow[0]",
        says: /not how AWS keeps/,
        fix: /`203\.0\.113\.0\/24`/,
    },
    {
        name: "an allowed IPv6 range that is not at its shortest",
        config: 'selfhost:network: { ipv6: true }\nselfhost:edge: { allow: ["2001:DB8:0::1/32"] }',
        path: "selfhost:edge.allow[0]",
        says: /not how AWS keeps/,
        fix: /`2001:db8::\/32`/,
    },
    {
        name: "an allowed range that only looks like IPv6",
        config: 'selfhost:network: { ipv6: true }\nselfhost:edge: { allow: ["12345::/16"] }',
        path: "selfhost:edge.allow[0]",
        says: /not an address range/,
        fix: /2001:db8::\/32/,
    },
    {
        name: "a range allowed twice",
        config: 'selfhost:edge: { allow: ["203.0.113.0/24", "203.0.113.0/24"] }',
        path: "selfhost:edge.allow[1]",
        says: /twice/,
        fix: /Remove/,
    },
    {
        name: "more allowed ranges than a security group has rules",
        config: `selfhost:edge: { allow: [${RANGES}] }`,
        path: "selfhost:edge.allow",
        says: /62 rules/,
        fix: /30 ranges/,
    },
    {
        name: "a subnet named twice",
        config:
            "selfhost:network: { vpc: { id: vpc-12345678, publicSubnets: [subnet-12345678, subnet-12345678], " +
            "dataSubnets: [subnet-12345679, subnet-12345670] } }",
        path: "selfhost:network.vpc.publicSubnets",
        says: /twice/,
        fix: /different zones/,
    },
    {
        name: "endpoints in China, where services have other names",
        config: "aws:region: cn-north-1\nselfhost:network: { egress: endpoints }\nselfhost:apps: { docs: { preset: site } }",
        path: "selfhost:network.egress",
        says: /China/,
        fix: /natPerAz/,
    },
    {
        name: "a cluster named by its ARN",
        config: 'selfhost:cluster: { existing: "arn:aws:ecs:eu-west-1:123456789012:cluster/main" }',
        path: "selfhost:cluster.existing",
        says: /not the name/,
        fix: /`main`/,
    },
];

const NAMES: readonly Case[] = [
    {
        name: "a domain that no certificate can begin with",
        config: `selfhost:domain: ${LABEL}.example.com`,
        path: "selfhost:domain",
        says: /64/,
        fix: /64/,
    },
    {
        name: "a domain that is an address",
        config: "selfhost:domain: 10.0.0.1",
        path: "selfhost:domain",
        says: /not a domain/,
        fix: /example\.com/,
    },
    {
        name: "a host that ends in a hyphen",
        config: `selfhost:certificate: ${CERTIFICATE}`,
        app: "host: wiki.team-",
        path: `${APP}.host`,
        says: /not a host name/,
        fix: /one label/,
    },
    {
        name: "a host longer than a rule compares",
        config: `selfhost:domain: ${LABEL.slice(4)}.example.com\nselfhost:certificate: ${CERTIFICATE}`,
        app: `host: ${"h".repeat(60)}.${"i".repeat(60)}`,
        path: `${APP}.host`,
        says: /at most 128/,
        fix: /shorter/,
    },
    {
        name: "a path that leads upwards",
        config: "selfhost:apps: { docs: { preset: site, path: /a/../b } }",
        path: "selfhost:apps.docs.path",
        says: /not a path/,
        fix: /\/docs/,
    },
    {
        name: "a path longer than a rule compares",
        config: `selfhost:apps: { docs: { preset: site, path: /${"p".repeat(126)} } }`,
        path: "selfhost:apps.docs.path",
        says: /at most 126/,
        fix: /shorter/,
    },
    {
        name: "a health check with a space in its path",
        app: 'health: { path: "/a b" }',
        path: `${APP}.health.path`,
        says: /not a path/,
        fix: /%20/,
    },
];

const TIMES: readonly Case[] = [
    ...["MON-FRI-SUN", "FRI-MON", "MON-SUN", "TUE-TUE"].map((days) => ({
        name: `office hours on ${days}`,
        app: schedule(days),
        path: `${APP}.scale.schedule.days`,
        says: /does not go forward/,
        fix: /`SAT,SUN`/,
    })),
    {
        name: "a time zone without its capitals",
        app: schedule("MON", "europe/berlin"),
        path: `${APP}.scale.schedule.timezone`,
        says: /not a time zone/,
        fix: /Europe\/Berlin/,
    },
    {
        name: "a weight that ECS does not take",
        app: "capacity: { onDemand: 1001 }",
        path: `${APP}.capacity.onDemand`,
        says: /at most|the most is 1000/,
        fix: /1000/,
    },
    {
        name: "a grace period that ECS cannot keep",
        app: "health: { gracePeriod: 2147483648 }",
        path: `${APP}.health.gracePeriod`,
        says: /the most is/,
        fix: /2147483647/,
    },
];

const TAGGED: readonly Case[] = [
    {
        name: "a tag that IAM does not take",
        config: 'selfhost:tags: { owner: "me & you" }',
        path: "selfhost:tags.owner",
        says: /characters/,
        fix: /letters/,
    },
    {
        name: "a tag that the program sets itself",
        config: 'selfhost:tags: { "selfhost:environment": other }',
        path: "selfhost:tags.selfhost:environment",
        says: /this program keeps/,
        fix: /another name/,
    },
    {
        name: "two tags that differ in capitals only",
        config: "selfhost:tags: { Owner: a, owner: b }",
        path: "selfhost:tags.owner",
        says: /`Owner`/,
        fix: /one of the two/,
    },
    {
        name: "more tags than a resource has",
        config: `selfhost:tags: { ${TAGS} }`,
        path: "selfhost:tags",
        says: /46/,
        fix: /Remove/,
    },
];

describe("limits of AWS", () => {
    describe("the network", () => {
        itExplains(NETWORK);
    });
    describe("names", () => {
        itExplains(NAMES);
    });
    describe("times and weights", () => {
        itExplains(TIMES);
    });
    describe("tags", () => {
        itExplains(TAGGED);
    });

    it("leave alone what is right", () => {
        for (const days of ["MON-FRI", "SUN-SAT", "SUN,WED-SAT", "MON"]) {
            settingsOf(`config:
  aws:region: eu-west-1
  selfhost:domain: example.com
  selfhost:network: { ipv6: true }
  selfhost:edge: { allow: ["2001:db8::/32", "::/0", "0.0.0.0/0", "203.0.113.7/32"] }
  selfhost:tags: { "cost centre": "42", "a:b/c": "x=y+z-@_.", "Größe": "日本" }
  selfhost:apps:
    docs: { preset: site, path: /a.b/.well-known, ${schedule(days, "US/Eastern")} }
`);
        }
    });

    it("a range in the form that AWS keeps is left as it is", () => {
        fc.assert(
            fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), fc.integer({ min: 0, max: 32 }), (address, bits) => {
                const once = canonicalRange(`${address}/${bits}`);
                // An IPv6 address may be written with an IPv4 one at its end, which no range of ours is.
                if (once !== undefined && !address.includes(".", 4)) {
                    assert.equal(canonicalRange(once), once);
                }
            }),
        );
    });
});
