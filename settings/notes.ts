/** What is allowed but worth saying, and what a person still has to do. */
import { setCommand } from "./appRules";
import type { AppSettings, Pending, Settings } from "./settings";

type Unsaid = Omit<Settings, "notes" | "pending">;

export function environmentNotes(settings: Unsaid): readonly string[] {
    const { network, edge } = settings;
    const notes: string[] = [];
    if (edge.kind === "create" && edge.certificate.kind === "none") {
        notes.push(
            "No domain: the app answers over plain HTTP, passwords included. For trying things out only.",
        );
    }
    if (network.kind === "create" && network.egress === "endpoints") {
        notes.push(
            "No internet: mail by SMTP, sign-in with a provider elsewhere, webhooks and avatars from outside do not work.",
        );
    }
    if (network.kind === "create" && network.egress === "natSingle") {
        notes.push(
            `One NAT gateway: when zone ${network.zones[0]?.letter ?? ""} fails, tasks in the others lose the internet.`,
        );
    }
    return [...notes, ...settings.apps.flatMap(appNotes)];
}

/** 0.5 ACU, the least that a running Aurora Serverless v2 instance takes, at $0.12 an hour in us-east-1 for 730 hours. */
const LEAST_AWAKE = "about $44 a month at 0.5 ACU";

function appNotes(app: AppSettings): readonly string[] {
    const notes: string[] = [];
    const { database, preset, health, scale } = app;
    if (database?.minCapacity === 0) {
        const quiet = health.path === preset.healthWithoutDatabase;
        if (!quiet && scale.schedule === undefined) {
            notes.push(
                `${app.name}: the health check ${health.path} asks the database, so it never pauses (${LEAST_AWAKE}). A schedule would let it.`,
            );
        } else if (quiet) {
            notes.push(
                `${app.name}: the health check is ${health.path}, which works without the database, so that it can pause; \`health: { path: ${preset.health.path} }\` checks more.`,
            );
        }
    }
    if (scale.schedule !== undefined) {
        notes.push(
            `${app.name}: no tasks outside ${scale.schedule.days} ${scale.schedule.start}-${scale.schedule.stop} (${scale.schedule.timezone}); an \`up\` then proves nothing about the app.`,
        );
    }
    return notes;
}

export function environmentPending(settings: Unsaid): readonly Pending[] {
    return [...settings.apps.flatMap(missingSecrets), ...recordsElsewhere(settings)];
}

function missingSecrets(app: AppSettings): readonly Pending[] {
    return app.secrets.flatMap(({ name, source }) =>
        source.kind === "missing"
            ? [
                  {
                      what: app.preset.secrets[name]?.description ?? name,
                      command: setCommand(source.key, app.preset.secrets[name]?.form?.command),
                  },
              ]
            : [],
    );
}

/** The records to make where the zone is not in Route 53. */
function recordsElsewhere({ edge, apps }: Unsaid): readonly Pending[] {
    if (edge.dns.kind !== "elsewhere") {
        return [];
    }
    const hosts = [...new Set(apps.flatMap((app) => app.route.host ?? []))].sort();
    return hosts.map((host) => {
        const kind = host === edge.domain ? "ALIAS" : "CNAME";
        return {
            what: `DNS record at your provider, after the first \`up\``,
            command: `${host} ${kind} <output loadBalancer>`,
        };
    });
}
