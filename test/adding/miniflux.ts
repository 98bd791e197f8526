/** Miniflux, a feed reader: one Go binary beside PostgreSQL. https://miniflux.app/docs/configuration.html */
import { z } from "zod";
import type { AppSettings } from "../../settings/settings";
import type { Facts, Preset, PresetProblem, Surroundings } from "../../apps/app";

const options = z.object({
    pollMinutes: z
        .int()
        .min(5)
        .max(1440)
        .describe("Minutes between two looks at a feed. Default: 60.")
        .optional(),
});

export const miniflux: Preset = {
    name: "miniflux",
    title: "Miniflux",
    options,
    secrets: {
        ADMIN_PASSWORD: { description: "Password of the first administrator, `admin`", when: "generate" },
    },
    reserved: [
        "ADMIN_USERNAME",
        "BASE_URL",
        "CREATE_ADMIN",
        "DATABASE_URL",
        "HTTPS",
        "PGSSLMODE",
        "PORT",
        "POLLING_FREQUENCY",
    ],
    facts,
};

function facts(): Facts {
    return {
        port: 8080,
        health: {
            path: "/readiness", // asks the database
            matcher: "200",
            intervalSeconds: 15,
            timeoutSeconds: 5,
            healthyThreshold: 2,
            unhealthyThreshold: 3,
        },
        healthWithoutDatabase: "/liveness",
        // Every task looks for feeds that are due, once a minute.
        keepsDatabaseAwake: true,
        times: { startSeconds: 15, deregistrationSeconds: 15, stopSeconds: 30 },
        task: {
            dev: { cpu: 256, memory: 512 },
            staging: { cpu: 256, memory: 512 },
            prod: { cpu: 256, memory: 512 },
        },
        initProcess: false,
        user: "65534:65534",
        readonlyRootFilesystem: true,
        // Each task would fetch every feed; two for a moment do no harm.
        manyTasks: false,
        briefOverlap: true,
        database: {
            engines: ["aurora-postgresql"],
            required: true,
            secrets: { DATABASE_URL: "url" },
        },
        bucket: false,
        volumes: [],
        context: "miniflux",
        buildArgs: {},
        migrate: ["/usr/bin/miniflux", "-migrate"],
        limits,
        environment,
    };
}

function environment(app: AppSettings, around: Surroundings): ReturnType<Facts["environment"]> {
    const { pollMinutes = 60 } = options.parse(app.options);
    return {
        ADMIN_USERNAME: "admin",
        BASE_URL: around.url,
        CREATE_ADMIN: "1",
        // Cookies for HTTPS alone, which ends at the load balancer.
        HTTPS: "1",
        // What the driver reads beside the URL: no connection in the clear.
        PGSSLMODE: "require",
        POLLING_FREQUENCY: String(pollMinutes),
        PORT: String(app.preset.port),
    };
}

function limits(app: AppSettings): readonly PresetProblem[] {
    return app.route.path === "/"
        ? []
        : [
              {
                  path: "path",
                  value: app.route.path,
                  reason: "moves Miniflux's health checks below it, and they stay at `/`.",
                  fix: "Give it a `host` of its own.",
              },
          ];
}
