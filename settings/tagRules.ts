/** Tags that not every AWS service takes. */
import type { Decided } from "./context";
import type { Problem } from "./problem";

/** What IAM, the strictest, takes. https://docs.aws.amazon.com/IAM/latest/APIReference/API_Tag.html */
const TAG_TEXT = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

/** A resource has 50 tags at most; the program has one for all and up to four more for some. */
const MOST_TAGS = 45;

/** https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html */
export function tagRules({ raw }: Decided): readonly Problem[] {
    const tags = Object.entries(raw.tags ?? {});
    const problems = tags.flatMap(([key, value], index): readonly Problem[] => {
        const same = tags.slice(0, index).find(([other]) => other.toLowerCase() === key.toLowerCase());
        const [reason, fix] = reasonOf(key, value) ?? (same === undefined ? [] : twice(same[0]));
        return reason === undefined || fix === undefined
            ? []
            : [{ path: `selfhost:tags.${key}`, value, reason, fix }];
    });
    return tags.length <= MOST_TAGS
        ? problems
        : [
              ...problems,
              {
                  path: "selfhost:tags",
                  value: undefined,
                  reason: `are ${tags.length}, and with the program's own a resource can have ${MOST_TAGS}.`,
                  fix: "Remove some.",
              },
          ];
}

function reasonOf(key: string, value: string): readonly [string, string] | undefined {
    if (/^(aws|selfhost):/i.test(key)) {
        const owner = key.toLowerCase().startsWith("aws:") ? "AWS keeps" : "this program keeps";
        return [`uses a prefix that ${owner} for itself.`, "Choose another name."];
    }
    return TAG_TEXT.test(key) && TAG_TEXT.test(value)
        ? undefined
        : [
              "has characters that not every AWS service takes in a tag.",
              "Use letters, digits, spaces and `_ . : / = + - @`.",
          ];
}

/** IAM takes `Owner` and `owner` for one. */
function twice(other: string): readonly [string, string] {
    return [`differs from \`${other}\` in upper and lower case only.`, "Keep one of the two."];
}
