import * as assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";

const image = resolve(__dirname, "../../docker/bookstack/rootfs");
const services = "etc/s6-overlay/s6-rc.d";
const administrator = { BOOKSTACK_ADMIN_EMAIL: "first@example.com", BOOKSTACK_ADMIN_PASSWORD: "long enough" };

/** Commands of the image that a test machine does not have; each notes its arguments. */
const standIns: Readonly<Record<string, string>> = {
    "s6-setuidgid": 'echo "s6-setuidgid $1" >>"$NOTES/calls"; shift; exec "$@"',
    php: [
        'printf "php" >>"$NOTES/calls"; printf " [%s]" "$@" >>"$NOTES/calls"; echo >>"$NOTES/calls"',
        'printf "%s" "${BOOKSTACK_ADMIN_PASSWORD:-}" >"$NOTES/password"',
        'read -r status rest <<<"$(cat "$NOTES/statuses")"',
        'echo "${rest:-$status}" >"$NOTES/statuses"',
        'exit "$status"',
    ].join("\n"),
    chown: 'echo "chown $*" >>"$NOTES/calls"',
    sleep: 'echo "sleep $*" >>"$NOTES/calls"',
    tail: 'echo "tail $*" >>"$NOTES/calls"',
};

let root: string;

beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "bookstack-"));
    // What the base image has made by the time our scripts run.
    for (const path of ["config/www/themes", "config/log/bookstack", "config/php", "proc", "bin", "notes"]) {
        mkdirSync(join(root, path), { recursive: true });
    }
    put("proc/meminfo", "MemTotal:        2097152 kB\nMemFree:          100000 kB\n");
    for (const [name, script] of Object.entries(standIns)) {
        put(`bin/${name}`, `#!/usr/bin/env bash\n${script}\n`);
        chmodSync(join(root, "bin", name), 0o755);
    }
});

afterEach(() => {
    rmSync(root, { recursive: true });
});

function put(path: string, text: string): void {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
}

const read = (path: string): string => readFileSync(join(root, path), "utf8");
const calls = (): string[] =>
    existsSync(join(root, "notes/calls")) ? read("notes/calls").trimEnd().split("\n") : [];
const callsOf = (command: string): string[] => calls().filter((call) => call.split(" ")[0] === command);

interface Run {
    readonly status: number | null;
    readonly output: string;
}

/** Runs a script of the image; the command that sets the administrator ends with one status after the other. */
function run(
    script: string,
    environment: Readonly<Record<string, string>>,
    statuses: readonly number[] = [0],
): Run {
    put("notes/statuses", statuses.join(" "));
    const result = spawnSync("bash", [join(image, script)], {
        encoding: "utf8",
        env: {
            PATH: `${join(root, "bin")}:${process.env.PATH ?? ""}`,
            SELFHOST_ROOT: root,
            NOTES: join(root, "notes"),
            ...environment,
        },
    });
    return { status: result.status, output: result.stdout + result.stderr };
}

const start = (environment: Readonly<Record<string, string>>, statuses?: readonly number[]): Run =>
    run(`${services}/init-selfhost/run`, environment, statuses);

