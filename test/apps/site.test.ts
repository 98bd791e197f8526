import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { catalogue } from "../../apps/catalogue";
import { ROOT } from "../../scripts/golden";
import { LoadBalancer } from "../support/alb";
import { parseDockerfile } from "../support/dockerfile";
import { containerIn, graphOf, secretsIn, stackFile, variablesIn } from "../support/planned";
import { named, only } from "../support/graph";
import { problemsOf, settingsOf } from "../support/settings";
import { planned } from "../support/stacks";

const FANS = "preset: site\nhost: people\npath: /coffeefans";

async function build(lines: string) {
    const { context, dockerfile, args } = only(await graphOf("coffeefans", lines), "awsx:ecr:Image").inputs;
    return { context, dockerfile, args };
}

describe("preset site", () => {
    it("is in the catalogue", () => {
        assert.equal(catalogue.get("site")?.title, "Static site");
    });

    it("has exactly these variables", async () => {
        assert.deepEqual(variablesIn(await graphOf("coffeefans", FANS), "coffeefans"), {
            PORT: "8080",
            SITE_BASE: "/coffeefans/",
            SITE_ORIGIN: "https://people.example.com:443",
            SITE_PROXIES: "10.10.0.0/20 10.10.16.0/20",
        });
    });

    it("has every variable that the server's configuration reads, and docker/site has a value for each", async () => {
        const all = parseDockerfile(readFileSync(join(ROOT, "docker/site/Dockerfile"), "utf8"));
        const configuration = all.find(({ text }) => text.endsWith("httpd.conf"))?.file ?? "";
        const read = new Set([...configuration.matchAll(/\$\{(\w+)\}/g)].map(([, name]) => name));
        read.delete("ROOT");
        const given = Object.keys(variablesIn(await graphOf("coffeefans", FANS), "coffeefans"));
        assert.deepEqual([...read].sort(), given.sort());
        const usual = all.find(({ keyword }) => keyword === "ENV")?.text ?? "";
        for (const name of given) {
            assert.match(usual, new RegExp(`\\b${name}=`));
        }
    });

    it("has the load balancer's own name where there is no domain", async () => {
        const graph = await graphOf("coffeefans", "preset: site\npath: /fans", "dev", "# no domain");
        assert.equal(
            variablesIn(graph, "coffeefans").SITE_ORIGIN,
            `http://\${${only(graph, "aws:lb/loadBalancer:LoadBalancer").urn}.dnsName}:80`,
        );
    });

    it("is built from the contributor's folder by our Dockerfile, for the path that it answers at", async () => {
        assert.deepEqual(await build(FANS), {
            context: "docker/site/sites/coffeefans",
            dockerfile: "docker/site/Dockerfile",
            args: { SITE_BASE: "/coffeefans/" },
        });
        assert.deepEqual(await build("preset: site\nfolder: ../fans/public"), {
            context: "../fans/public",
            dockerfile: "docker/site/Dockerfile",
            args: { SITE_BASE: "/" },
        });
    });

    it("does not run as root, cannot write to its own files, and gets its own stop signal", async () => {
        const graph = await graphOf("coffeefans", FANS);
        const { user, readonlyRootFilesystem, linuxParameters } = containerIn(graph, "coffeefans");
        assert.deepEqual(
            [user, readonlyRootFilesystem, linuxParameters],
            ["33:33", true, { initProcessEnabled: false }],
        );
        const users = parseDockerfile(readFileSync(join(ROOT, "docker/site/Dockerfile"), "utf8"));
        assert.equal(users.find(({ keyword }) => keyword === "USER")?.text, user);
        assert.equal(named(graph, "coffeefans-service").inputs.enableExecuteCommand, false);
    });

    it("is checked outside the site", async () => {
        const { healthCheck } = named(await graphOf("coffeefans", FANS), "coffeefans-a").inputs;
        assert.equal((healthCheck as { path: string }).path, "/healthz");
    });

    it("may do nothing in AWS", async () => {
        const graph = await graphOf("coffeefans", FANS, "prod");
        const roles = graph.resources.filter(({ name }) => name.startsWith("coffeefans-task"));
        assert.deepEqual(
            roles.filter(({ type }) => type === "aws:iam/rolePolicy:RolePolicy").map(({ name }) => name),
            [],
        );
    });

    it("finds its users as a file, which nobody sees as a variable", async () => {
        const graph = await graphOf("coffeefans", `${FANS}\nsecrets: { HTPASSWD: { ssm: /fans/users } }`);
        assert.deepEqual(secretsIn(graph, "coffeefans"), {});
        assert.deepEqual(containerIn(graph, "coffeefans").mountPoints, [
            { sourceVolume: "secret-files", containerPath: "/secrets", readOnly: true },
        ]);
        assert.match(
            JSON.stringify(containerIn(graph, "coffeefans", "secret-files").command),
            /> \/secrets\/htpasswd/,
        );
        const starter = readFileSync(join(ROOT, "docker/site/sites/example/.htaccess"), "utf8");
        assert.match(starter, /AuthUserFile \/secrets\/htpasswd/);
    });

    it("has no volume and no second container without users", async () => {
        const graph = await graphOf("coffeefans", FANS);
        assert.deepEqual(containerIn(graph, "coffeefans").mountPoints, []);
        assert.throws(() => containerIn(graph, "coffeefans", "secret-files"));
    });

    describe("users", () => {
        const key = "selfhost:coffeefans.HTPASSWD";
        const file = `${stackFile("coffeefans", FANS)}  ${key}: { secure: x }\n`;
        const hashed = "ada:$2y$05$O7wafn/0jBWcsF14gGU1Be41RM3xedEBbRNJ8yE8pM3DbrEfXZLSm";
        const said = (value: string) =>
            problemsOf(file, { mode: "deploy", secrets: { [key]: value } }).map(
                ({ path, reason }) => `${path} ${reason}`,
            );

        it("are names with hashed passwords, one to a line", () => {
            for (const value of [
                hashed,
                `${hashed}\n`,
                `${hashed}\nbob:$apr1$x$y`,
                `${hashed}\r\nbob:$6$x$y\r\n`,
            ]) {
                assert.deepEqual(said(value), []);
            }
        });

        it("are refused with passwords in the clear, or none", () => {
            for (const value of ["ada:coffee", "ada", `${hashed}\nbob:tea`, "", `${hashed} bob:$6$x`]) {
                assert.equal(said(value).length, 1, value);
                assert.match(
                    said(value)[0] ?? "",
                    /HTPASSWD is not lines of a name, a colon and a hashed password/,
                );
            }
        });
    });

    for (const [what, lines, pattern] of [
        ["a shell", `${FANS}\nexec: true`, /exec wants a container that can write/],
        [
            "a health check that the server has not",
            `${FANS}\nhealth: { path: /status }`,
            /health\.path is nothing that the server has.*\/coffeefans\//,
        ],
        ["a database", `${FANS}\ndatabase: {}`, /database is set, but the preset `site` uses no database/],
        [
            "the place to be set by hand",
            `${FANS}\nenv: { SITE_BASE: / }`,
            /env\.SITE_BASE is set by this program/,
        ],
    ] as const) {
        it(`refuses ${what}`, () => {
            const all = problemsOf(stackFile("coffeefans", lines)).map(
                (one) => `${one.path} ${one.reason} ${one.fix}`,
            );
            assert.equal(all.length, 1, all.join("\n"));
            assert.match(all[0] ?? "", pattern);
        });
    }

    it("may be checked by a page of the site", () => {
        const { apps } = settingsOf(
            stackFile("coffeefans", `${FANS}\nhealth: { path: /coffeefans/index.html }`),
        );
        assert.equal(apps[0]?.health.path, "/coffeefans/index.html");
    });
});

describe("examples/sites.yaml", () => {
    it("adds a rule and a service for each site to what exists, and no network, load balancer, name or cluster", async () => {
        const { graph } = await planned("examples/sites.yaml");
        const own = new Set(graph.resources.map(({ type }) => type));
        for (const type of [
            "aws:acm/certificate:Certificate",
            "aws:ec2/subnet:Subnet",
            "aws:ec2/vpc:Vpc",
            "aws:ecs/cluster:Cluster",
            "aws:lb/listener:Listener",
            "aws:lb/loadBalancer:LoadBalancer",
            "aws:rds/cluster:Cluster",
            "aws:route53/record:Record",
        ]) {
            assert.ok(!own.has(type), type);
        }
        const visitors = new LoadBalancer(graph);
        assert.equal(visitors.answer("https://people.example.com/coffeefans/menu.html"), "coffeefans");
        assert.equal(visitors.answer("https://people.example.com/chess"), "chess");
        assert.equal(visitors.answer("https://people.example.com/"), undefined, "the main site's own");
    });
});
