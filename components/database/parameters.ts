/** The cluster parameter group's contents: TLS always, UTF-8, and what the exported logs need to have anything in them. */
import type { Engine } from "../../settings/settings";
import { sortedEntries } from "../../settings/order";

export interface Parameter {
    readonly name: string;
    readonly value: string;
    readonly applyMethod: "immediate" | "pending-reboot";
}

/** Statements that take longer are logged, in milliseconds. */
const SLOW_MILLISECONDS = 1000;

/** Parameters that one exported log needs. */
const FOR_LOG: Readonly<Record<Engine, Readonly<Record<string, Readonly<Record<string, string>>>>>> = {
    "aurora-mysql": {
        // https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/AuroraMySQL.Auditing.html
        audit: { server_audit_events: "CONNECT,QUERY_DCL,QUERY_DDL", server_audit_logging: "1" },
        general: { general_log: "1", log_output: "FILE" },
        slowquery: {
            log_output: "FILE",
            long_query_time: String(SLOW_MILLISECONDS / 1000),
            slow_query_log: "1",
        },
    },
    "aurora-postgresql": {
        postgresql: { log_min_duration_statement: String(SLOW_MILLISECONDS) },
    },
};

const ALWAYS: Readonly<Record<Engine, Readonly<Record<string, string>>>> = {
    "aurora-mysql": {
        character_set_server: "utf8mb4",
        collation_server: "utf8mb4_0900_ai_ci",
        // Off unless written in the 8.0 family.
        // https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/AuroraMySQL.Security.html
        require_secure_transport: "ON",
    },
    // Off unless written before PostgreSQL 17.
    // https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/AuroraPostgreSQL.Security.html
    "aurora-postgresql": { "rds.force_ssl": "1" },
};

/** Written as pending in older families, and reported as such where the value equals the family's own. */
const AT_REBOOT: ReadonlySet<string> = new Set(["rds.force_ssl"]);

/** The parameters for an engine and its exported logs, sorted by name. */
export function parametersFor(engine: Engine, logExports: readonly string[]): readonly Parameter[] {
    const all = [...logExports]
        .sort()
        .reduce<Readonly<Record<string, string>>>(
            (parameters, log) => ({ ...parameters, ...FOR_LOG[engine][log] }),
            ALWAYS[engine],
        );
    return sortedEntries(all).map(([name, value]) => ({
        name,
        value,
        applyMethod: AT_REBOOT.has(name) ? "pending-reboot" : "immediate",
    }));
}
