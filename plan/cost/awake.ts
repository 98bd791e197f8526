/** Which database clusters never pause, since something stays connected to them. */
import type { AppSettings } from "../../settings/settings";
import type { Graph } from "../graph";
import { Reading, SERVICE } from "./reading";

type App = Pick<AppSettings, "name" | "health" | "preset">;

/**
 * A cluster pauses where every application that uses it leaves it alone while nobody visits: the graph knows who uses it,
 * the preset which health check works without a database.
 */
export function staysConnected(graph: Graph, apps: readonly App[]): (clusterUrn: string) => boolean {
    const reading = new Reading(graph);
    const quiet = new Set(apps.filter(isQuiet).map(({ name }) => name));
    const names = new Map(graph.resources.map(({ urn, name }) => [urn, name]));
    return (clusterUrn) => {
        const cluster = graph.resources.find(({ urn }) => urn === clusterUrn);
        const services = cluster === undefined ? [] : reading.dependents(cluster, SERVICE);
        // A service is the child of the component that has its application's name.
        return services.some(({ parent }) => !quiet.has(names.get(parent ?? "") ?? ""));
    };
}

function isQuiet({ health, preset }: App): boolean {
    return !preset.keepsDatabaseAwake && health.path === preset.healthWithoutDatabase;
}
