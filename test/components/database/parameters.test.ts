import assert from "node:assert/strict";
import { type Parameter, parametersFor } from "../../../components/database/parameters";
import type { Engine } from "../../../settings/settings";

function valueOf(parameters: readonly Parameter[], name: string): string | undefined {
    return parameters.find((parameter) => parameter.name === name)?.value;
}

describe("parameters of a database", () => {
    it("refuses connections without TLS to Aurora MySQL (require_secure_transport)", () => {
        assert.equal(valueOf(parametersFor("aurora-mysql", []), "require_secure_transport"), "ON");
    });

    it("refuses connections without TLS to Aurora PostgreSQL (rds.force_ssl)", () => {
        assert.equal(valueOf(parametersFor("aurora-postgresql", []), "rds.force_ssl"), "1");
    });

    it("makes utf8mb4 the character set of Aurora MySQL", () => {
        const parameters = parametersFor("aurora-mysql", []);
        assert.equal(valueOf(parameters, "character_set_server"), "utf8mb4");
        assert.equal(valueOf(parameters, "collation_server"), "utf8mb4_0900_ai_ci");
    });

    it("turns on what an exported log needs, and nothing else", () => {
        assert.equal(valueOf(parametersFor("aurora-mysql", ["slowquery"]), "slow_query_log"), "1");
        assert.equal(valueOf(parametersFor("aurora-mysql", ["slowquery"]), "log_output"), "FILE");
        assert.equal(valueOf(parametersFor("aurora-mysql", ["audit"]), "server_audit_logging"), "1");
        assert.notEqual(valueOf(parametersFor("aurora-mysql", ["audit"]), "server_audit_events"), undefined);
        assert.equal(valueOf(parametersFor("aurora-mysql", ["error"]), "slow_query_log"), undefined);
        assert.equal(valueOf(parametersFor("aurora-mysql", ["error"]), "general_log"), undefined);
        assert.equal(
            valueOf(parametersFor("aurora-postgresql", ["postgresql"]), "log_min_duration_statement"),
            "1000",
        );
    });

    it("never writes the statements of one engine for the other", () => {
        const names = (engine: Engine) =>
            parametersFor(engine, ["audit", "general", "postgresql", "slowquery"]).map(({ name }) => name);
        const mysql = new Set(names("aurora-mysql"));
        assert.deepEqual(
            names("aurora-postgresql").filter((name) => mysql.has(name)),
            [],
        );
    });

    it("is sorted, without repeats, whatever the order of the logs", () => {
        const parameters = parametersFor("aurora-mysql", ["slowquery", "general", "audit"]);
        const names = parameters.map(({ name }) => name);
        assert.deepEqual(names, [...new Set(names)].sort());
        assert.deepEqual(parameters, parametersFor("aurora-mysql", ["audit", "general", "slowquery"]));
    });
});
