/** What a stack file decides about policies: the profile, the apps' presets, and the waivers. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { settle } from "../settings/load";
import { projectName } from "../settings/project";
import { PROFILES, type Settings } from "../settings/settings";
import { readStackFile } from "../settings/stackFile";
import type { Context } from "./evaluate";
import type { Standing } from "./pack";
import { BUILT_IN, fromSettings, type Waiver } from "./waivers";

const ROOT = join(__dirname, "..");

/** The context of an environment, on a day: `2026-11-21`. */
export function contextOf(
    {
        profile,
        apps,
        account,
        delivery,
    }: Pick<Settings, "profile" | "apps"> & Partial<Pick<Settings, "account" | "delivery">>,
    today: string,
): Context {
    const places = [...(delivery?.receivesFrom ?? []), ...(delivery?.promotesTo ?? [])];
    return {
        today,
        profile,
        accounts: [account, ...places.map((place) => place.account)].filter((one) => one !== undefined),
        presets: Object.fromEntries(apps.map(({ name, preset }) => [name, preset.name])),
    };
}

/** What is built in, and what the stack file says beside it. */
export function waiversOf({ waivers }: Pick<Settings, "waivers">): readonly Waiver[] {
    return [...BUILT_IN, ...fromSettings(waivers)];
}

/** Today, where the program runs. */
export function today(): string {
    return new Date().toISOString().slice(0, 10);
}

/** Read from the stack's file; where there is none, or it is wrong, the strictest. */
export function standingOf(stack: string, root: string = ROOT): Standing {
    const path = join(root, `Pulumi.${stack}.yaml`);
    const settings = existsSync(path)
        ? settle(readStackFile(path, projectName()).entries, "plan", () => "").settings
        : undefined;
    const profile = PROFILES.find((name) => name === stack) ?? "prod";
    return {
        context: contextOf(settings ?? { profile, apps: [] }, today()),
        waivers: waiversOf(settings ?? { waivers: [] }),
    };
}
