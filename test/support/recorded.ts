/** Records a component on its own. */
import type { Graph } from "../../plan/graph";
import { type Program, record } from "../../plan/record";

/** Account and region that the tests of single components use. */
export const ACCOUNT = "123456789012";
export const REGION = "eu-west-1";

/** The graph of a program in the stack `prod`. */
export function recorded(program: () => Record<string, unknown> | undefined): Promise<Graph> {
    const run: Program = () => Promise.resolve(program());
    return record(run, { project: "selfhost", stack: "prod", region: REGION, account: ACCOUNT });
}

/** Records once for the same arguments: what is recorded is read, never changed. */
export function remembered<Args extends readonly unknown[], Made = Graph>(
    recording: (...args: Args) => Promise<Made>,
): (...args: Args) => Promise<Made> {
    const known = new Map<string, Promise<Made>>();
    return (...args) => {
        const key = JSON.stringify(args);
        const made = known.get(key) ?? recording(...args);
        known.set(key, made);
        return made;
    };
}
