import type { Architecture } from "../../settings/settings";

/** A processor in Docker's words. */
export const PLATFORMS: Readonly<Record<Architecture, string>> = {
    ARM64: "linux/arm64",
    X86_64: "linux/amd64",
};
