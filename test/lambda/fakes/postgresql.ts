import { awsError } from "./common";
import { FakeServer, type Row, type Rule } from "./sql";

export interface PostgresRole {
    login: boolean;
    createdb: boolean;
    verifier: string | undefined;
    comment: string | undefined;
    /** The role its sessions act as. */
    actsAs: string | undefined;
    memberOf: Set<string>;
}

const NAME = '"(?<name>[a-z0-9_]+)"';

export class FakePostgres extends FakeServer {
    readonly roles = new Map<string, PostgresRole>([["postgres", newRole()]]);
    /** Owner and whether everybody may connect, by name. */
    readonly databases = new Map<string, { owner: string; open: boolean }>([
        ["postgres", { owner: "postgres", open: true }],
    ]);
    /** Objects that a role itself owns, `database.object`, by role. */
    readonly owned = new Map<string, string[]>();
    readonly dropped: string[] = [];
    drops = 0;

    role(name: string): PostgresRole {
        const found = this.roles.get(name);
        if (found === undefined) {
            throw awsError("DatabaseErrorException", `role "${name}" does not exist; SQLState: 42704`);
        }
        return found;
    }

    private assertMaster(role: string): void {
        if (!this.role("postgres").memberOf.has(role)) {
            throw awsError("DatabaseErrorException", `must be member of role "${role}"; SQLState: 42501`);
        }
    }

    private objects(role: string, database: string | undefined): string[] {
        return (this.owned.get(role) ?? []).filter((object) => object.startsWith(`${database ?? ""}.`));
    }

    private take(role: string, database: string | undefined): string[] {
        this.assertMaster(role);
        const taken = this.objects(role, database);
        this.owned.set(
            role,
            (this.owned.get(role) ?? []).filter((object) => !taken.includes(object)),
        );
        return taken;
    }

    protected readonly rules: readonly Rule[] = [
        [/^SELECT CAST\(current_user AS text\)$/, () => [["postgres"]]],
        [
            /^SELECT 1 FROM pg_roles WHERE rolname = '(?<name>[^']+)'$/,
            ({ name = "" }) => (this.roles.has(name) ? [[1]] : []),
        ],
        [
            new RegExp(`^CREATE ROLE ${NAME} NOLOGIN$`),
            ({ name = "" }) => {
                if (this.roles.has(name)) {
                    throw awsError(
                        "DatabaseErrorException",
                        `role "${name}" already exists; SQLState: 42710`,
                    );
                }
                this.roles.set(name, newRole());
                return [];
            },
        ],
        [
            new RegExp(`^ALTER ROLE ${NAME} WITH (?<what>CREATEDB|NOCREATEDB|NOLOGIN)$`),
            ({ name = "", what = "" }) => {
                const role = this.role(name);
                Object.assign(
                    role,
                    what === "NOLOGIN" ? { login: false } : { createdb: what === "CREATEDB" },
                );
                return [];
            },
        ],
        [
            new RegExp(`^ALTER ROLE ${NAME} WITH LOGIN PASSWORD E'(?<verifier>SCRAM-SHA-256[^']+)'$`),
            ({ name = "", verifier = "" }) => {
                Object.assign(this.role(name), { login: true, verifier: verifier.replaceAll("\\x3A", ":") });
                return [];
            },
        ],
        [
            new RegExp(`^ALTER ROLE ${NAME} SET role = '(?<owner>[a-z0-9_]+)'$`),
            ({ name = "", owner = "" }) => {
                this.role(name).actsAs = owner;
                return [];
            },
        ],
        [
            new RegExp(`^GRANT ${NAME} TO ("(?<to>[a-z0-9_]+)"|CURRENT_USER)$`),
            ({ name = "", to = "postgres" }) => {
                this.role(name);
                this.role(to).memberOf.add(name);
                return [];
            },
        ],
        [
            new RegExp(`^COMMENT ON ROLE ${NAME} IS '(?<comment>[^']*)'$`),
            ({ name = "", comment = "" }) => {
                this.role(name).comment = comment;
                return [];
            },
        ],
        [
            /^SELECT CAST\(pg_get_userbyid\(datdba\) AS text\) FROM pg_database WHERE datname = '(?<name>[^']+)'$/,
            ({ name = "" }): readonly Row[] => {
                const found = this.databases.get(name);
                return found === undefined ? [] : [[found.owner]];
            },
        ],
        [
            new RegExp(`^CREATE DATABASE ${NAME} OWNER "(?<owner>[a-z0-9_]+)"$`),
            ({ name = "", owner = "" }) => {
                if (this.databases.has(name)) {
                    throw awsError(
                        "DatabaseErrorException",
                        `database "${name}" already exists; SQLState: 42P04`,
                    );
                }
                this.assertMaster(owner);
                this.databases.set(name, { owner, open: true });
                return [];
            },
        ],
        [
            new RegExp(`^ALTER DATABASE ${NAME} OWNER TO "(?<owner>[a-z0-9_]+)"$`),
            ({ name = "", owner = "" }) => {
                this.assertMaster(owner);
                this.databases.set(name, { owner, open: this.databases.get(name)?.open ?? true });
                return [];
            },
        ],
        [
            new RegExp(`^REVOKE ALL ON DATABASE ${NAME} FROM PUBLIC$`),
            ({ name = "" }) => {
                this.databases.set(name, { owner: this.databases.get(name)?.owner ?? "", open: false });
                return [];
            },
        ],
        [
            /^SELECT shobj_description\(oid, 'pg_authid'\) FROM pg_roles WHERE rolname = '(?<name>[^']+)'$/,
            ({ name = "" }): readonly Row[] => {
                const found = this.roles.get(name);
                return found === undefined ? [] : [[found.comment ?? null]];
            },
        ],
        [/^SELECT pg_terminate_backend\(pid\) FROM pg_stat_activity WHERE usename = '[^']+'$/, () => []],
        [
            /^SELECT CAST\(datname AS text\) FROM pg_database WHERE pg_get_userbyid\(datdba\) IN \('(?<owner>[^']+)', '(?<name>[^']+)'\) ORDER BY datname$/,
            ({ owner = "", name = "" }) =>
                [...this.databases]
                    .filter(([, database]) => [owner, name].includes(database.owner))
                    .map(([database]) => [database])
                    .sort(),
        ],
        [
            new RegExp(`^REASSIGN OWNED BY ${NAME} TO "(?<owner>[a-z0-9_]+)"$`),
            ({ name = "", owner = "" }, database) => {
                this.assertMaster(owner);
                this.owned.set(owner, [...(this.owned.get(owner) ?? []), ...this.take(name, database)]);
                return [];
            },
        ],
        [
            new RegExp(`^DROP OWNED BY ${NAME}$`),
            ({ name = "" }, database) => {
                this.dropped.push(...this.take(name, database));
                return [];
            },
        ],
        [
            new RegExp(`^DROP ROLE IF EXISTS ${NAME}$`),
            ({ name = "" }) => {
                if ((this.owned.get(name) ?? []).length > 0) {
                    throw awsError(
                        "DatabaseErrorException",
                        `role "${name}" cannot be dropped; SQLState: 2BP01`,
                    );
                }
                this.drops += 1;
                this.roles.delete(name);
                return [];
            },
        ],
    ];
}

function newRole(): PostgresRole {
    return {
        login: false,
        createdb: false,
        verifier: undefined,
        comment: undefined,
        actsAs: undefined,
        memberOf: new Set(),
    };
}
