/** Reads a plan's JSON, as `npm run -s plan -- <stack> --json` prints it and somebody kept it. */
import { z } from "zod";
import type { Json } from "../graph";
import type { PlanDocument } from "./model";
import { ComparisonError } from "./problem";

const RESOURCE = z.object({
    urn: z.string().startsWith("urn:pulumi:"),
    type: z.string(),
    name: z.string(),
    parent: z.string().optional(),
    inputs: z.record(z.string(), z.json()),
    dependencies: z.array(z.string()).default([]),
    options: z.looseObject({}).default({}),
});

const DOCUMENT = z.object({
    project: z.string(),
    stack: z.string(),
    region: z.string(),
    resources: z.array(RESOURCE),
    cost: z
        .object({
            currency: z.string(),
            monthly: z.number(),
            idleMonthly: z.number(),
            lines: z.array(z.object({ urn: z.string(), monthly: z.number() })).default([]),
        })
        .optional(),
    policy: z
        .object({
            violations: z.array(
                z.object({ policy: z.string(), level: z.string(), urn: z.string(), message: z.string() }),
            ),
        })
        .optional(),
});

/** Throws where it is no plan, and says which part is not. */
export function readPlan(value: unknown, what: string): PlanDocument {
    const result = DOCUMENT.safeParse(value);
    if (result.success) {
        return result.data;
    }
    const [issue] = result.error.issues;
    const path = issue?.path.join(".") ?? "";
    throw new ComparisonError(
        `${what} is no plan's JSON: ${path === "" ? "it" : path}: ${issue?.message ?? "wrong"}`,
    );
}

/** The plan in a text. Throws where it is no JSON or no plan. */
export function parsePlan(text: string, what: string): PlanDocument {
    let value: Json;
    try {
        value = JSON.parse(text) as Json;
    } catch {
        throw new ComparisonError(`${what} is no JSON`);
    }
    return readPlan(value, what);
}
