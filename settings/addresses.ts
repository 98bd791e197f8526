/** What can be wrong with the address range of a VPC. */

const SMALLEST = 23;
const LARGEST = 16;

/** Sixteen subnets must fit, and a load balancer wants a /27 or larger with eight free addresses. */
export function cidrProblem(cidr: string): { readonly reason: string; readonly fix: string } | undefined {
    const [address = "", bits = ""] = cidr.split("/");
    const prefix = Number(bits);
    if (prefix > SMALLEST) {
        return {
            reason: "is too small for three tiers of subnets in up to four zones.",
            fix: `Write a range from /${LARGEST} to /${SMALLEST}, like \`${address}/${LARGEST}\`.`,
        };
    }
    if (prefix < LARGEST) {
        return {
            reason: "is larger than a VPC may be.",
            fix: `Write a range from /${LARGEST} to /${SMALLEST}, like \`${address}/${LARGEST}\`.`,
        };
    }
    const number = address.split(".").reduce((sum, octet) => sum * 256 + Number(octet), 0);
    const size = 2 ** (32 - prefix);
    if (number % size !== 0) {
        const start = number - (number % size);
        const first = [24, 16, 8, 0].map((shift) => Math.floor(start / 2 ** shift) % 256).join(".");
        return { reason: `does not start where a /${prefix} starts.`, fix: `Write \`${first}/${prefix}\`.` };
    }
    return undefined;
}
