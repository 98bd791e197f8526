/** The stack files whose policies are tested. */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../../scripts/golden";

/** Those of the environments, and the examples. */
export const STACKS: readonly string[] = [
    "Pulumi.dev.yaml",
    "Pulumi.staging.yaml",
    "Pulumi.prod.yaml",
    ...(existsSync(join(ROOT, "examples")) ? readdirSync(join(ROOT, "examples")) : [])
        .filter((name) => /\.ya?ml$/.test(name))
        .map((name) => `examples/${name}`),
];
