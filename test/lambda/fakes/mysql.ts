import { awsError } from "./common";
import { FakeServer, type Rule } from "./sql";

export interface MysqlUser {
    password: string;
    ssl: boolean;
    locked: boolean;
    comment: string | undefined;
    grants: string[];
}

const WHO = "'(?<user>[a-z0-9_]+)'@'%'";

export class FakeMysql extends FakeServer {
    readonly databases = new Set<string>(["mysql", "sys"]);
    readonly users = new Map<string, MysqlUser>();
    /** Views, triggers and routines by definer. */
    readonly definers = new Map<string, number>();
    drops = 0;

    private user(name: string): MysqlUser {
        const found = this.users.get(name);
        if (found === undefined) {
            throw awsError("DatabaseErrorException", `Operation ALTER USER failed for '${name}'@'%'`);
        }
        return found;
    }

    protected readonly rules: readonly Rule[] = [
        [/^SELECT CURRENT_USER\(\)$/, () => [["admin@%"]]],
        [
            /^CREATE DATABASE IF NOT EXISTS `(?<name>[a-z0-9_]+)` CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_ai_ci$/,
            ({ name = "" }) => void this.databases.add(name),
        ],
        [
            new RegExp(`^CREATE USER IF NOT EXISTS ${WHO} IDENTIFIED BY '(?<password>[^']+)' REQUIRE SSL$`),
            ({ user = "", password = "" }) => {
                if (!this.users.has(user)) {
                    this.users.set(user, {
                        password,
                        ssl: true,
                        locked: false,
                        comment: undefined,
                        grants: [],
                    });
                }
                return [];
            },
        ],
        [
            new RegExp(
                `^ALTER USER ${WHO} IDENTIFIED BY '(?<password>[^']+)' REQUIRE SSL ACCOUNT UNLOCK COMMENT '(?<comment>[^']*)'$`,
            ),
            ({ user = "", password = "", comment = "" }) => {
                Object.assign(this.user(user), { password, comment, ssl: true, locked: false });
                return [];
            },
        ],
        [
            new RegExp(`^ALTER USER ${WHO} ACCOUNT LOCK$`),
            ({ user = "" }) => {
                this.user(user).locked = true;
                return [];
            },
        ],
        [
            new RegExp(`^GRANT ALL PRIVILEGES ON \`(?<pattern>[a-z0-9_\\\\]+)\`\\.\\* TO ${WHO}$`),
            ({ user = "", pattern = "" }) => {
                const { grants } = this.user(user);
                if (!grants.includes(pattern)) {
                    grants.push(pattern);
                }
                return [];
            },
        ],
        [
            /^SELECT ATTRIBUTE FROM information_schema\.USER_ATTRIBUTES WHERE USER = '(?<user>[^']+)' AND HOST = '%'$/,
            ({ user = "" }) => {
                const found = this.users.get(user);
                if (found === undefined) {
                    return [];
                }
                return [[found.comment === undefined ? null : JSON.stringify({ comment: found.comment })]];
            },
        ],
        [
            /^SELECT \(SELECT COUNT\(\*\) FROM information_schema\.VIEWS WHERE DEFINER = '(?<user>[^']+)@%'\) \+ /,
            ({ user = "" }) => [[this.definers.get(user) ?? 0]],
        ],
        [
            new RegExp(`^DROP USER IF EXISTS ${WHO}$`),
            ({ user = "" }) => {
                this.drops += 1;
                this.users.delete(user);
                return [];
            },
        ],
    ];
}
