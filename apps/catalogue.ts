/** The presets, by the name a stack file uses. */
import type { Preset } from "./app";
import { bookstack } from "./bookstack";

export const catalogue: ReadonlyMap<string, Preset> = new Map(
    [bookstack].map((preset) => [preset.name, preset]),
);
