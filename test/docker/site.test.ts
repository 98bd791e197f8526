/** The configuration in docker/site, run by a real httpd with the variables that the planned task definition has. */
import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { Httpd, installedHttpd, isRoot } from "../support/httpd";
import { variablesIn } from "../support/planned";
import { recordText, stackOf } from "../support/program";

const EXAMPLE = resolve(__dirname, "../../docker/site/sites/example");
const httpd = installedHttpd();

/** Two sites of one environment: below a path of a shared host, and on a host of its own. */
const STACK = [
    "selfhost:domain: example.com",
    "selfhost:apps:",
    "  coffeefans: { preset: site, host: people, path: /coffeefans, folder: docker/site/sites/example }",
    "  chess: { preset: site, folder: docker/site/sites/example }",
].join("\n");

/** `coffee`, hashed as `htpasswd -nbB` does. */
const USERS = "ada:$2y$05$O7wafn/0jBWcsF14gGU1Be41RM3xedEBbRNJ8yE8pM3DbrEfXZLSm";

/** Everything that a contributor may try. */
const HTACCESS = `
RewriteEngine On
RewriteBase \${SITE_BASE}
RewriteRule ^old$ new [R=301,L]
RewriteRule ^inside$ sub/page.html [L]
RewriteRule ^trick$ .htaccess [L]
Redirect 302 \${SITE_BASE}moved \${SITE_BASE}sub/
ErrorDocument 404 \${SITE_BASE}404.html
Header set X-Site "theirs"
<Files ".ht*">
    Require all granted
</Files>
`;

async function environments(): Promise<Readonly<Record<"coffeefans" | "chess", Record<string, string>>>> {
    const graph = await recordText(stackOf(STACK), "prod");
    return { coffeefans: variablesIn(graph, "coffeefans"), chess: variablesIn(graph, "chess") };
}

