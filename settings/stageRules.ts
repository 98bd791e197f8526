/** Stages of one pipeline that cannot be: environments without roles, or named twice. */
import type { Given } from "./pipelineRules";
import type { Problem } from "./problem";

export function stageRules(given: Given): readonly Problem[] {
    return [...nameRules(given), ...keyRules(given)];
}

function nameRules({ pipeline, at, decided }: Given): readonly Problem[] {
    const names = pipeline.stages.map(({ environment }) => environment);
    return names.flatMap((value, i): readonly Problem[] => {
        const path = `${at}.stages[${i}].environment`;
        if (value === decided.stack) {
            const reason = "is this environment, which comes first anyway.";
            return [{ path, value, reason, fix: "Remove it." }];
        }
        if (!/^[a-z][a-z0-9]*$/.test(value)) {
            const reason =
                "can have no delivery: the bootstrap makes no roles for names with other characters than lower-case letters and digits.";
            return [
                { path, value, reason, fix: "Write the name of an environment that the bootstrap knows." },
            ];
        }
        const reason = "is there twice.";
        return names.indexOf(value) < i ? [{ path, value, reason, fix: "Name each once." }] : [];
    });
}

/** A bucket that another account writes to has a key of its own, which the other environment's pipeline may not use. */
function keyRules({ given, at, decided }: Given): readonly Problem[] {
    const received = decided.apps.flatMap(({ name, pipeline }) =>
        pipeline?.source.kind === "promotion" && pipeline.source.from.account !== undefined ? [name] : [],
    );
    if (given.stageOf === undefined || received.length === 0) {
        return [];
    }
    const reason = `cannot read this environment's program: its bucket has a key, because ${received.join(" and ")} is promoted from another account.`;
    const fix = `Write \`promoteFrom: ${given.stageOf}\` instead.`;
    return [{ path: `${at}.stageOf`, value: given.stageOf, reason, fix }];
}
