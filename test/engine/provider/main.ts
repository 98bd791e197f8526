/** The plugin: `node main <package> <version> <address of the engine>`. */
import { main } from "@pulumi/pulumi/provider";
import type { JsonObject } from "../../../plan/record/values";
import { Cloud } from "./cloud";
import { readFaults } from "./faults";
import { StandIn, type Drift, type World } from "./standIn";
import { extendServer } from "./wire";

/** Milliseconds between two looks at whether the engine is still there. */
const WATCH = 200;

const [packageName = "", version = "", ...args] = process.argv.slice(2);
const folder = process.env.STANDIN_CLOUD;
if (folder === undefined) {
    throw new Error("STANDIN_CLOUD must name the folder that stands for the account");
}
const id = process.env.STANDIN_ACCOUNT ?? "123456789012";
let region = "eu-west-1";
let refusal: string | undefined;
const world: World = {
    cloud: new Cloud(folder),
    faults: readFaults(process.env),
    drift: JSON.parse(process.env.STANDIN_DRIFT ?? "[]") as readonly Drift[],
    account: () => {
        if (refusal !== undefined) {
            throw new Error(refusal);
        }
        return { id, region };
    },
};

extendServer((configuration) => {
    if (packageName === "aws") {
        refusal = refusalOf(configuration);
        region = typeof configuration.region === "string" ? configuration.region : region;
    }
});

/** The AWS provider refuses to be configured for another account, which the engine says of the first resource. */
function refusalOf({ allowedAccountIds }: JsonObject): string | undefined {
    const allowed: unknown =
        typeof allowedAccountIds === "string" ? JSON.parse(allowedAccountIds) : allowedAccountIds;
    const refused = Array.isArray(allowed) && allowed.length > 0 && !allowed.includes(id);
    return refused ? `AWS account ID not allowed: ${id}` : undefined;
}

// A killed engine cannot stop its plugins.
const engine = process.ppid;
setInterval(() => {
    if (process.ppid !== engine) {
        process.exit(1);
    }
}, WATCH).unref();

void main(new StandIn(world, version), args);
