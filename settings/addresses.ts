/** What can be wrong with the address range of a VPC. */
import { canonical, parseCidr } from "../components/network/cidr";

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
    return parseCidr(cidr) === undefined
        ? {
              reason: `does not start where a /${prefix} starts.`,
              fix: `Write \`${canonical(cidr) ?? "10.10.0.0/16"}\`.`,
          }
        : undefined;
}
