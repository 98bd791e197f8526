/** Regions, as the AWS provider lists them: a new one comes with a newer package. */
import { Region } from "@pulumi/aws";
import { nearest } from "./nearest";
import type { Problem } from "./problem";

const REGIONS: readonly string[] = Object.values(Region);

export function isRegion(text: string): boolean {
    return REGIONS.includes(text);
}

/** What is wrong with `aws:region`; undefined where nothing is. */
export function regionProblem(value: string | undefined): Problem | undefined {
    if (value !== undefined && isRegion(value)) {
        return undefined;
    }
    const near = nearest(value ?? "", REGIONS);
    return {
        path: "aws:region",
        value,
        reason: value === undefined || value === "" ? "is missing." : "is not a region of AWS.",
        fix: `Write it like \`aws:region: ${near ?? "eu-west-1"}\`.`,
    };
}
