/** Writes what is made from the code: `npm run generate`. A test fails while a file is stale. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { configurationPage, jsonSchema } from "../settings/documents";

/** File → contents, relative to the project. */
export function generated(): ReadonlyMap<string, string> {
    return new Map([
        ["docs/configuration.md", configurationPage()],
        ["settings/stack.schema.json", `${JSON.stringify(jsonSchema(), null, 2)}\n`],
    ]);
}

if (require.main === module) {
    for (const [file, contents] of generated()) {
        writeFileSync(join(__dirname, "..", file), contents);
        console.log(`wrote ${file}`);
    }
}
