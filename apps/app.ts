/**
 * What a preset answers: everything we know about an application before anyone configures it.
 * Nothing outside this folder knows an application's name.
 */
import type { Input } from "@pulumi/pulumi";
import type { z } from "zod";
import type { AppSettings, Engine, Health, Profile, SmokeTest, VolumeSettings } from "../settings/settings";

/** A preset's own settings, as its schema decided them. */
export type PresetOptions = Readonly<Record<string, unknown>>;

/** What exists by the time a container's environment is written. */
export interface Surroundings {
    readonly region: string;
    /** The app's public URL, without a trailing slash. */
    readonly url: Input<string>;
    /** Address ranges that the load balancer's requests come from. */
    readonly proxyCidrs: readonly Input<string>[];
    readonly database:
        { readonly host: Input<string>; readonly port: Input<number>; readonly name: string } | undefined;
    readonly bucket: Input<string> | undefined;
    /** Whether tasks reach the internet. */
    readonly internet: boolean;
}

export interface PresetSecret {
    readonly description: string;
    /** `generate`: made once and protected; `require`: an error in `up` when nobody gives it. */
    readonly when: "require" | "generate" | "optional";
    /** Checked where the value is seen (`up`), and a sentence that says the form. */
    readonly form?: { readonly pattern: RegExp; readonly says: string; readonly command: string };
    /** Arrives as this file below `/secrets`, unless the stack file names another; otherwise it is a variable. */
    readonly file?: string;
}

/** What a preset is before it knows an app's settings: its place in the catalogue and in the documentation. */
export interface PresetCard {
    readonly name: string;
    readonly title: string;
    /** The settings that only this application has, beside those that every app has. */
    readonly options: z.ZodObject;
    readonly secrets: Readonly<Record<string, PresetSecret>>;
    /** Variables the stack file may not set, because the program does. */
    readonly reserved: readonly string[];
}

export interface Preset extends PresetCard {
    /** Total: it is also called with the good part of options that have problems. */
    readonly facts: (options: PresetOptions, entry: Entry) => Facts & Partial<CardParts>;
}

/** What of a card may follow from the app's own settings; facts that say it replace the card's. */
export type CardParts = Pick<PresetCard, "secrets" | "reserved">;

/** What is known of an app before its preset answers. */
export interface Entry {
    /** The key under `selfhost:apps`. */
    readonly name: string;
    /** Path prefix without a trailing slash; `/` for everything. */
    readonly path: string;
    /** Whether the stack file says `database:`. */
    readonly database: boolean;
    /** Of the health check, where the stack file says one. */
    readonly healthPath: string | undefined;
    /** Whether the stack file names an image, or a pipeline that builds one, instead of the preset's own. */
    readonly ownImage: boolean;
}

/** A preset that knows an app's own settings. */
export type KnownApp = PresetCard & Facts;

/** What is true of the application, whatever environment it runs in. */
export interface Facts {
    readonly port: number;
    readonly health: Health;
    /** A path that a cheap environment may use so that the database can pause; undefined: there is none. */
    readonly healthWithoutDatabase: string | undefined;
    /** Whether it holds connections or asks its database by itself, so that one that may pause never does. */
    readonly keepsDatabaseAwake: boolean;
    readonly times: {
        /** From start to healthy, the slowest that is normal (first migrations, large volumes). */
        readonly startSeconds: number;
        readonly deregistrationSeconds: number;
        readonly stopSeconds: number;
    };
    readonly task: Readonly<Record<Profile, { readonly cpu: number; readonly memory: number }>>;
    /** Whether a process that reaps children may be PID 1 in front of the image's own. */
    readonly initProcess: boolean;
    /** `uid:gid` that the container starts as; undefined: the image's. */
    readonly user: string | undefined;
    /** Whether the application writes nowhere but to its volumes. */
    readonly readonlyRootFilesystem: boolean;
    /** More tasks than one are safe. */
    readonly manyTasks: boolean;
    /** Where only one task is safe: whether a second one does no lasting harm for as long as a deployment takes. */
    readonly briefOverlap: boolean;
    readonly database: DatabaseNeed | undefined;
    readonly bucket: boolean;
    readonly volumes: readonly VolumeSettings[];
    /**
     * What `up` builds: a folder under `docker/`, or any folder by a Dockerfile of ours, both relative to the project;
     * undefined: the stack file names an image.
     */
    readonly context: string | { readonly folder: string; readonly dockerfile: string } | undefined;
    /** Arguments of that build, from the app's own settings. */
    readonly buildArgs: Readonly<Record<string, string>>;
    /** Run once per image before the service changes; undefined: the application has no migrations. */
    readonly migrate: readonly string[] | undefined;
    /** Asked of a new version, below the app's own path; default: nothing. */
    readonly smoke?: readonly SmokeTest[];
    /** Seconds that 95 % of its answers take at most, where five are too many or too few. */
    readonly latencySeconds?: number;
    /** What may not be combined, each with the reason; empty when all is well. */
    readonly limits: (app: AppSettings, partition: string, region: string) => readonly PresetProblem[];
    /** Allowed, but said. */
    readonly notes?: (app: AppSettings) => readonly string[];
    readonly environment: (app: AppSettings, around: Surroundings) => Readonly<Record<string, Input<string>>>;
}

export interface DatabaseNeed {
    /** The first is the default. */
    readonly engines: readonly [Engine, ...Engine[]];
    /** False: only where the stack file has `database:`. */
    readonly required: boolean;
    /** Variable → key of the user's secret: `username`, `password`, `url`. */
    readonly secrets: Readonly<Record<string, DatabaseSecretKey>>;
    /** PostgreSQL: the application makes further databases by itself. Default: false. */
    readonly createsDatabases?: boolean;
}

/** What the secret of a database user holds, as JSON. */
export type DatabaseSecretKey = "username" | "password" | "host" | "port" | "dbname" | "url";

export interface PresetProblem {
    /** Below the app's own path: `env.SESSION_DRIVER`. */
    readonly path: string;
    readonly value: unknown;
    readonly reason: string;
    readonly fix: string;
}