describe("docker/site in a real httpd", function () {
    let users: string;
    let site: Httpd;
    const started: Httpd[] = [];
    let env: Awaited<ReturnType<typeof environments>>;

    before(async function () {
        if (httpd === undefined) {
            console.log("      skipped: neither apache2 nor httpd is installed");
            this.skip();
        }
        env = await environments();
        users = join(mkdtempSync(join(tmpdir(), "users-")), "htpasswd");
        chmodSync(join(users, ".."), 0o755);
        writeFileSync(users, USERS, { mode: 0o644 });
    });

    after(() => {
        for (const one of started) {
            one.remove();
        }
        if (httpd !== undefined) {
            rmSync(join(users, ".."), { recursive: true });
        }
    });

    describe("below a path of a shared host", () => {
        before(async () => {
            site = start();
            await site.start(env.coffeefans);
        });

        it("answers the health check outside the site, whatever the site's own rules say", async () => {
            const { status, body } = await site.get("/healthz", { host: "10.0.0.7" });
            assert.deepEqual([status, body], [200, "ok\n"]);
        });

        it("shows the site at its path", async () => {
            const { status, body } = await site.get("/coffeefans/");
            assert.equal(status, 200);
            assert.match(body, /A new site/);
        });

        it("has nothing else: no page of the base image, and no status pages", async () => {
            for (const path of ["/", "/index.html", "/server-status", "/server-info", "/cgi-bin/printenv"]) {
                assert.ok([403, 404].includes((await site.get(path)).status), path);
            }
        });

        it("leads the path without a slash to the site, by HTTPS and by the public name", async () => {
            const { status, headers } = await site.get("/coffeefans", { host: "10.0.0.7:8080" });
            assert.equal(status, 301);
            assert.equal(headers.location, "https://people.example.com/coffeefans/");
        });

        it("keeps redirects of a .htaccess on HTTPS, and shows no folder of the server", async () => {
            for (const [path, to] of [
                ["old", "new"],
                ["moved", "sub/"],
                ["sub", "sub/"],
            ] as const) {
                const { headers } = await site.get(`/coffeefans/${path}`);
                assert.equal(headers.location, `https://people.example.com/coffeefans/${to}`);
            }
        });

        it("rewrites within the site", async () => {
            assert.deepEqual((await site.get("/coffeefans/inside")).body, "a page\n");
        });

        it("shows the site's own error page", async () => {
            const { status, body } = await site.get("/coffeefans/nothing-here");
            assert.equal(status, 404);
            assert.match(body, /There is no such page/);
        });

        it("knows that the visitor uses HTTPS", async () => {
            assert.equal((await site.get("/coffeefans/whoami/")).headers["x-scheme"], "https on");
        });

        it("takes the visitor's address from the load balancer's networks alone", async () => {
            const headers = { "x-forwarded-for": "198.51.100.4, 203.0.113.9" };
            await site.get("/coffeefans/sub/page.html", headers);
            await site.logged(/^127\.0\.0\.1 - "GET \/coffeefans\/sub\/page\.html /m);
            const behind = start();
            const { SITE_PROXIES: networks = "" } = env.coffeefans;
            assert.match(networks, /^(10\.30\.\d+\.0\/\d+ ?){3}$/);
            await behind.start({ ...env.coffeefans, SITE_PROXIES: `${networks} 127.0.0.0/8` });
            await behind.get("/coffeefans/sub/page.html", headers);
            await behind.logged(/^203\.0\.113\.9 - "GET \/coffeefans\/sub\/page\.html /m);
        });

        it("never sends a hidden file, whatever a .htaccess allows", async () => {
            for (const path of [
                ".htaccess",
                "%2ehtaccess",
                ".%68taccess",
                "/.htaccess",
                "./.htaccess",
                "sub/../.htaccess",
                "trick",
                ".git/config",
                "sub/.env",
                ".htpasswd",
                ".well-known/.htaccess",
                "open/.htaccess",
            ]) {
                assert.equal((await site.get(`/coffeefans/${path}`)).status, 403, path);
            }
        });

        it("sends what is meant to be found although it is hidden", async () => {
            assert.equal((await site.get("/coffeefans/.well-known/security.txt")).body, "Contact: us\n");
        });

        it("follows no link out of the site", async () => {
            for (const path of isRoot ? ["passwd.txt", "environ.txt", "users.txt"] : ["passwd.txt"]) {
                assert.equal((await site.get(`/coffeefans/${path}`)).status, 403, path);
            }
        });

        it("asks for a password where a .htaccess wants one, and takes those of the secret", async () => {
            const basic = (text: string) => ({
                authorization: `Basic ${Buffer.from(text).toString("base64")}`,
            });
            const { status, headers } = await site.get("/coffeefans/members/");
            assert.equal(status, 401);
            assert.equal(headers["www-authenticate"], 'Basic realm="Members"');
            assert.equal((await site.get("/coffeefans/members/", basic("ada:tea"))).status, 401);
            const { body } = await site.get("/coffeefans/members/", basic("ada:coffee"));
            assert.equal(body, "welcome\n");
        });

        it("gives a mistake in a .htaccess to that folder alone", async () => {
            assert.equal((await site.get("/coffeefans/wrong/")).status, 500);
            assert.equal((await site.get("/coffeefans/cgi/run.sh")).status, 500);
            assert.equal((await site.get("/coffeefans/")).status, 200);
            assert.equal((await site.get("/healthz")).status, 200);
        });

        it("lists a folder only where a .htaccess wants it", async () => {
            assert.equal((await site.get("/coffeefans/photos/")).status, 403);
            assert.match((await site.get("/coffeefans/listed/")).body, /cat\.txt/);
        });

        it("says nothing of its version, and answers no TRACE", async () => {
            const { headers, body } = await site.get("/coffeefans/members/");
            assert.equal(headers.server, "Apache");
            assert.doesNotMatch(body, /Apache\/2|Debian/);
        });

        it("keeps health checks out of the log", async () => {
            await site.get("/healthz");
            assert.doesNotMatch(site.log(), /healthz/);
        });

        it("keeps connections longer than the load balancer does", async () => {
            const { headers } = await site.get("/healthz", { connection: "keep-alive" });
            assert.equal(headers["keep-alive"], "timeout=4005");
        });
    });

    describe("on a host of its own", () => {
        before(async () => {
            site = start("/");
            await site.start(env.chess);
        });

        it("shows the site at the root", async () => {
            assert.match((await site.get("/")).body, /A new site/);
        });

        it("answers the health check outside the site", async () => {
            assert.equal((await site.get("/healthz")).body, "ok\n");
        });

        it("leads folders and redirects to its own name, by HTTPS", async () => {
            assert.equal((await site.get("/sub")).headers.location, "https://chess.example.com/sub/");
            assert.equal((await site.get("/old")).headers.location, "https://chess.example.com/new");
        });

        it("shows the site's own error page, and no hidden file", async () => {
            assert.match((await site.get("/nothing-here")).body, /There is no such page/);
            assert.equal((await site.get("/.htaccess")).status, 403);
        });
    });

    it("refuses to start where the image was built for another path, and says so", async () => {
        site = start("/");
        assert.match(await site.refusal(env.coffeefans), /no site for the path \/coffeefans\//);
    });

    it("ends by the image's stop signal, with what was asked answered", async () => {
        site = start();
        await site.start(env.coffeefans);
        const all = Array.from({ length: 20 }, () => site.get("/coffeefans/"));
        await Promise.all(all);
        assert.equal(await site.stop(), 0);
    });

    function start(base = "/coffeefans/"): Httpd {
        assert.ok(httpd !== undefined);
        const one = new Httpd(httpd);
        const asked = 'AuthType Basic\nAuthName "Members"\nRequire valid-user\n';
        started.push(one);
        one.build(base, EXAMPLE, {
            ".htaccess": HTACCESS,
            ".htpasswd": USERS,
            ".git/config": "hidden",
            ".well-known/security.txt": "Contact: us\n",
            ".well-known/.htaccess": "# hidden",
            "sub/page.html": "a page\n",
            "sub/.env": "hidden",
            "whoami/index.html": "you\n",
            "whoami/.htaccess": 'Header set X-Scheme "expr=%{REQUEST_SCHEME} %{reqenv:HTTPS}"\n',
            "open/.htaccess": '<If "true">\nRequire all granted\n</If>\n',
            "members/index.html": "welcome\n",
            "members/.htaccess": `${asked}AuthUserFile ${users}\n`,
            "wrong/index.html": "hidden",
            "wrong/.htaccess": "Nonsense on\n",
            "cgi/run.sh": "#!/bin/sh\necho\n",
            "cgi/.htaccess": "Options +ExecCGI\nAddHandler cgi-script .sh\n",
            "photos/cat.txt": "cat",
            "listed/cat.txt": "cat",
            "listed/.htaccess": "Options +Indexes\n",
        });
        one.link("/etc/passwd", `${base}passwd.txt`);
        one.link("/proc/self/environ", `${base}environ.txt`);
        one.link(users, `${base}users.txt`);
        return one;
    }
});
