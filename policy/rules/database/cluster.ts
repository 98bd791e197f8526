/** What rules ask of a cluster. */
import { list, text } from "../../json";
import { T } from "../../types";
import type { Item, View } from "../../view";

export function isMysql(cluster: Item): boolean {
    return (cluster.text("engine") ?? "").includes("mysql");
}

export function instancesOf(view: View, cluster: Item): readonly Item[] {
    return view
        .users(cluster, T.databaseInstance)
        .filter((instance) => instance.refersTo("clusterIdentifier", cluster));
}

/** The value of a parameter of the cluster's group. */
export function parameter(cluster: Item, name: string): string | undefined {
    const group = cluster.ref("dbClusterParameterGroupName", T.databaseParameters);
    const found = list(group?.at("parameters")).find((entry) => text(entry, "name") === name);
    return text(found, "value");
}
