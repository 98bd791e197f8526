/** A real PostgreSQL on loopback that speaks TLS alone and wants a password, as Aurora does. */
import { execFileSync, spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { chownSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "./ports";

const BIN = process.env.POSTGRES_BIN ?? "";

/** Whether this machine has what it takes. */
export function hasPostgresql(): boolean {
    const there = (command: string, flag: string) => spawnSync(command, [flag]).status === 0;
    return (
        there(join(BIN, "initdb"), "--version") &&
        there(join(BIN, "postgres"), "--version") &&
        there("openssl", "version")
    );
}

export interface Identity {
    /** Paths of PEM files. */
    readonly key: string;
    readonly certificate: string;
    /** The certificate, which is its own authority. */
    readonly pem: string;
}

/** A certificate for a host name, and its key. */
export function identityOf(host: string, folder: string): Identity {
    const [key, certificate] = [join(folder, `${host}.key`), join(folder, `${host}.crt`)];
    const kind = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"];
    const name = ["-subj", `/CN=${host}`, "-addext", `subjectAltName=DNS:${host}`];
    execFileSync("openssl", ["req", "-x509", ...kind, ...name, "-keyout", key, "-out", certificate], {
        stdio: "ignore",
    });
    return { key, certificate, pem: readFileSync(certificate, "utf8") };
}

export class Postgresql {
    readonly folder = mkdtempSync(join(tmpdir(), "pg-"));
    port = 0;
    private process: ChildProcess | undefined;

    /** Makes a cluster with a superuser, and starts it with the identity of a host. */
    async start(user: string, password: string, identity: (folder: string) => Identity): Promise<Identity> {
        const as = { cwd: this.folder, env: { ...process.env, LC_ALL: "C" }, ...serverUser() };
        const own = identity(this.folder);
        const passwords = join(this.folder, "passwords");
        writeFileSync(passwords, password);
        for (const path of [this.folder, own.key, own.certificate, passwords]) {
            chownSync(path, as.uid ?? -1, as.gid ?? -1);
        }
        const data = join(this.folder, "data");
        const how = ["-A", "scram-sha-256", "--pwfile", passwords, "-E", "UTF8", "--no-sync"];
        execFileSync(join(BIN, "initdb"), ["-D", data, "-U", user, ...how], { ...as, stdio: "ignore" });
        writeFileSync(join(data, "pg_hba.conf"), "hostssl all all all scram-sha-256\n");
        this.port = await freePort();
        const settings = { ssl: "on", ssl_key_file: own.key, ssl_cert_file: own.certificate, fsync: "off" };
        const flags = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
        const where = ["-D", data, "-k", this.folder, "-h", "localhost", "-p", String(this.port)];
        this.process = spawn(join(BIN, "postgres"), [...where, ...flags], { ...as, stdio: "ignore" });
        await this.untilItListens(this.process);
        return own;
    }

    private async untilItListens(server: ChildProcess): Promise<void> {
        for (;;) {
            if (server.exitCode !== null) {
                throw new Error("PostgreSQL ended");
            }
            const socket = connect(this.port, "localhost");
            const connected = await once(socket, "connect").then(
                () => true,
                () => false,
            );
            socket.destroy();
            if (connected) {
                return;
            }
            await new Promise((done) => setTimeout(done, 20));
        }
    }

    remove(): void {
        this.process?.kill("SIGQUIT");
        rmSync(this.folder, { recursive: true, force: true });
    }
}

/** The server refuses to run as root. */
function serverUser(): { readonly uid?: number; readonly gid?: number } {
    if (process.getuid?.() !== 0) {
        return {};
    }
    const id = (flag: string): number => Number(execFileSync("id", [flag, "postgres"], { encoding: "utf8" }));
    return { uid: id("-u"), gid: id("-g") };
}
