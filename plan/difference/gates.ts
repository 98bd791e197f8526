/** `--fail-on data-loss,policy,cost+20`: which differences make the command fail. */
import { mayBeReplaced } from "./data";
import type { Difference } from "./model";
import { ComparisonError } from "./problem";

export type Gate =
    | { readonly kind: "data-loss" }
    | { readonly kind: "policy" }
    /** More than so much more a month. */
    | { readonly kind: "cost"; readonly more: number };

const WORDS = "data-loss, policy, and cost+<number>: more than so much more a month";

/** Throws on a word that it does not know: a gate that is misspelt must not stand open. */
export function parseGates(text: string): readonly Gate[] {
    const words = text.split(",").map((word) => word.trim());
    return words.map((word) => {
        if (word === "data-loss" || word === "policy") {
            return { kind: word };
        }
        const more = /^cost\+(\d+(?:\.\d+)?)$/.exec(word)?.[1];
        if (more === undefined) {
            throw new ComparisonError(`--fail-on does not know "${word}". It knows ${WORDS}.`);
        }
        return { kind: "cost", more: Number(more) };
    });
}

/** Why each gate that is shut is shut. A gate that cannot be decided is shut, too. */
export function failures(gates: readonly Gate[], difference: Difference): readonly string[] {
    return gates.flatMap((gate) => {
        switch (gate.kind) {
            case "data-loss":
                return dataLoss(difference);
            case "policy":
                return policy(difference);
            case "cost":
                return cost(difference, gate.more);
        }
    });
}

function dataLoss(difference: Difference): readonly string[] {
    const { dataLoss: losses, sameStack, before, after } = difference;
    if (!sameStack) {
        return [
            `data-loss: ${before.stack} and ${after.stack} are two environments, none of which becomes the other`,
        ];
    }
    const lost = losses
        .filter(({ outcome }) => outcome !== "kept")
        .map(
            ({ name, holds, how, said }) =>
                `data-loss: ${[`${name} (${holds}) is ${how}`, ...said].join("; ")}`,
        );
    return [...lost, ...mayBeReplaced(difference.changed).map((text) => `data-loss: ${text}`)];
}

function policy({ policy: found }: Difference): readonly string[] {
    if (found === undefined) {
        return ["policy: one of the two plans does not say what violates a policy"];
    }
    return found.added
        .filter(({ level }) => level === "mandatory")
        .map(({ policy: rule, message }) => `policy: ${rule}: ${message}`);
}

function cost({ cost: found }: Difference, more: number): readonly string[] {
    if (found === undefined) {
        return [`cost+${more}: one of the two plans does not say what it costs`];
    }
    const { change } = found.monthly;
    return change > more
        ? [`cost+${more}: ${change.toFixed(2)} ${found.currency} a month more, which is more than ${more}`]
        : [];
}
