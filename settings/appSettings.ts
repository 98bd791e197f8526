/** Settings of one app: everything that is decided about it, its database and its files. */
import type { DatabaseSecretKey, KnownApp, PresetOptions } from "../apps/app";
import type { Deploy, Deployer } from "./deploy";
import type { Bootstrap, PipelineSettings } from "./pipeline";
import type { Architecture, Capacity } from "./settings";

export interface AppSettings {
    /** The key under `selfhost:apps`. */
    readonly name: string;
    /** Names that it had before, the oldest first: AWS knows it by that one. */
    readonly formerly: readonly string[];
    readonly preset: KnownApp;
    /** The preset's own settings, already checked by its schema. */
    readonly options: PresetOptions;
    readonly route: Route;
    readonly health: Health;
    readonly task: TaskSize;
    readonly scale: Scale;
    readonly capacity: readonly Capacity[];
    readonly deploy: Deploy;
    readonly deployer: Deployer;
    readonly image: ImageSource;
    /** Undefined where the image is not released by a pipeline. */
    readonly pipeline: PipelineSettings | undefined;
    readonly database: AppDatabase | undefined;
    readonly storage: StorageSettings;
    /** From the stack file; the preset's own come from `preset.environment`. */
    readonly env: Readonly<Record<string, string>>;
    /** The apps of this environment that it calls directly, by name. */
    readonly reaches: readonly string[];
    /** Whether another app calls it directly. */
    readonly reached: boolean;
    readonly secrets: readonly AppSecret[];
    /** Secrets that the container finds as files below `/secrets` instead of as variables. */
    readonly secretFiles: readonly SecretFile[];
    /** In place of the image's own; undefined: the image's. */
    readonly entryPoint: readonly string[] | undefined;
    readonly command: readonly string[] | undefined;
    /** What the application may do in AWS beside what its storage needs. */
    readonly permissions: readonly Permission[];
    /** ECS Exec. */
    readonly exec: boolean;
    readonly logRetentionDays: number;
}

export interface SecretFile {
    /** Name of the secret. */
    readonly secret: string;
    /** Below `/secrets`: `github-app.pem`. */
    readonly file: string;
}

export interface Permission {
    readonly actions: readonly string[];
    readonly resources: readonly string[];
}

/** Which requests the load balancer sends to an app. */
export interface Route {
    /** Full host name; undefined where the environment has no domain. */
    readonly host: string | undefined;
    /** Path prefix without a trailing slash; `/` for everything. */
    readonly path: string;
    readonly priority: number;
    /** The URL as far as it is known before `up`; undefined where the load balancer's own name is used. */
    readonly url: string | undefined;
}

export interface Health {
    readonly path: string;
    /** Status codes that mean healthy: `200` or `200-299`. */
    readonly matcher: string;
    readonly intervalSeconds: number;
    readonly timeoutSeconds: number;
    readonly healthyThreshold: number;
    readonly unhealthyThreshold: number;
}

export interface TaskSize {
    /** 1024 units are one vCPU. */
    readonly cpu: number;
    /** MiB. */
    readonly memory: number;
    readonly architecture: Architecture;
}

export interface Scale {
    readonly min: number;
    readonly max: number;
    readonly cpuPercent: number | undefined;
    readonly memoryPercent: number | undefined;
    readonly requestsPerTask: number | undefined;
    readonly scaleInCooldownSeconds: number;
    readonly scaleOutCooldownSeconds: number;
    readonly schedule: Schedule | undefined;
}

/** Office hours: `min`..`max` between `start` and `stop`, zero tasks otherwise. */
export interface Schedule {
    /** `MON-FRI`, in the words of an EventBridge cron expression. */
    readonly days: string;
    /** `07:00`. */
    readonly start: string;
    readonly stop: string;
    /** IANA name: `Europe/Berlin`. */
    readonly timezone: string;
}

