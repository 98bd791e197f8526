/** Reads what the SDK asks of the engine: one resource with its options. */
import type * as aliases from "@pulumi/pulumi/proto/alias_pb";
import type * as proto from "@pulumi/pulumi/proto/resource_pb";
import type { Json, Resource, ResourceOptions } from "../graph";
import { type JsonObject, translate } from "./values";

export interface Request {
    readonly resource: Resource;
    /** The inputs as they came, secrets in their envelopes. */
    readonly wire: JsonObject;
    readonly unknown: readonly string[];
}

export function readRequest(
    message: proto.RegisterResourceRequest,
    urn: string,
    parent: Resource | undefined,
): Request {
    const wire = (message.getObject()?.toJavaScript() ?? {}) as JsonObject;
    const { value, unknown } = translate(wire);
    const resource: Resource = {
        urn,
        type: message.getType(),
        name: message.getName(),
        parent: parent?.urn,
        custom: message.getCustom(),
        remote: message.getRemote(),
        inputs: value,
        dependencies: message.getDependenciesList().sort(),
        propertyDependencies: propertyDependencies(message),
        options: readOptions(message, parent?.options),
    };
    return { resource, wire, unknown };
}

/** Properties that depend on nothing are left out. */
function propertyDependencies(message: proto.RegisterResourceRequest): Resource["propertyDependencies"] {
    const found: Record<string, readonly string[]> = {};
    message.getPropertydependenciesMap().forEach((dependencies, property) => {
        const urns = dependencies.getUrnsList();
        if (urns.length > 0) {
            found[property] = urns.sort();
        }
    });
    return found;
}

/** The SDK lets children inherit `protect`; `retainOnDelete` and `deletedWith` are the engine's to inherit. */
function readOptions(
    message: proto.RegisterResourceRequest,
    inherited: ResourceOptions | undefined,
): ResourceOptions {
    const retainOnDelete = message.hasRetainondelete()
        ? message.getRetainondelete()
        : inherited?.retainOnDelete;
    const deletedWith = message.getDeletedwith();
    return {
        protect: message.getProtect() ?? false,
        retainOnDelete: retainOnDelete ?? false,
        deleteBeforeReplace: message.getDeletebeforereplace(),
        ignoreChanges: message.getIgnorechangesList(),
        replaceOnChanges: message.getReplaceonchangesList(),
        additionalSecretOutputs: message.getAdditionalsecretoutputsList(),
        aliases: distinct(message.getAliasesList().map(readAlias)),
        deletedWith: deletedWith === "" ? inherited?.deletedWith : deletedWith,
        provider: providerUrn(message.getProvider()),
        customTimeouts: readTimeouts(message.getCustomtimeouts()),
    };
}

/** The SDK refers to a provider by URN and id; the id is ours and says nothing. */
function providerUrn(reference: string): string | undefined {
    return reference === "" ? undefined : reference.slice(0, reference.indexOf("::${"));
}

function readTimeouts(
    timeouts: proto.RegisterResourceRequest.CustomTimeouts | undefined,
): ResourceOptions["customTimeouts"] {
    const given = filled({
        create: timeouts?.getCreate(),
        update: timeouts?.getUpdate(),
        delete: timeouts?.getDelete(),
    });
    return Object.keys(given).length === 0 ? undefined : given;
}

/** An old URN, or the parts of it that differ. */
function readAlias(alias: aliases.Alias): Json {
    const spec = alias.getSpec();
    if (spec === undefined) {
        return alias.getUrn();
    }
    const parts = filled({
        name: spec.getName(),
        type: spec.getType(),
        stack: spec.getStack(),
        project: spec.getProject(),
        parent: spec.getParenturn(),
    });
    return spec.getNoparent() ? { ...parts, parent: null } : parts;
}

/** A resource class and the option may give the same alias. */
function distinct(values: readonly Json[]): readonly Json[] {
    return [...new Map(values.map((value) => [JSON.stringify(value), value])).values()];
}

function filled(texts: Readonly<Record<string, string | undefined>>): Record<string, string> {
    const found: Record<string, string> = {};
    for (const [key, text] of Object.entries(texts)) {
        if (text !== undefined && text !== "") {
            found[key] = text;
        }
    }
    return found;
}
