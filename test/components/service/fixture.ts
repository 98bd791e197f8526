import { z } from "zod";
import type { KnownApp } from "../../../apps/app";
import type { AppSettings, Deploy, Strategy } from "../../../settings/settings";

const preset: KnownApp = {
    name: "wiki",
    title: "Wiki",
    options: z.object({}),
    port: 80,
    health: {
        path: "/status",
        matcher: "200",
        intervalSeconds: 30,
        timeoutSeconds: 10,
        healthyThreshold: 2,
        unhealthyThreshold: 3,
    },
    healthWithoutDatabase: undefined,
    keepsDatabaseAwake: false,
    times: { startSeconds: 240, deregistrationSeconds: 30, stopSeconds: 30 },
    task: {
        dev: { cpu: 512, memory: 1024 },
        staging: { cpu: 512, memory: 1024 },
        prod: { cpu: 1024, memory: 2048 },
    },
    initProcess: false,
    user: undefined,
    readonlyRootFilesystem: false,
    manyTasks: true,
    briefOverlap: true,
    database: undefined,
    bucket: false,
    volumes: [],
    secrets: {},
    reserved: [],
    context: "wiki",
    buildArgs: {},
    migrate: undefined,
    limits: () => [],
    environment: () => ({}),
};

/** An app as it leaves the settings: two to four tasks, no exec, no migrations. */
export function app(
    change: Partial<Omit<AppSettings, "preset">> & { readonly preset?: Partial<KnownApp> } = {},
): AppSettings {
    return {
        name: "wiki",
        formerly: [],
        options: {},
        route: { host: "wiki.example.com", path: "/", priority: 100, url: "https://wiki.example.com" },
        health: preset.health,
        task: { cpu: 512, memory: 1024, architecture: "ARM64" },
        scale: {
            min: 2,
            max: 4,
            cpuPercent: 60,
            memoryPercent: undefined,
            requestsPerTask: undefined,
            scaleInCooldownSeconds: 300,
            scaleOutCooldownSeconds: 60,
            schedule: undefined,
        },
        capacity: [{ provider: "FARGATE", base: 0, weight: 1 }],
        deploy: {
            strategy: "rolling",
            minimumHealthyPercent: 100,
            maximumPercent: 200,
            gracePeriodSeconds: 310,
            deregistrationSeconds: 30,
            stopTimeoutSeconds: 30,
            steadyStateMinutes: 38,
            zoneRebalancing: true,
            alarms: { kind: "none" },
            smoke: [],
        },
        deployer: "pulumi",
        pipeline: undefined,
        image: { kind: "build", context: "docker/wiki", dockerfile: "Dockerfile", args: {} },
        database: undefined,
        storage: { bucket: undefined, volumes: [], volumeBackups: false },
        env: {},
        reaches: [],
        reached: false,
        secrets: [],
        secretFiles: [],
        entryPoint: undefined,
        command: undefined,
        permissions: [],
        exec: false,
        logRetentionDays: 30,
        ...change,
        preset: { ...preset, ...change.preset },
    };
}

/** The fixture's deployment by another strategy. */
export function deployBy(strategy: Strategy): Deploy {
    const { deploy } = app();
    const shifted = { ...deploy, bakeMinutes: 5, testHeader: "wiki", testPriority: 7 };
    const step = { percent: 20, bakeMinutes: 3 };
    switch (strategy) {
        case "rolling":
            return deploy;
        case "blueGreen":
            return { ...shifted, strategy };
        case "canary":
            return { ...shifted, strategy, canary: step };
        case "linear":
            return { ...shifted, strategy, linear: step };
        case "codeDeploy":
            return {
                ...deploy,
                strategy,
                zoneRebalancing: false,
                shift: { kind: "canary", ...step },
                terminationWaitMinutes: 5,
            };
    }
}
