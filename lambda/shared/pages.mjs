// @ts-check

/**
 * Every item of a listing that comes in pages.
 *
 * @template Page, Item
 * @param {(token: string | undefined) => Promise<Page>} get
 * @param {(page: Page) => { items: readonly Item[] | undefined, next: string | undefined }} read
 * @returns {Promise<Item[]>}
 */
export async function everyPage(get, read) {
    /** @type {Item[]} */
    const all = [];
    /** @type {string | undefined} */
    let token;
    do {
        const { items, next } = read(await get(token));
        all.push(...(items ?? []));
        token = next;
    } while (token !== undefined && token !== "");
    return all;
}

/**
 * The items in groups of at most `size`, which is what a describing call takes.
 *
 * @template Item
 * @param {readonly Item[]} items
 * @param {number} size
 * @returns {Item[][]}
 */
export function chunks(items, size) {
    return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
        items.slice(index * size, (index + 1) * size),
    );
}
