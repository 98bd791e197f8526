import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { heapOption, KEEP_ALIVE_MILLISECONDS, KEEP_ALIVE_OPTION } from "../../apps/node";

/** What a Node.js with these options prints. */
function printed(options: string, script: string): string {
    const env = { PATH: process.env.PATH, NODE_OPTIONS: options };
    return execFileSync(process.execPath, ["-e", script], { env, encoding: "utf8" }).trim();
}

describe("options of Node.js", () => {
    it("keep connections longer than any load balancer does, in servers made either way", () => {
        const script = `
            const required = require("http").createServer().keepAliveTimeout;
            import("node:http").then(({ createServer }) => console.log(required, createServer().keepAliveTimeout));
        `;
        const both = `${KEEP_ALIVE_MILLISECONDS} ${KEEP_ALIVE_MILLISECONDS}`;
        assert.equal(printed(KEEP_ALIVE_OPTION, script), both);
        assert.ok(KEEP_ALIVE_MILLISECONDS > 4000 * 1000);
    });

    it("are one word each, so that several fit into one variable", () => {
        assert.doesNotMatch(KEEP_ALIVE_OPTION, /\s/);
        const script =
            'console.log(Math.round(require("v8").getHeapStatistics().heap_size_limit / 2 ** 20) >= 300)';
        assert.equal(printed(`${heapOption(400)} ${KEEP_ALIVE_OPTION}`, script), "true");
    });

    it("leave a quarter of the task's memory to what lives outside of the heap", () => {
        assert.equal(heapOption(2048), "--max-old-space-size=1536");
    });
});
