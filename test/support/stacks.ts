/** The plans of the stack files, made once for all tests that look at them. */
import { join } from "node:path";
import { planFile, type Plan } from "../../plan/plan";
import { ROOT } from "../../scripts/golden";

const plans = new Map<string, Promise<Plan>>();

/** The plan of a stack file, named relative to the project. */
export function planned(file: string): Promise<Plan> {
    const known = plans.get(file);
    if (known !== undefined) {
        return known;
    }
    const plan = planFile(join(ROOT, file));
    plans.set(file, plan);
    return plan;
}
