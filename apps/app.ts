/**
 * What a preset answers: everything we know about an application before anyone configures it.
 * Nothing outside this folder knows an application's name.
 */
import type { Input } from "@pulumi/pulumi";
import type { z } from "zod";
import type { AppSettings, Engine, Health } from "../settings/settings";

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
}

export interface Preset {
    readonly name: string;
    readonly title: string;
    /** The settings that only this application has, beside those that every app has. */
    readonly options: z.ZodObject;
    readonly port: number;
    readonly health: Health;
    /** A path that a cheap environment may use so that the database can pause; undefined: there is none. */
    readonly healthWithoutDatabase: string | undefined;
    readonly times: {
        /** From start to healthy, the slowest that is normal (first migrations, large volumes). */
        readonly startSeconds: number;
        readonly deregistrationSeconds: number;
        readonly stopSeconds: number;
    };
    readonly task: Readonly<
        Record<"dev" | "staging" | "prod", { readonly cpu: number; readonly memory: number }>
    >;
    /** Whether a process that reaps children may be PID 1 in front of the image's own. */
    readonly initProcess: boolean;
    /** More tasks than one are safe. */
    readonly manyTasks: boolean;
    readonly database: { readonly engines: readonly [Engine, ...Engine[]] } | undefined;
    /** Names of the variables that carry the database's user and password, read from its secret. */
    readonly databaseSecrets: { readonly user: string; readonly password: string } | undefined;
    readonly bucket: boolean;
    readonly volumes: readonly {
        readonly name: string;
        readonly containerPath: string;
        readonly uid: number;
        readonly gid: number;
    }[];
    readonly secrets: Readonly<Record<string, PresetSecret>>;
    /** Variables the stack file may not set, because the program does. */
    readonly reserved: readonly string[];
    /** The folder under `docker/` that `up` builds. */
    readonly context: string | undefined;
    /** Run once per image before the service changes; undefined: the application has no migrations. */
    readonly migrate: readonly string[] | undefined;
    /** What may not be combined, each with the reason; empty when all is well. */
    readonly limits: (app: AppSettings, partition: string) => readonly PresetProblem[];
    readonly environment: (app: AppSettings, around: Surroundings) => Readonly<Record<string, Input<string>>>;
}

export interface PresetProblem {
    /** Below the app's own path: `env.SESSION_DRIVER`. */
    readonly path: string;
    readonly value: unknown;
    readonly reason: string;
    readonly fix: string;
}
