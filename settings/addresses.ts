/** What can be wrong with address ranges: a VPC's, and those that may reach the load balancer. */
import { isIPv6 } from "node:net";
import { canonical, contains, isIpv6, overlaps, parseCidr } from "./cidr";

/** A VPC is this large at most, AWS's limit, and at least, so that a sixteenth of it still holds a load balancer (/27). */
const VPC_PREFIX = { min: 16, max: 23 } as const;

/** The reason why a VPC cannot have this range, and what to write instead; undefined where it can. */
export function cidrProblem(cidr: string): { readonly reason: string; readonly fix: string } | undefined {
    const { min, max } = VPC_PREFIX;
    const [address = "", bits = ""] = cidr.split("/");
    const prefix = Number(bits);
    if (prefix < min || prefix > max) {
        const what =
            prefix > max
                ? "is too small for three tiers of subnets in up to four zones."
                : "is larger than a VPC may be.";
        return {
            reason: what,
            fix: `Write a range from /${min} to /${max}, like \`${canonical(`${address}/${min}`) ?? "10.10.0.0/16"}\`.`,
        };
    }
    const range = parseCidr(cidr);
    if (range === undefined) {
        return {
            reason: `does not start where a /${prefix} starts.`,
            fix: `Write \`${canonical(cidr) ?? "10.10.0.0/16"}\`.`,
        };
    }
    return NEVER.some((never) => overlaps(range, parseCidr(never) ?? range))
        ? {
              reason: "has addresses that no host of a network may have.",
              fix: "Write a private range, like `10.10.0.0/16`.",
          }
        : undefined;
}

/** Loopback, link-local, multicast and what is reserved. https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html */
const NEVER = ["0.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "224.0.0.0/3"] as const;

/** Addresses that nobody has on the internet. https://www.rfc-editor.org/rfc/rfc1918 and https://www.rfc-editor.org/rfc/rfc6598 */
export const PRIVATE_RANGES = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"] as const;

/** Whether all addresses of a range are private; a text that is no range has none that is not. */
export function isPrivate(cidr: string): boolean {
    const range = parseCidr(cidr);
    const outer = PRIVATE_RANGES.flatMap((text) => parseCidr(text) ?? []);
    return range === undefined || outer.some((one) => contains(one, range));
}

/**
 * The form in which AWS keeps a range, which the provider insists on: no bits behind the prefix, and IPv6 at its shortest;
 * undefined where it is no range.
 */
export function canonicalRange(range: string): string | undefined {
    if (!isIpv6(range)) {
        return canonical(range);
    }
    const [address = "", bits = ""] = range.split("/");
    return isIPv6(address) ? `${shortest(groupsOf(address), Number(bits))}/${Number(bits)}` : undefined;
}

/** The eight groups of an address, of which `::` stands for those that are missing. */
function groupsOf(address: string): readonly number[] {
    const [before = "", after] = address.split("::");
    const numbers = (text = ""): number[] =>
        text === "" ? [] : text.split(":").map((group) => Number.parseInt(group, 16));
    const head = numbers(before);
    const tail = numbers(after);
    return [...head, ...Array<number>(8 - head.length - tail.length).fill(0), ...tail];
}

function shortest(groups: readonly number[], prefix: number): string {
    const kept = groups.map((group, at) => {
        const bits = Math.min(16, Math.max(0, prefix - 16 * at));
        return group - (group % 2 ** (16 - bits));
    });
    const url = new URL(`http://[${kept.map((group) => group.toString(16)).join(":")}]`);
    return url.hostname.slice(1, -1);
}
