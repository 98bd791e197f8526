/** One environment: settings, then one component after another. Nothing is decided here. */
import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { Cluster } from "./components/cluster";
import { Database } from "./components/database";
import { Edge } from "./components/edge";
import { Image } from "./components/image";
import { Network } from "./components/network";
import { outputsOf, type Running } from "./components/outputs";
import { Secrets } from "./components/secrets";
import { permissionStatements, Service } from "./components/service";
import { Storage } from "./components/storage";
import { secretValue } from "./settings/config";
import { load, type Mode } from "./settings/load";
import type { AppSettings, Settings } from "./settings/settings";

type Outputs = Record<string, pulumi.Input<unknown>>;

/** Registers the environment of the running stack. Throws SettingsError before anything is registered. */
function program(mode: Mode = "deploy"): Promise<Outputs> {
    return Promise.resolve(register(load(mode)));
}

function register(settings: Settings): Outputs {
    const { environment, region, partition, disposable } = settings;
    const provider = new aws.Provider("aws", {
        region,
        ...(settings.awsProfile === undefined ? {} : { profile: settings.awsProfile }),
        ...(settings.account === undefined ? {} : { allowedAccountIds: [settings.account] }),
        defaultTags: { tags: { ...settings.tags, "selfhost:environment": environment } },
    });
    const opts = { providers: [provider] };
    const { accountId } = aws.getCallerIdentityOutput({}, { provider });
    const place = { environment, region, partition, accountId, disposable };
    const network = new Network("network", { ...place, settings: settings.network }, opts);
    const edge = new Edge("edge", { ...place, settings: settings.edge, network, apps: settings.apps }, opts);
    const cluster = new Cluster("cluster", { ...place, settings: settings.cluster }, opts);
    const shared = { place, network, edge, cluster, internet: settings.internet };
    const running = settings.apps.map((app) => host(app, shared, opts));
    return outputsOf(settings, { edge, cluster, running });
}

interface Shared {
    readonly place: Pick<Settings, "environment" | "region" | "partition" | "disposable"> & {
        readonly accountId: pulumi.Input<string>;
    };
    readonly network: Network;
    readonly edge: Edge;
    readonly cluster: Cluster;
    readonly internet: boolean;
}

function host(app: AppSettings, shared: Shared, opts: pulumi.ComponentResourceOptions): Running {
    const { network, edge, cluster, internet } = shared;
    const place = { ...shared.place, app: app.name };
    const data = { ...place, vpcId: network.vpcId, subnetIds: network.dataSubnetIds };
    const attachment = edge.attach(app);
    const image = new Image(
        `${app.name}-image`,
        {
            ...place,
            source: app.image,
            architecture: app.task.architecture,
            logRetentionDays: app.logRetentionDays,
        },
        opts,
    );
    const secrets = new Secrets(
        `${app.name}-secrets`,
        { ...place, secrets: app.secrets, valueOf: secretValue },
        opts,
    );
    const storage = new Storage(`${app.name}-storage`, { ...data, settings: app.storage }, opts);
    const database =
        app.database === undefined
            ? undefined
            : new Database(`${app.name}-database`, { ...data, settings: app.database }, opts);
    const user = database?.userOf({ cluster: cluster.name, variables: app.database?.variables ?? {} });
    const own = app.preset.environment(app, {
        region: place.region,
        url: attachment.url,
        proxyCidrs: network.publicCidrs,
        database: database && { host: database.host, port: database.port, name: database.databaseName },
        bucket: storage.bucketName,
        internet,
    });
    const service = new Service(
        app.name,
        {
            ...place,
            app,
            cluster,
            attachment,
            database,
            subnetIds: network.taskSubnetIds,
            assignPublicIp: network.assignPublicIp,
            imageUri: image.uri,
            environmentVariables: { ...own, ...app.env },
            secrets: { ...secrets.valueFrom, ...user?.valueFrom },
            executionStatements: [
                ...image.pullStatements,
                ...secrets.statements,
                ...(user?.statements ?? []),
            ],
            taskStatements: [...storage.statements, ...permissionStatements(app)],
            mounts: storage.mounts,
            dependsOn: [
                ...storage.allowFrom(app.name, attachment.securityGroupId),
                ...(database?.allowFrom(app.name, attachment.securityGroupId) ?? []),
                ...storage.ready,
                ...(user?.ready ?? []),
            ],
        },
        opts,
    );
    return { app, attachment, image, secrets, storage, database, service };
}

export = program;
