/** Cost and policy before and after. */
import type { CostDifference, Difference, PlanDocument, PlannedCost, PlannedViolation } from "./model";

/** Less than a cent is rounding. */
const CENT = 0.005;

export function cost(before: PlanDocument, after: PlanDocument): Pick<Difference, "cost"> {
    const { cost: earlier } = before;
    const { cost: later } = after;
    if (later === undefined || earlier?.currency !== later.currency) {
        return {};
    }
    const [old, next] = [perResource(earlier), perResource(later)];
    const resources = [...new Set([...old.keys(), ...next.keys()])]
        .map((urn) => ({ urn, before: old.get(urn) ?? 0, after: next.get(urn) ?? 0 }))
        .filter((one) => Math.abs(one.after - one.before) >= CENT)
        .sort((a, b) => Math.abs(b.after - b.before) - Math.abs(a.after - a.before));
    return {
        cost: {
            currency: later.currency,
            monthly: figure(earlier.monthly, later.monthly),
            idleMonthly: figure(earlier.idleMonthly, later.idleMonthly),
            resources,
        },
    };
}

function perResource({ lines }: PlannedCost): ReadonlyMap<string, number> {
    const sums = new Map<string, number>();
    for (const { urn, monthly } of lines) {
        sums.set(urn, (sums.get(urn) ?? 0) + monthly);
    }
    return sums;
}

function figure(before: number, after: number): CostDifference["monthly"] {
    return { before, after, change: after - before };
}

export function policy(before: PlanDocument, after: PlanDocument): Pick<Difference, "policy"> {
    if (before.policy === undefined || after.policy === undefined) {
        return {};
    }
    const [old, next] = [before.policy.violations, after.policy.violations];
    return {
        policy: {
            before: old.length,
            after: next.length,
            added: without(next, old),
            resolved: without(old, next),
        },
    };
}

/** By rule, resource and level: a message may say the same in other words. */
function without(
    violations: readonly PlannedViolation[],
    others: readonly PlannedViolation[],
): readonly PlannedViolation[] {
    const keys = new Set(others.map(key));
    return violations.filter((violation) => !keys.has(key(violation)));
}

function key({ policy: rule, level, urn }: PlannedViolation): string {
    return `${rule}\n${level}\n${urn}`;
}
