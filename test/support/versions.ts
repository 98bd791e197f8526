/** What a newer program does to the data of an older version's stacks, and what its migration says about it. */
import { parse } from "yaml";
import { difference } from "../../plan/difference/difference";
import type { PlanDocument } from "../../plan/difference/model";

export interface Loss {
    readonly change: "removed" | "replaced" | "renamed";
    readonly type: string;
    /** Logical name in the older version. */
    readonly name: string;
}

/** Stateful resources of the older version that are not what and where they were. */
export function lossesBetween(before: PlanDocument, after: PlanDocument): readonly Loss[] {
    const found = difference(before, after);
    const former = new Map(found.moved.map(({ from, to }) => [to, from]));
    const old = new Map(before.resources.map((resource) => [resource.urn, resource]));
    const losses = (urns: readonly string[], change: Loss["change"]): readonly Loss[] =>
        urns.flatMap((urn) => {
            const resource = old.get(urn);
            return resource === undefined ? [] : [{ change, type: resource.type, name: resource.name }];
        });
    return [
        ...losses(
            found.removed.map(({ urn }) => urn),
            "removed",
        ),
        ...losses(
            found.replaced.map(({ urn }) => former.get(urn) ?? urn),
            "replaced",
        ),
        ...losses(
            found.moved.map(({ from }) => from),
            "renamed",
        ),
    ];
}

/**
 * What a page of docs/migrations says changes: the list in its block of YAML. A name may hold `*`, which stands for
 * any text. What it lists as renamed, aliases must carry: otherwise it is removed, which is another thing.
 */
export function migrationsIn(page: string): readonly Loss[] {
    const [, block = ""] = /```yaml\n([\s\S]*?)```/.exec(page) ?? [];
    return (parse(block) as readonly Loss[] | null) ?? [];
}

export function undocumented(losses: readonly Loss[], migrations: readonly Loss[]): readonly Loss[] {
    return losses.filter(
        (loss) =>
            !migrations.some(
                ({ change, type, name }) =>
                    change === loss.change && type === loss.type && pattern(name).test(loss.name),
            ),
    );
}

function pattern(name: string): RegExp {
    const parts = name.split("*").map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, "\\$&"));
    return new RegExp(`^${parts.join(".*")}$`);
}
