/** What applications on Node.js need behind a load balancer. */

/**
 * Milliseconds that a server keeps an idle connection: longer than a load balancer ever does, which would otherwise send
 * a request just as the server hangs up, and answer 502. Its own limit is 4000 seconds.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-load-balancer-attributes.html
 */
export const KEEP_ALIVE_MILLISECONDS = 4_005_000;

/** Of the task's memory; the rest is for what lives outside of JavaScript's heap. */
const HEAP_SHARE = 0.75;

/** The option of `node` that sizes its heap to the task's memory (MiB), which it does not know. */
export function heapOption(memory: number): string {
    return `--max-old-space-size=${Math.floor(memory * HEAP_SHARE)}`;
}

/** Run before the application, whose code need not change: every HTTP server it makes gets the longer time. */
const KEEP_ALIVE = [
    'import http from "node:http";',
    'import { syncBuiltinESMExports } from "node:module";',
    "const create = http.createServer;",
    `http.createServer = (...args) => Object.assign(create(...args), { keepAliveTimeout: ${KEEP_ALIVE_MILLISECONDS} });`,
    "syncBuiltinESMExports();",
].join("");

/** The same as an option of `node`, for applications that have no setting for it. Node's own default is 5 seconds. */
export const KEEP_ALIVE_OPTION = `--import=data:text/javascript,${encodeURIComponent(KEEP_ALIVE)}`;

/**
 * As an option of `node`: certificate authorities in a variable, as PEM text, are trusted beside the public ones, without a
 * file and without a change of the application. Node has the function from 22.19 and 24.5 on.
 * https://nodejs.org/api/tls.html#tlssetdefaultcacertificatescerts
 */
export function trustOption(variable: string): string {
    const script = [
        'import tls from "node:tls";',
        `const more = process.env[${JSON.stringify(variable)}];`,
        "if (more && tls.setDefaultCACertificates)",
        'tls.setDefaultCACertificates([...tls.getCACertificates("default"), more]);',
    ].join("");
    return `--import=data:text/javascript,${encodeURIComponent(script)}`;
}
