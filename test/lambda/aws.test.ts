import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** Sends the requests of the SDK's clients; awsx brings one along, as the runtime of Lambda does. */
interface Handler {
    handle(request: object): Promise<unknown>;
    destroy(): void;
}

async function handlerWith(options: object): Promise<Handler | undefined> {
    const name = "@smithy/node-http-handler";
    const found = (await import(name).catch(() => undefined)) as
        { readonly NodeHttpHandler: new (options: object) => Handler } | undefined;
    return found && new found.NodeHttpHandler(options);
}

describe("a client of the AWS SDK in a handler", () => {
    it("gives up a request that nobody answers", async function () {
        const { REQUESTS } = await import("../../lambda/shared/aws.mjs");
        const handler = await handlerWith({ ...REQUESTS, requestTimeout: 20 });
        if (handler === undefined) {
            this.skip();
        }
        const silent = createServer(() => undefined);
        await new Promise<void>((listening) => silent.listen(0, "127.0.0.1", listening));
        const { port } = silent.address() as AddressInfo;
        const request = {
            protocol: "http:",
            hostname: "127.0.0.1",
            port,
            method: "GET",
            path: "/",
            headers: {},
        };
        try {
            await assert.rejects(handler.handle(request), { name: "TimeoutError" });
        } finally {
            handler.destroy();
            silent.closeAllConnections();
            silent.close();
        }
    });
});
