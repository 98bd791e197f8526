// @ts-check

/**
 * The name that the SDK gives an error: `ResourceNotFoundException`.
 *
 * @param {unknown} error
 * @returns {string}
 */
export function nameOf(error) {
    return error instanceof Error ? error.name : "";
}

/**
 * @param {unknown} error
 * @returns {string}
 */
export function messageOf(error) {
    return error instanceof Error ? error.message : String(error);
}

/**
 * The error as Lambda may show it: a fresh one, because Lambda logs every property of what is thrown, with each of the
 * given texts blacked out.
 *
 * @param {unknown} error
 * @param {Iterable<string>} [secrets]
 * @returns {Error}
 */
export function reportable(error, secrets = []) {
    const name = nameOf(error);
    const text = name === "" || name === "Error" ? messageOf(error) : `${name}: ${messageOf(error)}`;
    let shown = text;
    for (const secret of secrets) {
        shown = shown.replaceAll(secret, "[password]");
    }
    const fresh = new Error(shown);
    // The stack starts with the message and adds nothing that a reader of `pulumi up` can use.
    fresh.stack = `Error: ${shown}`;
    return fresh;
}

/**
 * Stops with every reason why an event cannot be right, or does nothing.
 *
 * @param {string} handler
 * @param {readonly string[]} problems
 */
export function refuse(handler, problems) {
    if (problems.length > 0) {
        throw new Error(`${handler} was given what it must refuse: ${problems.join("; ")}`);
    }
}
