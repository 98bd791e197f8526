/** What the boxes use through AWS's API, read from whom their parts refer to. */
import type { View } from "../../policy/view";
import type { Use } from "./model";
import type { Layout } from "./nodes";
import type { Kind } from "./table";

/** What it means when a part of one kind of box refers to a part of another. */
const MEANINGS: Readonly<Partial<Record<Kind, Readonly<Partial<Record<Kind, string>>>>>> = {
    service: { bucket: "files", secrets: "secrets", registry: "image", messages: "messages" },
    loadBalancer: { bucket: "logs" },
    jobs: { database: "SQL", registry: "tags releases" },
    delivery: { registry: "pushes images", bucket: "artifacts", service: "deploys" },
    cdn: { bucket: "pages", loadBalancer: "requests" },
};

export function findUses(view: View, layout: Layout): readonly Use[] {
    const found = new Map<string, Use>();
    for (const item of view.items) {
        const from = layout.ownerOf(item);
        const meanings = from === undefined ? undefined : MEANINGS[from.kind];
        if (from === undefined || meanings === undefined) {
            continue;
        }
        for (const used of item.refs("")) {
            const to = layout.ownerOf(used);
            const what = to === undefined ? undefined : meanings[to.kind];
            if (to !== undefined && what !== undefined && to !== from) {
                found.set(`${from.id}\n${to.id}`, { from: from.id, to: to.id, what });
            }
        }
    }
    return [...found.values()];
}
