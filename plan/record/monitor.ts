/** The engine's side of the SDK's protocol: it answers every registration at once and keeps it. */
import type * as proto from "@pulumi/pulumi/proto/resource_pb";
import { ResourceMonitorFeature as Feature } from "@pulumi/pulumi/proto/resource_pb";
import type { Invoke, Json, Resource } from "../graph";
import { LOOK_UPS, OUTPUTS, references } from "../types";
import { type Failures, type Problem } from "./failures";
import { readRequest, type Request } from "./request";
import { type JsonObject, redact, secret, translate } from "./values";

/** gRPC's convention: an error or an answer. */
type Callback<Answer> = (error: Error | null, answer: Answer | undefined) => void;

interface Registered {
    getUrn(): string;
    getId(): string;
    getObject(): Wire;
    getPropertydependenciesMap(): undefined;
    getResult(): number;
    getUnknown(): boolean;
}

interface LookedUp {
    getReturn(): Wire | undefined;
    getFailuresList(): readonly never[];
    getUnknown(): boolean;
}

/** The only method of a protobuf Struct that the SDK calls on an answer. */
interface Wire {
    toJavaScript(): JsonObject;
}

export interface Target {
    readonly project: string;
    readonly stack: string;
    readonly region: string;
    readonly account: string | undefined;
    /** Values that must not be kept: the SDK sends a look-up's arguments without their envelopes. */
    readonly secrets: readonly string[];
}

const STACK_TYPE = "pulumi:pulumi:Stack";

/**
 * Transforms, hooks, methods and reads of existing resources are not offered: no plan could honour them, so the SDK says so.
 * Without resource references a resource in another's inputs travels as its id.
 */
const FEATURES: readonly Feature[] = [
    Feature.RESOURCE_MONITOR_FEATURE_SECRETS,
    Feature.RESOURCE_MONITOR_FEATURE_ALIAS_SPECS,
    Feature.RESOURCE_MONITOR_FEATURE_REPLACEMENT_TRIGGER,
    Feature.RESOURCE_MONITOR_FEATURE_DELETED_WITH,
    Feature.RESOURCE_MONITOR_FEATURE_REPLACE_WITH,
];

export class Monitor {
    readonly resources = new Map<string, Resource>();
    /** By token and arguments: asking twice is one look-up. */
    readonly invokes = new Map<string, Invoke>();
    outputs: JsonObject = {};
    /** Requests answered, which tells a slow program from one that waits for ever. */
    requests = 0;

    constructor(
        private readonly target: Target,
        private readonly failures: Failures,
    ) {}

    getDeploymentInfo(
        _request: unknown,
        callback: Callback<{ getSupportedfeaturesList(): readonly Feature[] }>,
    ): void {
        callback(null, { getSupportedfeaturesList: () => FEATURES });
    }

    registerResource(message: proto.RegisterResourceRequest, callback: Callback<Registered>): void {
        this.requests += 1;
        const urn = this.urn(message);
        const outputs = this.attempt(() => this.register(message, urn));
        callback(null, {
            getUrn: () => urn,
            getId: () => (outputs === undefined || !message.getCustom() ? "" : reference(urn, "id")),
            getObject: () => ({ toJavaScript: () => outputs ?? {} }),
            getPropertydependenciesMap: () => undefined,
            getResult: () => 0,
            getUnknown: () => false,
        });
    }

    /** Only the stack's outputs are part of a plan; those of components are for people who read the state. */
    registerResourceOutputs(message: proto.RegisterResourceOutputsRequest, callback: Callback<object>): void {
        this.requests += 1;
        if (this.resources.get(message.getUrn())?.type === STACK_TYPE) {
            this.attempt(() => {
                const { value, unknown } = translate(message.getOutputs()?.toJavaScript() ?? {});
                this.outputs = value;
                for (const path of unknown) {
                    this.failures.add(unknownValue("the stack's output", path, []));
                }
            });
        }
        callback(null, {});
    }

    invoke(message: proto.ResourceInvokeRequest, callback: Callback<LookedUp>): void {
        this.requests += 1;
        const result = this.attempt(() => this.lookUp(message.getTok(), message));
        callback(null, {
            getReturn: () => (result === undefined ? undefined : { toJavaScript: () => result }),
            getFailuresList: () => [],
            getUnknown: () => result === undefined,
        });
    }

