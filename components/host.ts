/** One app with everything it needs: the half of the wiring that is repeated for each. */
import type * as pulumi from "@pulumi/pulumi";
import { secretValue } from "../settings/config";
import { firstName } from "../settings/formerly";
import { urlVariable } from "../settings/reaches";
import type { AppSettings } from "../settings/settings";
import type { Cluster } from "./cluster";
import type { Database, DatabaseUser } from "./database";
import type { Delivery } from "./delivery";
import type { Edge } from "./edge";
import { Image } from "./image";
import type { Network } from "./network";
import type { Running } from "./outputs";
import { Pipeline } from "./pipeline";
import type { Place } from "./place";
import { aliased, inAws } from "./renamed";
import { Secrets } from "./secrets";
import {
    directUrl,
    permissionStatements,
    Service,
    type ServiceArgs,
    type ServiceConnection,
} from "./service";
import { Storage } from "./storage";

/** What the apps of an environment share. */
export interface Shared {
    readonly place: Place;
    readonly network: Network;
    readonly edge: Edge;
    readonly cluster: Cluster;
    /** By the name of the cluster's settings. */
    readonly databases: ReadonlyMap<string, Database>;
    /** Undefined where nothing is delivered by AWS. */
    readonly delivery: Delivery | undefined;
    readonly internet: boolean;
}

/** Hosts an app; `before` are those that were hosted already, the ones that it reaches among them. */
export function host(
    app: AppSettings,
    shared: Shared,
    before: readonly Running[],
    opts: pulumi.ComponentResourceOptions,
): Running {
    const { network, edge } = shared;
    const place = { ...shared.place, app: firstName(app) };
    const optsOf = (nameOf: (former: string) => string) => aliased(opts, app.formerly, nameOf);
    const data = { ...place, vpcId: network.vpcId, subnetIds: network.dataSubnetIds };
    const servers = before.filter((other) => app.reaches.includes(other.app.name));
    const attachment = edge.attach(app);
    const image = new Image(
        `${app.name}-image`,
        {
            ...place,
            source: app.image,
            port: app.preset.port,
            matcher: app.health.matcher,
            readers: shared.delivery?.readers ?? [],
            architecture: app.task.architecture,
            logRetentionDays: app.logRetentionDays,
        },
        optsOf((former) => `${former}-image`),
    );
    const secrets = new Secrets(
        `${app.name}-secrets`,
        { ...place, secrets: app.secrets, valueOf: secretValue },
        optsOf((former) => `${former}-secrets`),
    );
    const storage = new Storage(
        `${app.name}-storage`,
        { ...data, settings: app.storage },
        optsOf((former) => `${former}-storage`),
    );
    const database = app.database && shared.databases.get(app.database.cluster.name);
    const parts = { app, attachment, image, secrets, storage, database };
    const service = new Service(
        app.name,
        serviceArgs(parts, shared, servers),
        optsOf((former) => former),
    );
    edge.publish(app, attachment, service.answers);
    return { ...parts, service, pipeline: pipelineOf(parts, service, shared, opts) };
}

/** Before the first release something else answers, which has no migrations. */
function standInOf({ released }: Image): Pick<ServiceArgs, "standIn" | "standInImage" | "starts"> {
    return released === undefined
        ? {}
        : {
              standIn: released.standIn.apply((before) => before !== undefined),
              standInImage: released.bootstrap.uri,
              starts: released.standIn,
          };
}

type Parts = Omit<Running, "service" | "pipeline">;

/** Where the app's image is released by a pipeline of this environment's own. */
function pipelineOf(
    { app, image, attachment }: Parts,
    service: Service,
    { place, cluster, delivery }: Shared,
    opts: pulumi.ComponentResourceOptions,
): Pipeline | undefined {
    const { pipeline: settings } = app;
    if (settings === undefined || settings.source.kind === "stage") {
        return undefined;
    }
    if (delivery === undefined || image.released === undefined || app.image.kind !== "release") {
        throw new Error(`${app.name} has a pipeline and nothing that delivers it`);
    }
    return new Pipeline(
        `${app.name}-pipeline`,
        {
            ...place,
            app: inAws(app),
            settings,
            released: image.released,
            movingTag: app.image.movingTag,
            delivery,
            url: attachment.url,
            cluster,
            service,
        },
        aliased(opts, app.formerly, (former) => `${former}-pipeline`),
    );
}

function serviceArgs(parts: Parts, shared: Shared, servers: readonly Running[]): ServiceArgs {
    const { app, attachment, image, secrets, storage, database } = parts;
    const { place, network, cluster } = shared;
    const own = app.database;
    const user = own && database?.userOf({ app, database: own, cluster: cluster.name });
    const group = attachment.securityGroupId;
    return {
        ...place,
        app: inAws(app),
        cluster,
        attachment,
        database,
        subnetIds: network.taskSubnetIds,
        assignPublicIp: network.assignPublicIp,
        imageUri: image.uri,
        ...standInOf(image),
        environmentVariables: {
            ...presetVariables(parts, shared),
            ...addressesOf(servers),
            ...app.env,
        },
        secrets: { ...secrets.valueFrom, ...user?.valueFrom },
        executionStatements: [...image.pullStatements, ...secrets.statements],
        executionGrants: user === undefined ? {} : grantsOf(app, user),
        taskStatements: [...storage.statements, ...permissionStatements(app)],
        mounts: storage.mounts,
        connection: connectionOf(app, cluster, servers),
        dependsOn: [
            ...storage.allowFrom(app, group),
            ...(database?.allowFrom(app, group) ?? []),
            ...servers.flatMap((server) => attachment.allowTo(server.app, server.attachment)),
            ...storage.ready,
            ...(user?.ready ?? []),
        ],
    };
}

/**
 * `up` deploys a new generation before it takes the old one away. Where something else deploys, tasks of the revision
 * before start for as long as nobody has released, and go on reading what the old generation is called.
 */
function grantsOf({ deployer }: AppSettings, user: DatabaseUser): ServiceArgs["executionGrants"] {
    return deployer === "pulumi" ? { [user.name]: user.statements } : { users: user.statementsForAll };
}

function presetVariables(
    { app, attachment, storage, database }: Parts,
    { place, network, internet }: Shared,
): ServiceArgs["environmentVariables"] {
    const name = app.database?.databaseName;
    return app.preset.environment(inAws(app), {
        region: place.region,
        url: attachment.url,
        proxyCidrs: network.publicCidrs,
        database:
            database === undefined || name === undefined
                ? undefined
                : { host: database.host, port: database.port, name },
        bucket: storage.bucketName,
        internet,
    });
}

function addressesOf(servers: readonly Running[]): Readonly<Record<string, string>> {
    return Object.fromEntries(servers.map(({ app }) => [urlVariable(firstName(app)), directUrl(inAws(app))]));
}

function connectionOf(
    { reaches, reached }: AppSettings,
    { namespaceArn }: Cluster,
    servers: readonly Running[],
): ServiceConnection | undefined {
    return namespaceArn === undefined || (reaches.length === 0 && !reached)
        ? undefined
        : {
              namespaceArn,
              published: reached,
              servers: Object.fromEntries(
                  servers.map(({ app, service }) => [firstName(app), service.serviceId]),
              ),
          };
}
