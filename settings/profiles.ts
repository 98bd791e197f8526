/**
 * What a stack file need not say: the defaults of a class of environments.
 * `dev` is cheap and disposable, `staging` like prod but small, `prod` safe.
 */
import type { Egress, Profile } from "./settings";

export interface ProfileDefaults {
    /** Throw everything away on `pulumi destroy`: no protection, no final snapshot, buckets emptied. */
    readonly disposable: boolean;
    readonly network: {
        readonly cidr: string;
        readonly zones: readonly string[];
        readonly egress: Egress;
        readonly flowLogs: "none" | "reject" | "all";
    };
    readonly edge: {
        readonly accessLogDays: number;
        readonly deletionProtection: boolean;
        readonly idleTimeout: number;
        readonly sslPolicy: string;
    };
    readonly cluster: {
        readonly insights: "disabled" | "enabled" | "enhanced";
        readonly capacity: { readonly base: number; readonly onDemand: number; readonly spot: number };
    };
    readonly logs: { readonly retentionDays: number };
    /** How many have to agree before the infrastructure pipeline applies anything. */
    readonly delivery: { readonly approvals: number };
    readonly app: {
        readonly exec: boolean;
        /** Alarms and smoke tests of a rolling deployment; the other strategies have them everywhere. */
        readonly deployChecks: boolean;
        readonly scale: {
            readonly min: number;
            readonly max: number;
            readonly scaleOutCooldown: number;
            readonly scaleInCooldown: number;
        };
        readonly database: {
            readonly minCapacity: number;
            readonly maxCapacity: number;
            readonly pauseAfter: number;
            readonly instances: number;
            readonly backupRetentionDays: number;
            readonly deletionProtection: boolean;
            readonly finalSnapshot: boolean;
            readonly insights: boolean;
            /** By engine, since they have different logs. */
            readonly logExports: Readonly<Record<"aurora-mysql" | "aurora-postgresql", readonly string[]>>;
        };
        readonly storage: { readonly keepOldVersionsDays: number; readonly backups: boolean };
    };
}

/**
 * What AWS recommends: TLS 1.2 and 1.3 with forward secrecy and post-quantum key exchange. The API's own default is a policy of 2016.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html
 */
const SSL_POLICY = "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09";

export const PROFILE_DEFAULTS: Readonly<Record<Profile, ProfileDefaults>> = {
    dev: {
        disposable: true,
        network: { cidr: "10.10.0.0/16", zones: ["a", "b"], egress: "publicIp", flowLogs: "none" },
        edge: { accessLogDays: 0, deletionProtection: false, idleTimeout: 60, sslPolicy: SSL_POLICY },
        cluster: { insights: "disabled", capacity: { base: 0, onDemand: 1, spot: 4 } },
        logs: { retentionDays: 7 },
        delivery: { approvals: 0 },
        app: {
            exec: true,
            deployChecks: false,
            scale: { min: 1, max: 1, scaleOutCooldown: 60, scaleInCooldown: 300 },
            database: {
                minCapacity: 0,
                maxCapacity: 2,
                pauseAfter: 300,
                instances: 1,
                backupRetentionDays: 1,
                deletionProtection: false,
                finalSnapshot: false,
                insights: false,
                logExports: { "aurora-mysql": [], "aurora-postgresql": [] },
            },
            storage: { keepOldVersionsDays: 7, backups: false },
        },
    },
    staging: {
        disposable: false,
        network: { cidr: "10.20.0.0/16", zones: ["a", "b"], egress: "natSingle", flowLogs: "reject" },
        edge: { accessLogDays: 30, deletionProtection: true, idleTimeout: 60, sslPolicy: SSL_POLICY },
        cluster: { insights: "enabled", capacity: { base: 1, onDemand: 1, spot: 1 } },
        logs: { retentionDays: 30 },
        delivery: { approvals: 0 },
        app: {
            exec: true,
            deployChecks: true,
            scale: { min: 1, max: 2, scaleOutCooldown: 60, scaleInCooldown: 300 },
            database: {
                minCapacity: 0.5,
                maxCapacity: 4,
                pauseAfter: 300,
                instances: 1,
                backupRetentionDays: 7,
                deletionProtection: true,
                finalSnapshot: true,
                insights: false,
                logExports: { "aurora-mysql": ["error"], "aurora-postgresql": ["postgresql"] },
            },
            storage: { keepOldVersionsDays: 30, backups: true },
        },
    },
    prod: {
        disposable: false,
        network: { cidr: "10.30.0.0/16", zones: ["a", "b", "c"], egress: "natPerAz", flowLogs: "all" },
        edge: { accessLogDays: 90, deletionProtection: true, idleTimeout: 60, sslPolicy: SSL_POLICY },
        cluster: { insights: "enhanced", capacity: { base: 0, onDemand: 1, spot: 0 } },
        logs: { retentionDays: 365 },
        delivery: { approvals: 1 },
        app: {
            exec: false,
            deployChecks: true,
            scale: { min: 2, max: 6, scaleOutCooldown: 60, scaleInCooldown: 300 },
            database: {
                minCapacity: 0.5,
                maxCapacity: 8,
                pauseAfter: 300,
                instances: 2,
                backupRetentionDays: 35,
                deletionProtection: true,
                finalSnapshot: true,
                insights: true,
                logExports: {
                    "aurora-mysql": ["audit", "error", "slowquery"],
                    "aurora-postgresql": ["postgresql"],
                },
            },
            storage: { keepOldVersionsDays: 90, backups: true },
        },
    },
};
