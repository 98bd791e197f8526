/** What is handed from one decision, and one rule, to the next. */
import type { KnownApp } from "../apps/app";
import type { AppSecretKey } from "./keys";
import type { ProfileDefaults } from "./profiles";
import type { RawApp } from "./appSchema";
import type { RawEnvironment } from "./schema";
import type { AppSettings, DatabaseCluster, Profile } from "./settings";

/** The shared databases of a stack file, by name. */
export interface SharedDatabases {
    readonly clusters: readonly DatabaseCluster[];
    /** What the stack file names, those that it names wrongly too. */
    readonly names: readonly string[];
}

export interface Decided {
    readonly stack: string;
    readonly region: string;
    readonly awsProfile: string | undefined;
    readonly raw: RawEnvironment;
    readonly defaults: ProfileDefaults;
    readonly databases: SharedDatabases;
    readonly apps: readonly AppSettings[];
    /** Settings whose form is wrong: what follows from leaving them out is nobody's mistake. */
    readonly refused: ReadonlySet<string>;
}

export interface AppContext {
    readonly name: string;
    readonly formerly: readonly string[];
    /** `selfhost:apps.<name>` */
    readonly path: string;
    readonly preset: KnownApp;
    readonly options: AppSettings["options"];
    readonly raw: RawApp;
    readonly profile: Profile;
    readonly defaults: ProfileDefaults;
    readonly environment: RawEnvironment;
    readonly databases: SharedDatabases;
    readonly stack: string;
    readonly region: string;
    readonly secretKeys: readonly AppSecretKey[];
}

/** An app, what its stack file says of it, and the environment around. */
export interface Context {
    readonly app: AppSettings;
    readonly raw: RawApp;
    readonly path: string;
    readonly decided: Decided;
    readonly profile: Profile;
}
