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
import { aliased, inAws } from "./components/renamed";
import { refuseOthers } from "./settings/appliedBy";
import { codeDeployNames } from "./settings/deploy";
import { load, type Mode } from "./settings/load";
import { serversFirst } from "./settings/reaches";
import type { DatabaseCluster, Settings } from "./settings/settings";

type Outputs = Record<string, pulumi.Input<unknown>>;

/** Registers the environment of the running stack. Throws SettingsError before anything is registered. */
async function program(mode: Mode = "deploy"): Promise<Outputs> {
    const settings = load(mode);
    if (!pulumi.runtime.isDryRun()) {
        refuseOthers(settings, process.env);
    }
    return register(settings);
}

/** One component after another, each told by name what it needs of those before it. */
async function register(settings: Settings): Promise<Outputs> {
    const { internet, apps } = settings;
    const provider = createProvider(settings);
    const place = await placeOf(settings, provider);
    const opts = { providers: [provider] };
    const network = new Network("network", { ...place, settings: settings.network }, opts);
    const edge = new Edge("edge", { ...place, settings: settings.edge, network, apps }, opts);
    const cluster = new Cluster("cluster", { ...place, settings: settings.cluster }, opts);
    const databases = createDatabases(settings, place, network, opts);
    const delivery = createDelivery(settings, place, opts);
    const shared = { place, network, edge, cluster, databases, delivery, internet };
    const running: Running[] = [];
    for (const app of serversFirst(apps)) {
        running.push(host(app, shared, running, opts));
    }
    delivery?.keepProgram(running.map(({ service }) => service));
    return outputsOf(settings, { ...shared, running });
}

function createProvider({ environment, region, awsProfile, account, tags }: Settings): aws.Provider {
    return new aws.Provider("aws", {
        region,
        ...(awsProfile === undefined ? {} : { profile: awsProfile }),
        ...(account === undefined ? {} : { allowedAccountIds: [account] }),
        defaultTags: { tags: { ...tags, "selfhost:environment": environment } },
    });
}

/** Asked before anything is made: credentials that are missing, or another account's, are one error and no more. */
async function placeOf(settings: Settings, provider: aws.Provider): Promise<Place> {
    const { environment, region, partition, disposable } = settings;
    const { accountId } = await aws.getCallerIdentity({}, { provider });
    return { environment, region, partition, accountId, disposable };
}

/** By the name of the cluster: an app's own has the app's. */
function createDatabases(
    settings: Settings,
    place: Place,
    { vpcId, dataSubnetIds: subnetIds }: Network,
    opts: pulumi.ComponentResourceOptions,
): ReadonlyMap<string, Database> {
    const create = (one: DatabaseCluster) =>
        new Database(
            `${one.name}-database`,
            { ...place, vpcId, subnetIds, settings: one },
            aliased(opts, one.formerly, (former) => `${former}-database`),
        );
    return new Map(settings.databases.map((one) => [one.name, create(one)]));
}

/** Undefined where AWS delivers nothing. */
function createDelivery(
    { delivery, cluster, apps }: Settings,
    place: Place,
    opts: pulumi.ComponentResourceOptions,
): Delivery | undefined {
    const named = { cluster: cluster.name, codeDeploy: codeDeployNames(place.environment, apps.map(inAws)) };
    return delivery && new Delivery("delivery", { ...place, ...named, settings: delivery }, opts);
}

export = program;
