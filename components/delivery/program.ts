/** The program itself, as it was last applied: what an app's pipeline runs to put a release into the environment. */
import { existsSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";

/** What `pulumi up`, `npm run plan` and the builds need, and nothing else. */
const FILES = ["Pulumi.yaml", "index.ts", "package.json", "package-lock.json", "tsconfig.json"] as const;
const FOLDERS = [
    "apps",
    "components",
    "delivery",
    "docker",
    "lambda",
    "plan",
    "policy",
    "scripts",
    "settings",
] as const;

/** Secrets in a stack's file are ciphertext. */
export function programArchive(stack: string, contexts: readonly string[]): pulumi.asset.AssetArchive {
    const files = [...FILES, `Pulumi.${stack}.yaml`].filter(
        // A plan may be of a file that has another name.
        (file) => existsSync(file) || file === `Pulumi.${stack}.yaml`,
    );
    const folders = [...FOLDERS, ...contexts.filter((folder) => !isBelow(folder, FOLDERS))];
    return new pulumi.asset.AssetArchive({
        ...Object.fromEntries(files.map((file) => [file, new pulumi.asset.FileAsset(file)])),
        ...Object.fromEntries(folders.map((folder) => [folder, new pulumi.asset.FileArchive(folder)])),
    });
}

function isBelow(path: string, folders: readonly string[]): boolean {
    return folders.some((folder) => path === folder || path.startsWith(`${folder}/`));
}
