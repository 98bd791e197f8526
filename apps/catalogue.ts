/** The presets, by the name a stack file uses. */
import type { Preset } from "./app";
import { backstage } from "./backstage";
import { bookstack } from "./bookstack";
import { ghost } from "./ghost";
import { site } from "./site";
import { web } from "./web";

export const catalogue: ReadonlyMap<string, Preset> = new Map(
    [backstage, bookstack, ghost, site, web].map((preset) => [preset.name, preset]),
);