describe("the start of a BookStack container", () => {
    it("lies between the base image's migrations and everything that serves", () => {
        assert.equal(readFileSync(join(image, services, "init-selfhost/type"), "utf8"), "oneshot\n");
        assert.equal(
            readFileSync(join(image, services, "init-selfhost/up"), "utf8"),
            `/${services}/init-selfhost/run\n`,
        );
        assert.ok(existsSync(join(image, services, "init-selfhost/dependencies.d/init-bookstack-config")));
        assert.ok(existsSync(join(image, services, "init-config-end/dependencies.d/init-selfhost")));
    });

    it("ends the container when it fails", () => {
        const dockerfile = readFileSync(join(image, "../Dockerfile"), "utf8");
        assert.match(dockerfile, /^ENV S6_BEHAVIOUR_IF_STAGE2_FAILS=2$/m);
    });

    describe("the first administrator", () => {
        it("is set once, as the user that BookStack runs as", () => {
            assert.equal(start(administrator).status, 0);
            assert.deepEqual(callsOf("s6-setuidgid"), ["s6-setuidgid abc"]);
            assert.deepEqual(callsOf("php"), [`php [${root}/usr/local/share/selfhost/create-admin.php]`]);
        });

        it("may be there already", () => {
            assert.equal(start(administrator, [2]).status, 0);
            assert.equal(callsOf("php").length, 1);
        });

        it("may be set late, by a database that wakes up", () => {
            assert.equal(start(administrator, [1, 255, 0]).status, 0);
            assert.deepEqual(callsOf("sleep"), ["sleep 10", "sleep 10"]);
        });

        it("is a condition: the start fails when it cannot be set", () => {
            const { status, output } = start(administrator, [1]);
            assert.equal(status, 1);
            assert.equal(callsOf("php").length, 3);
            assert.match(output, /BookStack does not start while its default administrator may be there/);
        });

        it("is a condition: the start fails when nobody is named", () => {
            for (const environment of [{}, { ...administrator, BOOKSTACK_ADMIN_EMAIL: "" }]) {
                const { status, output } = start(environment);
                assert.equal(status, 1);
                assert.match(output, /BOOKSTACK_ADMIN_EMAIL is not set/);
                assert.deepEqual(callsOf("php"), []);
            }
        });

        it("needs a password or an identity elsewhere", () => {
            const { BOOKSTACK_ADMIN_EMAIL } = administrator;
            const { status, output } = start({ BOOKSTACK_ADMIN_EMAIL });
            assert.equal(status, 1);
            assert.match(
                output,
                /Neither BOOKSTACK_ADMIN_PASSWORD .* nor BOOKSTACK_ADMIN_EXTERNAL_ID is set/,
            );
            assert.equal(start({ BOOKSTACK_ADMIN_EMAIL, BOOKSTACK_ADMIN_EXTERNAL_ID: "oidc|7" }).status, 0);
        });

        it("has a password that arrives unchanged and is in no argument or log line", () => {
            const password = ` a'b"c $HOME \`id\` \\n;&*?é `;
            for (const statuses of [[0], [1]]) {
                const { output } = start({ ...administrator, BOOKSTACK_ADMIN_PASSWORD: password }, statuses);
                assert.equal(read("notes/password"), password);
                assert.ok(!output.includes("a'b") && !calls().join("\n").includes("a'b"));
            }
        });
    });

    describe("php-fpm", () => {
        const pool = (): string => read("config/php/www2.conf");

        it("gets as many workers as the environment says, in the pool the base image goes on to write", () => {
            assert.equal(start({ ...administrator, SELFHOST_PHP_CHILDREN: "30" }).status, 0);
            assert.match(pool(), /^\[www\]\npm\.max_children = 30\n$/m);
            assert.equal(pool().match(/^\[/gm)?.length, 1);
        });

        it("gets 15 workers for 2 GB, and no fewer than its idle ones, where the environment does not say", () => {
            start(administrator);
            assert.match(pool(), /^pm\.max_children = 15$/m);
            put("proc/meminfo", "MemTotal: 262144 kB\n");
            start(administrator);
            assert.match(pool(), /^pm\.max_children = 3$/m);
        });

        it("refuses a number it would not start with", () => {
            for (const value of ["2", "0", "-5", "015", "many", "12.5", "3; x", "10000"]) {
                const { status, output } = start({ ...administrator, SELFHOST_PHP_CHILDREN: value });
                assert.equal(status, 1, value);
                assert.ok(output.includes(`a whole number from 3 to 9999 (got '${value}')`), output);
            }
            assert.deepEqual(callsOf("php"), []);
        });
    });

    it("copies every theme to where BookStack looks, and nothing else", () => {
        put("usr/local/share/selfhost/themes/README.md", "not a theme");
        put("usr/local/share/selfhost/themes/acme/functions.php", "<?php // acme");
        put("usr/local/share/selfhost/themes/my theme/layouts/base.blade.php", "<html>");
        assert.equal(start(administrator).status, 0);
        assert.equal(start(administrator).status, 0, "a second start of the same container");
        assert.equal(read("config/www/themes/acme/functions.php"), "<?php // acme");
        assert.equal(read("config/www/themes/my theme/layouts/base.blade.php"), "<html>");
        assert.ok(!existsSync(join(root, "config/www/themes/README.md")));
        assert.ok(!existsSync(join(root, "config/www/themes/acme/acme")));
    });

    it("makes BookStack's log before root can, and gives it to BookStack", () => {
        assert.equal(start(administrator).status, 0);
        const log = `${root}/config/log/bookstack/laravel.log`;
        assert.ok(existsSync(log));
        assert.deepEqual(calls().slice(0, 2), [`chown abc:abc ${log}`, "s6-setuidgid abc"]);
    });

    it("fails when a step of it fails, and then sets no administrator", () => {
        rmSync(join(root, "config/php"), { recursive: true });
        assert.notEqual(start(administrator).status, 0);
        assert.deepEqual(callsOf("php"), []);
    });
});

describe("the logs of a BookStack container", () => {
    const followed = (environment: Readonly<Record<string, string>>): string[] => {
        assert.equal(run("custom-services.d/logs", environment).status, 0);
        return (calls().at(-1) ?? "").split(" ");
    };

    it("are nginx's, PHP's and BookStack's errors, from their first line, wherever a rotation moves them", () => {
        assert.deepEqual(followed({}), [
            ...["tail", "-q", "-n", "+1", "-F"],
            `${root}/config/log/nginx/error.log`,
            `${root}/config/log/php/error.log`,
            `${root}/config/log/bookstack/laravel.log`,
        ]);
    });

    it("have the requests too where somebody asks", () => {
        assert.ok(followed({ SELFHOST_ACCESS_LOG: "true" }).includes(`${root}/config/log/nginx/access.log`));
        assert.ok(
            !followed({ SELFHOST_ACCESS_LOG: "false" }).includes(`${root}/config/log/nginx/access.log`),
        );
    });
});

describe("create-admin.php", () => {
    /** Laravel's console kernel, as far as the script uses it: prints the parameters, ends with $STATUS. */
    const autoload = `<?php
namespace Symfony\\Component\\Console\\Input { class ArrayInput { public function __construct(public array $all) {} } }
namespace Symfony\\Component\\Console\\Output { class ConsoleOutput {} }`;
    const bootstrap = `<?php return new class {
    public function make($name) { return new class {
        public function handle($input, $output) { echo json_encode($input->all); return (int) getenv('STATUS'); }
    }; }
};`;

    before(function () {
        if (spawnSync("php", ["--version"]).status !== 0) {
            this.skip();
        }
    });

    function create(environment: Readonly<Record<string, string>>): {
        status: number | null;
        parameters: unknown;
    } {
        put("app/www/vendor/autoload.php", autoload);
        put("app/www/bootstrap/app.php", bootstrap);
        const result = spawnSync("php", [join(image, "usr/local/share/selfhost/create-admin.php")], {
            encoding: "utf8",
            env: { PATH: process.env.PATH ?? "", SELFHOST_ROOT: root, ...environment },
        });
        return { status: result.status, parameters: JSON.parse(result.stdout) };
    }

    const always = { command: "bookstack:create-admin", "--initial": true, "--no-interaction": true };

    it("passes on what the environment says, and nothing that is empty", () => {
        const password = `-x 'b"c $HOME \\`;
        assert.deepEqual(
            create({
                BOOKSTACK_ADMIN_EMAIL: "first@example.com",
                BOOKSTACK_ADMIN_PASSWORD: password,
                BOOKSTACK_ADMIN_NAME: "Ada",
                BOOKSTACK_ADMIN_EXTERNAL_ID: "",
            }).parameters,
            { ...always, "--email": "first@example.com", "--name": "Ada", "--password": password },
        );
        assert.deepEqual(
            create({ BOOKSTACK_ADMIN_EMAIL: "first@example.com", BOOKSTACK_ADMIN_EXTERNAL_ID: "oidc|7" })
                .parameters,
            { ...always, "--email": "first@example.com", "--external-auth-id": "oidc|7" },
        );
    });

    it("ends as BookStack's command does", () => {
        for (const status of [0, 1, 2]) {
            assert.equal(create({ STATUS: String(status) }).status, status);
        }
    });
});
