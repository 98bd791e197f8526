/** What runs before the first release: a server that answers every path as the load balancer wants it, so that `up` ends. */

/** In place of what the app's own image starts. */
export interface StandIn {
    readonly entryPoint: readonly string[];
    readonly command: readonly string[];
}

/** Of an image with Node; `matcher` as of a health check: `200`, `200-299` or `200,302`. */
export function standInOf(port: number, matcher: string): StandIn {
    const status = Number(matcher.slice(0, 3));
    const program = [
        "process.on('SIGTERM', () => process.exit());",
        "require('node:http').createServer((_, answer) => {",
        `answer.writeHead(${status}, { 'content-type': 'text/plain' });`,
        "answer.end('Nothing is released yet.\\n');",
        `}).listen(${port});`,
    ];
    return { entryPoint: ["node"], command: ["-e", program.join(" ")] };
}