    readResource(message: proto.ReadResourceRequest, callback: Callback<never>): void {
        this.refuse(
            `${message.getType()} "${message.getName()}" is read with \`.get\`: use a look-up`,
            callback,
        );
    }

    call(message: proto.ResourceCallRequest, callback: Callback<never>): void {
        this.refuse(`the method ${message.getTok()} is called, which only a provider can answer`, callback);
    }

    private refuse(what: string, callback: Callback<never>): void {
        const problem: Problem = { kind: "engine", message: `the plan cannot be made: ${what}` };
        this.failures.add(problem);
        callback(new Error(problem.message), undefined);
    }

    /** A failed request must not reject in the SDK, where the first of many followers would be heard. */
    private attempt<T>(answer: () => T): T | undefined {
        try {
            return answer();
        } catch (error) {
            this.failures.add(error);
            return undefined;
        }
    }

    /** The stack's own type is no part of its children's type chain. */
    private urn(message: proto.RegisterResourceRequest): string {
        const parentType = message.getParent().split("::")[2];
        const type = message.getType();
        const chain = parentType === undefined || parentType === STACK_TYPE ? type : `${parentType}$${type}`;
        return `urn:pulumi:${this.target.stack}::${this.target.project}::${chain}::${message.getName()}`;
    }

    private register(message: proto.RegisterResourceRequest, urn: string): JsonObject | undefined {
        if (this.resources.has(urn)) {
            const text = `Duplicate resource URN '${urn}'; try giving it a unique name`;
            this.failures.add({ kind: "engine", message: text });
            return undefined;
        }
        const request = readRequest(message, urn, this.resources.get(message.getParent()));
        const { resource, wire, unknown } = request;
        this.resources.set(urn, resource);
        for (const path of unknown) {
            const property = path.split(/[.[]/, 1)[0] ?? path;
            this.failures.add(
                unknownValue(`${urn}: the input`, path, resource.propertyDependencies[property] ?? []),
            );
        }
        return resource.custom || resource.remote ? this.computed(request) : wire;
    }

    /** Inputs come back as outputs; what the engine would compute comes back as a reference. */
    private computed({ resource, wire }: Request): JsonObject | undefined {
        const table = OUTPUTS[resource.type];
        if (table === undefined) {
            this.failures.add({
                kind: "unknown type",
                message:
                    `plan/types.ts does not know the resource type ${resource.type}, registered as "${resource.name}"` +
                    ": add it, with the computed outputs that the program reads",
            });
            return undefined;
        }
        const toReference = (property: string): string => reference(resource.urn, property);
        const computed =
            typeof table === "function"
                ? table(resource.inputs, toReference)
                : references(table, toReference);
        const outputs: Record<string, Json> = { ...computed, ...wire };
        for (const name of resource.options.additionalSecretOutputs) {
            const value = outputs[name];
            if (value !== undefined) {
                outputs[name] = secret(value);
            }
        }
        return outputs;
    }

    private lookUp(token: string, message: proto.ResourceInvokeRequest): JsonObject | undefined {
        const args = redact(message.getArgs()?.toJavaScript() ?? {}, this.target.secrets);
        const lookUp = LOOK_UPS[token];
        if (lookUp === undefined) {
            this.failures.add({
                kind: "unknown type",
                message: `plan/types.ts does not know the look-up ${token}: add it, with the results that the program reads`,
            });
            return undefined;
        }
        const call = `${token}(${argumentText(args)})`;
        this.invokes.set(call, { token, args });
        return lookUp(args, (property) => reference(call, property), this.target);
    }
}

function reference(owner: string, property: string): string {
    return `\${${owner}.${property}}`;
}

/** `name=example.com, privateZone=false`; a reference among the arguments loses its `${}`, so that none is nested. */
function argumentText(args: JsonObject): string {
    return Object.keys(args)
        .sort()
        .map((key) => `${key}=${text(args[key] ?? null).replace(/\$\{([^{}]*)\}/g, "$1")}`)
        .join(", ");
}

function text(value: Json): string {
    return typeof value === "string" ? value : JSON.stringify(value);
}

function unknownValue(what: string, path: string, sources: readonly string[]): Problem {
    const source = sources.length === 0 ? "" : ` (it depends on ${sources.join(", ")})`;
    return {
        kind: "unknown value",
        message: `${what} \`${path}\` cannot be known in a plan${source}: add the output that it reads to plan/types.ts`,
    };
}
