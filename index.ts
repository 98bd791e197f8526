/** One environment: settings, then one component after another. Nothing is decided here. */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { Cluster } from "./components/cluster";
import { Database } from "./components/database";
import { Delivery } from "./components/delivery";
import { Edge } from "./components/edge";
import { host } from "./components/host";
import { Network } from "./components/network";
import { outputsOf, type Running } from "./components/outputs";
import type { Place } from "./components/place";
import { refuseOthers } from "./settings/appliedBy";
import { bucketName } from "./settings/delivery";
import { load, type Mode } from "./settings/load";
import { serversFirst } from "./settings/reaches";
import type { Settings } from "./settings/settings";

type Outputs = Record<string, pulumi.Input<unknown>>;

/** Registers the environment of the running stack. Throws SettingsError before anything is registered. */
async function program(mode: Mode = "deploy"): Promise<Outputs> {
    const settings = load(mode);
    if (!pulumi.runtime.isDryRun()) {
        refuseOthers(settings, process.env);
    }
    return register(settings);
}

async function register(settings: Settings): Promise<Outputs> {
    const { environment, region, partition, disposable, internet } = settings;
    const provider = new aws.Provider("aws", {
        region,
        ...(settings.awsProfile === undefined ? {} : { profile: settings.awsProfile }),
        ...(settings.account === undefined ? {} : { allowedAccountIds: [settings.account] }),
        defaultTags: { tags: { ...settings.tags, "selfhost:environment": environment } },
    });
    const opts = { providers: [provider] };
    // Before anything else: credentials that are missing, or another account's, are one error, and nothing is made.
    const { accountId } = await aws.getCallerIdentity({}, { provider });
    const place: Place = { environment, region, partition, accountId, disposable };
    const network = new Network("network", { ...place, settings: settings.network }, opts);
    const edge = new Edge("edge", { ...place, settings: settings.edge, network, apps: settings.apps }, opts);
    const cluster = new Cluster("cluster", { ...place, settings: settings.cluster }, opts);
    const data = { ...place, vpcId: network.vpcId, subnetIds: network.dataSubnetIds };
    const databases = new Map(
        settings.databases.map((one) => [
            one.name,
            new Database(`${one.name}-database`, { ...data, settings: one }, opts),
        ]),
    );
    const delivery =
        settings.delivery &&
        new Delivery(
            "delivery",
            { ...place, settings: settings.delivery, cluster: settings.cluster.name },
            opts,
        );
    const promotesTo = settings.delivery?.promotesTo ?? [];
    const readers = promotesTo.flatMap(({ account }) => account ?? []);
    const handedTo = promotesTo.map((one) => ({
        environment: one.environment,
        bucket: bucketName(one.environment, one.account ?? accountId, one.region),
        region: one.region,
    }));
    const shared = { place, network, edge, cluster, databases, delivery, readers, handedTo, internet };
    const running: Running[] = [];
    for (const app of serversFirst(settings.apps)) {
        running.push(host(app, shared, running, opts));
    }
    delivery?.keepProgram(running.map(({ service }) => service));
    return outputsOf(settings, { edge, cluster, databases, delivery, running });
}

export = program;
