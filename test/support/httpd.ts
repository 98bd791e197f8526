/** A real Apache httpd on loopback, with the configuration of docker/site. */
import assert from "node:assert/strict";
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
    chmodSync,
    chownSync,
    closeSync,
    cpSync,
    existsSync,
    lchownSync,
    mkdirSync,
    mkdtempSync,
    openSync,
    readdirSync,
    readFileSync,
    rmSync,
    symlinkSync,
    writeFileSync,
} from "node:fs";
import http from "node:http";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseDockerfile } from "./dockerfile";
import { freePort } from "./ports";

const DOCKERFILE = resolve(__dirname, "../../docker/site/Dockerfile");

interface Installed {
    readonly command: string;
    readonly modules: string;
}

/** Debian's, or one that was built from Apache's own sources; undefined: there is none. */
export function installedHttpd(): Installed | undefined {
    return ["apache2", "httpd", "/usr/sbin/apache2", "/usr/sbin/httpd"].flatMap(installedAs)[0];
}

function installedAs(command: string): Installed[] {
    // Debian's complains that its own configuration lacks variables, after it has answered.
    const { stdout } = spawnSync(command, ["-V"], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
    const root = /HTTPD_ROOT="([^"]+)"/.exec(stdout)?.[1] ?? "";
    const folders = [join(root, "modules"), "/usr/lib/apache2/modules", "/usr/lib64/httpd/modules"];
    const modules = folders.find((folder) => existsSync(join(folder, "mod_rewrite.so")));
    return root === "" || modules === undefined ? [] : [{ command, modules }];
}

/** Users in the image: the server's own, and the one that files belong to. */
const SERVER = 33;
const NOBODY = 65534;
/** Only root can give files to one user and run the server as another, as in the image. */
export const isRoot = process.getuid?.() === 0;

export interface Answer {
    readonly status: number;
    readonly headers: http.IncomingHttpHeaders;
    readonly body: string;
}

export class Httpd {
    readonly folder = mkdtempSync(join(tmpdir(), "httpd-"));
    private readonly installed: Installed;
    private process: ChildProcess | undefined;
    private port = 0;

    constructor(installed: Installed) {
        this.installed = installed;
        chmodSync(this.folder, 0o755);
    }

    /** Lays out what the image has, with a site's files where the Dockerfile puts them. */
    build(base: string, site: string, more: Readonly<Record<string, string>> = {}): void {
        const server = join(this.folder, "server");
        mkdirSync(join(server, "conf"), { recursive: true });
        symlinkSync(this.installed.modules, join(server, "modules"));
        writeFileSync(
            join(server, "conf/mime.types"),
            "text/html html\ntext/css css\ntext/plain txt\nimage/png png\n",
        );
        const files = parseDockerfile(readFileSync(DOCKERFILE, "utf8")).filter(
            ({ file }) => file !== undefined,
        );
        const fileAt = (end: string) =>
            files.find(({ text }) => text.endsWith(end))?.file ?? assert.fail(`no ${end} in ${DOCKERFILE}`);
        writeFileSync(join(server, "conf/httpd.conf"), fileAt("/conf/httpd.conf"));
        mkdirSync(join(this.folder, "srv/health"), { recursive: true });
        writeFileSync(join(this.folder, "srv/health/ok.txt"), fileAt("/health/ok.txt"));
        const htdocs = join(this.folder, "srv/htdocs", base);
        cpSync(site, htdocs, { recursive: true });
        for (const [file, text] of Object.entries(more)) {
            mkdirSync(join(htdocs, file, ".."), { recursive: true });
            writeFileSync(join(htdocs, file), text);
        }
        this.own(join(this.folder, "srv/htdocs"));
    }

    /** As `COPY --chown` does. */
    private own(folder: string): void {
        if (isRoot) {
            for (const path of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
                lchownSync(join(folder, path), NOBODY, NOBODY);
            }
        }
    }

    /** A link in the site. */
    link(target: string, at: string): void {
        const path = join(this.folder, "srv/htdocs", at);
        symlinkSync(target, path);
        if (isRoot) {
            lchownSync(path, NOBODY, NOBODY);
        }
    }

    /** Starts it with a container's variables, but for the port; resolves when it answers. */
    async start(environment: Readonly<Record<string, string>>): Promise<void> {
        this.port = await freePort();
        const log = openSync(join(this.folder, "log"), "a");
        if (isRoot) {
            chownSync(join(this.folder, "log"), SERVER, SERVER);
        }
        this.process = spawn(
            this.installed.command,
            [
                ...["-d", join(this.folder, "server"), "-f", "conf/httpd.conf"],
                ...["-C", `Define ROOT "${join(this.folder, "srv")}"`, "-DFOREGROUND"],
            ],
            {
                env: { ...environment, PATH: process.env.PATH ?? "", PORT: String(this.port) },
                stdio: ["ignore", log, log],
                // In a group of its own, so that its children end with it.
                detached: true,
                ...(isRoot ? { uid: SERVER, gid: SERVER } : {}),
            },
        );
        closeSync(log);
        await this.untilItAnswers(this.process);
    }

    private async untilItAnswers(server: ChildProcess): Promise<void> {
        for (;;) {
            if (server.exitCode !== null) {
                throw new Error(`httpd ended: ${this.log()}`);
            }
            try {
                await this.get("/healthz");
                return;
            } catch {
                await new Promise((done) => setTimeout(done, 20));
            }
        }
    }

    /** What it says when it refuses to start. */
    async refusal(environment: Readonly<Record<string, string>>): Promise<string> {
        return this.start(environment).then(
            () => assert.fail("it starts"),
            (error: unknown) => String(error),
        );
    }

    /** Its log, once there is such a line in it: a request is logged after it was answered. */
    async logged(line: RegExp): Promise<void> {
        const until = Date.now() + 5000;
        while (!line.test(this.log())) {
            assert.ok(Date.now() < until, `${String(line)} is not in ${this.log()}`);
            await new Promise((done) => setTimeout(done, 10));
        }
    }

    log(): string {
        return readFileSync(join(this.folder, "log"), "utf8");
    }

    /** A request as the load balancer passes it on, with the path untouched. */
    async get(path: string, headers: http.OutgoingHttpHeaders = {}): Promise<Answer> {
        const request = http.get({
            host: "127.0.0.1",
            port: this.port,
            path,
            agent: false,
            headers: { host: "people.example.com", "x-forwarded-proto": "https", ...headers },
        });
        const [response] = (await once(request, "response")) as [http.IncomingMessage];
        response.setEncoding("utf8");
        let body = "";
        for await (const chunk of response) {
            body += String(chunk);
        }
        return { status: response.statusCode ?? 0, headers: response.headers, body };
    }

    /** The image's stop signal; resolves to the exit status. */
    async stop(): Promise<number | null> {
        assert.ok(this.process !== undefined, "it was never started");
        const ended = once(this.process, "exit");
        this.process.kill("SIGWINCH");
        const [status] = (await ended) as [number | null];
        return status;
    }

    /** Ends whatever still runs. */
    remove(): void {
        if (this.process?.pid !== undefined && this.process.exitCode === null) {
            process.kill(-this.process.pid, "SIGKILL");
        }
        rmSync(this.folder, { recursive: true, force: true });
    }
}