export type ImageSource =
    /** `pulumi up` builds the context and pushes it. */
    | {
          readonly kind: "build";
          /** Relative to the project, like the Dockerfile, which may be elsewhere. */
          readonly context: string;
          readonly dockerfile: string;
          readonly args: Readonly<Record<string, string>>;
      }
    /** A fixed image, by digest, in an ECR registry. */
    | { readonly kind: "image"; readonly uri: string }
    /** A fixed image, by digest, of a registry that ECR can cache. */
    | {
          readonly kind: "cached";
          /** `public.ecr.aws`. */
          readonly registry: string;
          /** `docker/library/httpd@sha256:…`. */
          readonly image: string;
          /** Secrets Manager ARN, where the registry wants one. */
          readonly credentialArn: string | undefined;
      }
    /** The digest that a pipeline released last. */
    | {
          readonly kind: "release";
          readonly bootstrap: Bootstrap;
          /** A tag of the repository that another pipeline waits for. */
          readonly movingTag: string | undefined;
      };

export type Engine = "aurora-mysql" | "aurora-postgresql";

/** An Aurora cluster, with a database and a user for each app that uses it. */
export interface DatabaseCluster {
    /** Names its parts: the app's name, or the key under `selfhost:databases`. */
    readonly name: string;
    /** The app's former names; none of a shared one. */
    readonly formerly: readonly string[];
    /** False: it belongs to the app of the same name. */
    readonly shared: boolean;
    readonly engine: Engine;
    readonly version: string;
    /** The parameter group family, derived from engine and version: `aurora-mysql8.0`. */
    readonly family: string;
    readonly minCapacity: number;
    readonly maxCapacity: number;
    /** Seconds without a connection until a cluster with `minCapacity: 0` pauses. */
    readonly pauseAfterSeconds: number | undefined;
    readonly instances: number;
    readonly backupRetentionDays: number;
    readonly deletionProtection: boolean;
    readonly finalSnapshot: boolean;
    readonly performanceInsights: boolean;
    readonly logExports: readonly string[];
    readonly logRetentionDays: number;
    readonly restore: Restore | undefined;
}

/** An app's own database in a cluster. */
export interface AppDatabase {
    readonly cluster: DatabaseCluster;
    /** Raised by hand to make a fresh user and secret. */
    readonly credentialsGeneration: number;
    /** Database and user are called this. */
    readonly databaseName: string;
    /** Whether the user may make further databases. */
    readonly createsDatabases: boolean;
    /** Variable → key of the user's secret. */
    readonly variables: Readonly<Record<string, DatabaseSecretKey>>;
}

/** A new cluster beside the old one, filled from a backup. */
export interface Restore {
    readonly generation: number;
    /** The cluster of the generation before stays, beside the restored one; always false for generation 1. */
    readonly keepPrevious: boolean;
    readonly from:
        | { readonly kind: "snapshot"; readonly identifier: string }
        /** `time` is in UTC, or `latest`. */
        | { readonly kind: "pointInTime"; readonly cluster: string; readonly time: string };
}

export interface StorageSettings {
    readonly bucket: BucketSettings | undefined;
    readonly volumes: readonly VolumeSettings[];
    readonly volumeBackups: boolean;
}

export interface BucketSettings {
    /** Days until an overwritten or deleted object is really gone. */
    readonly keepOldVersionsDays: number;
}

export interface VolumeSettings {
    /** Names the access point: `images`. */
    readonly name: string;
    readonly containerPath: string;
    readonly uid: number;
    readonly gid: number;
}

export interface AppSecret {
    /** The name of the environment variable. */
    readonly name: string;
    readonly source:
        /** `pulumi config set --secret selfhost:<app>.<NAME>`. */
        | { readonly kind: "config"; readonly key: string }
        | { readonly kind: "ssm"; readonly parameter: string; readonly kmsKeyArn: string | undefined }
        | {
              readonly kind: "secretsManager";
              readonly arn: string;
              readonly jsonKey: string | undefined;
              readonly kmsKeyArn: string | undefined;
          }
        | { readonly kind: "generated"; readonly length: number }
        /** Required, and nobody has said where it comes from: only a plan gets this far. */
        | { readonly kind: "missing"; readonly key: string };
}
