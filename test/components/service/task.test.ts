import { strict as assert } from "node:assert";
import * as fc from "fast-check";
import {
    containerDefinitions,
    type ContainerSpec,
    familyOf,
    volumes,
} from "../../../components/service/task";

const spec: ContainerSpec = {
    name: "wiki",
    image: "123456789012.dkr.ecr.eu-west-1.amazonaws.com/wiki@sha256:00",
    portName: undefined,
    port: 80,
    environment: { APP_URL: "https://wiki.example.com", APP_LANG: "en" },
    secrets: { DB_PASSWORD: "arn:b:password::", APP_KEY: "arn:a" },
    mounts: [
        { name: "uploads", containerPath: "/config/www/uploads" },
        { name: "images", containerPath: "/config/www/images" },
    ],
    initProcess: false,
    user: undefined,
    readonlyRootFilesystem: false,
    entryPoint: undefined,
    command: undefined,
    files: [],
    stopTimeoutSeconds: 30,
    logs: { group: "/selfhost/dev/wiki", region: "eu-west-1" },
};

const definitionOf = (container: ContainerSpec) => {
    const [definition] = containerDefinitions([container]);
    assert.ok(definition !== undefined);
    return definition;
};

describe("a container's definition", () => {
    it("is the same text in whatever order variables, secrets and mounts are given", () => {
        const names = fc.uniqueArray(fc.stringMatching(/^[A-Z_a-z]{1,8}$/), { minLength: 1, maxLength: 12 });
        const two = names.chain((all) =>
            fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })),
        );
        const withNames = (order: readonly string[]): ContainerSpec => ({
            ...spec,
            environment: Object.fromEntries(order.map((name) => [name, `value of ${name}`])),
            secrets: Object.fromEntries(order.map((name) => [`SECRET_${name}`, `arn of ${name}`])),
            mounts: order.map((name) => ({ name, containerPath: `/${name}` })),
        });
        fc.assert(
            fc.property(two, ([order, another]) => {
                assert.equal(
                    JSON.stringify(containerDefinitions([withNames(order)])),
                    JSON.stringify(containerDefinitions([withNames(another)])),
                );
            }),
        );
    });

    it("stands before those of later names", () => {
        const order = containerDefinitions([
            { ...spec, name: "web" },
            { ...spec, name: "agent" },
        ]);
        assert.deepEqual(
            order.map(({ name }) => name),
            ["agent", "web"],
        );
    });

    it("writes every list that AWS would give back empty", () => {
        const bare = definitionOf({ ...spec, environment: {}, secrets: {}, mounts: [] });
        for (const list of ["environment", "secrets", "mountPoints", "volumesFrom", "systemControls"]) {
            assert.deepEqual(bare[list], [], list);
        }
    });

    it("maps the port to itself, as awsvpc does", () => {
        assert.deepEqual(definitionOf(spec).portMappings, [
            { containerPort: 80, hostPort: 80, protocol: "tcp" },
        ]);
    });

    it("carries secrets as references and never as variables", () => {
        const definition = definitionOf(spec);
        assert.deepEqual(definition.secrets, [
            { name: "APP_KEY", valueFrom: "arn:a" },
            { name: "DB_PASSWORD", valueFrom: "arn:b:password::" },
        ]);
        assert.ok(!JSON.stringify(definition.environment).includes("DB_PASSWORD"));
    });

    it("refuses a variable that is set in two ways", () => {
        assert.throws(
            () => containerDefinitions([{ ...spec, environment: { APP_KEY: "x" } }]),
            /`APP_KEY` of wiki is both a variable and a secret/,
        );
    });

    it("never lets a slow CloudWatch stop the application", () => {
        const logs = definitionOf(spec).logConfiguration;
        assert.deepEqual(logs, {
            logDriver: "awslogs",
            options: {
                "awslogs-group": "/selfhost/dev/wiki",
                "awslogs-region": "eu-west-1",
                "awslogs-stream-prefix": "wiki",
                "max-buffer-size": "25m",
                mode: "non-blocking",
            },
        });
    });

    it("puts a reaper in front of the image's own first process only where the preset allows it", () => {
        for (const initProcess of [true, false]) {
            assert.deepEqual(definitionOf({ ...spec, initProcess }).linuxParameters, {
                initProcessEnabled: initProcess,
            });
        }
    });
});

describe("a secret as a file", () => {
    const files = [{ secret: "GITHUB_KEY", file: "github.pem", valueFrom: "arn:secret" }];
    const definitions = containerDefinitions([{ ...spec, files }]);
    const named = (name: string) =>
        definitions.find((definition) => definition.name === name) ?? assert.fail(name);

    it("is written by a container that ends before the application starts", () => {
        assert.equal(named(spec.name).essential, true);
        assert.deepEqual(named(spec.name).dependsOn, [
            { containerName: "secret-files", condition: "SUCCESS" },
        ]);
        assert.equal(named("secret-files").essential, false);
        assert.deepEqual(named("secret-files").command, [
            "umask 022 && printf '%s' \"$GITHUB_KEY\" > /secrets/github.pem",
        ]);
    });

    it("is written by root, to whom an empty volume belongs, whoever the application runs as", () => {
        const [own, writer] = containerDefinitions([{ ...spec, files, user: "1000:1000" }])
            .toSorted((a, b) => (a.name < b.name ? 1 : -1))
            .map(({ user }) => user);
        assert.deepEqual([own, writer], ["1000:1000", "0"]);
    });

    it("reaches the application as a read-only file, and as no variable", () => {
        assert.ok(
            JSON.stringify(named(spec.name).mountPoints).includes(
                '{"sourceVolume":"secret-files","containerPath":"/secrets","readOnly":true}',
            ),
        );
        assert.ok(!JSON.stringify(named(spec.name).secrets).includes("GITHUB_KEY"));
    });

    it("is in a volume that lives as long as the task", () => {
        assert.deepEqual(volumes([], true), [{ name: "secret-files" }]);
    });
});

describe("a task's volumes", () => {
    it("are encrypted on their way and authorised by the task's role, one for each access point", () => {
        const mount = (name: string) => ({
            name,
            containerPath: `/${name}`,
            fileSystemId: "fs-1",
            accessPointId: `fsap-${name}`,
        });
        assert.deepEqual(
            volumes([mount("uploads"), mount("images")], false),
            ["images", "uploads"].map((name) => ({
                name,
                efsVolumeConfiguration: {
                    fileSystemId: "fs-1",
                    rootDirectory: "/",
                    transitEncryption: "ENABLED",
                    authorizationConfig: { accessPointId: `fsap-${name}`, iam: "ENABLED" },
                },
            })),
        );
    });
});

describe("a family of task definitions", () => {
    it("is named after its environment and app", () => {
        assert.equal(familyOf("pr-42", "wiki"), "pr-42-wiki");
    });
});
