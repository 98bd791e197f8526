/** A folder of files with `.htaccess`, on a web server whose configuration is ours (docker/site). */
import { output } from "@pulumi/pulumi";
import { z } from "zod";
import type { AppSettings } from "../settings/settings";
import { text } from "../settings/values";
import type { Entry, Facts, Preset, PresetOptions, PresetProblem, Surroundings } from "./app";

const options = z.object({
    folder: text
        .describe(
            "Folder with the site's files, relative to the project. Default: `docker/site/sites/<app>`.",
        )
        .optional(),
});

/** The server's configuration is in it, and nothing in a site's folder can replace it. */
const DOCKERFILE = "docker/site/Dockerfile";

export const site: Preset = {
    name: "site",
    title: "Static site",
    options,
    secrets: {
        HTPASSWD: {
            description: "Users for basic authentication, a line for each as `htpasswd -nbB` prints it",
            when: "optional",
            form: {
                pattern: /^([^\s:]+:(\$2[aby]\$|\$apr1\$|\$5\$|\$6\$)\S+(\r?\n|$))+$/,
                says: "lines of a name, a colon and a hashed password",
                command: '"$(htpasswd -nbB <name> <password>)"',
            },
            file: "htpasswd",
        },
    },
    reserved: ["PORT", "SITE_BASE", "SITE_ORIGIN", "SITE_PROXIES"],
    facts,
};

function facts(given: PresetOptions, { name, path }: Entry): Facts {
    const folder = options.safeParse(given).data?.folder ?? `docker/site/sites/${name}`;
    return {
        port: 8080,
        health: {
            // Outside the site, whose own rules may ask for a password or be wrong.
            path: "/healthz",
            matcher: "200",
            intervalSeconds: 15,
            timeoutSeconds: 5,
            healthyThreshold: 2,
            unhealthyThreshold: 3,
        },
        healthWithoutDatabase: undefined,
        keepsDatabaseAwake: false,
        times: { startSeconds: 15, deregistrationSeconds: 30, stopSeconds: 30 },
        task: {
            dev: { cpu: 256, memory: 512 },
            staging: { cpu: 256, memory: 512 },
            prod: { cpu: 256, memory: 512 },
        },
        // The image's stop signal asks for a graceful stop, and the server has to be the one who gets it.
        initProcess: false,
        // `www-data` of the image.
        user: "33:33",
        // What the server writes is in memory, in /dev/shm.
        readonlyRootFilesystem: true,
        manyTasks: true,
        briefOverlap: true,
        database: undefined,
        bucket: false,
        volumes: [],
        context: { folder, dockerfile: DOCKERFILE },
        buildArgs: { SITE_BASE: baseOf(path) },
        migrate: undefined,
        smoke: [{ path: "/", status: 200, contains: undefined }],
        // Files that are there already.
        latencySeconds: 1,
        limits,
        environment,
    };
}

/** With a slash at both ends. */
function baseOf(path: string): string {
    return path === "/" ? "/" : `${path}/`;
}

function environment(app: AppSettings, around: Surroundings): ReturnType<Facts["environment"]> {
    return {
        PORT: String(app.preset.port),
        SITE_BASE: baseOf(app.route.path),
        SITE_ORIGIN: output(around.url).apply((url) => originOf(url, app.route.path)),
        SITE_PROXIES: output([...around.proxyCidrs]).apply((cidrs) => cidrs.join(" ")),
    };
}

/** Scheme, host and port: with all three, the server's own redirects stay what the visitor typed. */
function originOf(url: string, path: string): string {
    const origin = path === "/" ? url : url.slice(0, -path.length);
    return `${origin}:${url.startsWith("https:") ? 443 : 80}`;
}

function limits(app: AppSettings): readonly PresetProblem[] {
    if (app.health.path !== "/healthz" && !app.health.path.startsWith(baseOf(app.route.path))) {
        const fix = `Remove it, or write a path below \`${baseOf(app.route.path)}\`.`;
        return [
            { path: "health.path", value: app.health.path, reason: "is nothing that the server has.", fix },
        ];
    }
    return [];
}
