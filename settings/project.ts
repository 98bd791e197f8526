/** What the project is called. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";

const ROOT = join(__dirname, "..");

/** The project's name, which `pulumi new` asks for and writes down; it is in every URN. */
export function projectName(root: string = ROOT): string {
    const project: unknown = parse(readFileSync(join(root, "Pulumi.yaml"), "utf8"));
    const name: unknown = typeof project === "object" && project !== null ? Reflect.get(project, "name") : "";
    return String(name);
}
