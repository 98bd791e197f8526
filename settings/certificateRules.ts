/** Names of the certificate that this program makes. */
import type { Decided } from "./context";
import { isZoneId } from "./decide";
import type { Problem } from "./problem";

/** Whether a name of a certificate, which may begin with `*.`, stands for a host: the asterisk is one label. */
export function covers(name: string, host: string): boolean {
    return name === host || (name.startsWith("*.") && name.slice(1) === host.replace(/^[^.]+/, ""));
}

export function certificateRules({ raw }: Decided): readonly Problem[] {
    const { certificateNames: names = [], certificate, domain } = raw;
    if (domain === undefined || names.length === 0) {
        return [];
    }
    const theirs = raw.edge?.listener !== undefined ? "edge.listener" : "certificate";
    if (certificate !== undefined || theirs === "edge.listener") {
        const reason = `are for a certificate that this program makes, and \`${theirs}\` names what exists.`;
        return [{ path: "selfhost:certificateNames", value: names, reason, fix: "Remove them." }];
    }
    const zone = raw.zone ?? domain;
    const strangers = isZoneId(zone) ? [] : names.filter((name) => !`.${name}`.endsWith(`.${zone}`));
    return strangers.map((name) => ({
        path: `selfhost:certificateNames[${names.indexOf(name)}]`,
        value: name,
        reason: `is not in the zone \`${zone}\`, where its validation record would have to be.`,
        fix: `Write a name below \`${zone}\`, or remove it.`,
    }));
}
