/**
 * What the SDK's provider server keeps to itself although every request carries it: whether this is a preview, what the
 * program had asked for the last time, and the provider's own configuration. They travel with the properties, under
 * symbols, which no answer serialises.
 */
import { ResourceProviderService as service } from "@pulumi/pulumi/proto/provider_grpc_pb";
import type { JsonObject } from "../../../plan/record/values";

export const PREVIEW = Symbol("preview");
export const OLD_INPUTS = Symbol("old inputs");

/** The properties of a request, with what `extendServer` adds to them. */
export type Properties = JsonObject & {
    readonly [PREVIEW]?: boolean;
    readonly [OLD_INPUTS]?: JsonObject;
};

interface Struct {
    toJavaScript(): object;
}

/** To be called before the server starts. */
export function extendServer(configure: (args: JsonObject) => void): void {
    const { create, update, diff, read } = service;
    decorate(create, (request) => {
        add(request.getProperties(), PREVIEW, request.getPreview());
    });
    decorate(update, (request) => {
        add(request.getNews(), PREVIEW, request.getPreview());
    });
    decorate(diff, (request) => {
        add(request.getNews(), OLD_INPUTS, plain(request.getOldInputs()));
    });
    decorate(read, (request) => {
        add(request.getProperties(), OLD_INPUTS, plain(request.getInputs()));
    });
    extendConfigure(configure);
}

/** A provider that supports previews is asked for the outputs of what it would make. */
function extendConfigure(configure: (args: JsonObject) => void): void {
    decorate(service.configure, (request) => {
        configure(plain(request.getArgs()));
    });
    const { configure: method } = service;
    const serialize = method.responseSerialize;
    method.responseSerialize = (response) => {
        response.setSupportspreview(true);
        return serialize(response);
    };
}

interface Method<Request> {
    requestDeserialize: (bytes: Buffer) => Request;
}

function decorate<Request>(method: Method<Request>, change: (request: Request) => void): void {
    const deserialize = method.requestDeserialize;
    method.requestDeserialize = (bytes) => {
        const request = deserialize(bytes);
        change(request);
        return request;
    };
}

function add(struct: Struct | undefined, key: symbol, value: unknown): void {
    if (struct !== undefined) {
        const properties = plain(struct);
        struct.toJavaScript = () => ({ ...properties, [key]: value });
    }
}

function plain(struct: Struct | undefined): JsonObject {
    return (struct?.toJavaScript() ?? {}) as JsonObject;
}
