/** A provider without a cloud: what the engine asks for exists in a folder, and nowhere else. */
import type * as pulumi from "@pulumi/pulumi";
import type * as provider from "@pulumi/pulumi/provider";
import type { JsonObject } from "../../../plan/record/values";
import { identityOf, type Cloud } from "./cloud";
import { IDENTITY, NAMING, outcome } from "./facts";
import { failure, halfDone, scheduled, withDelay, type Faults } from "./faults";
import { Image } from "./image";
import { changedProperties, text, UNKNOWN } from "./json";
import { mustGoFirst, withName } from "./names";
import { computedOutputs, knowsType, lookUp, resourceOutputs, typeOf, type Account } from "./outputs";
import { OLD_INPUTS, PREVIEW, type Properties } from "./wire";

/** As JSON in `STANDIN_DRIFT`: what AWS itself, a schedule or a pipeline has changed since. */
export interface Drift {
    readonly urn: string;
    readonly properties: JsonObject;
}

export interface World {
    readonly cloud: Cloud;
    readonly faults: Faults;
    readonly drift: readonly Drift[];
    /** Settled when the provider is configured; throws where it may not be used. */
    readonly account: () => Account;
}

const GET_PARAMETER = "aws:ssm/getParameter:getParameter";

export class StandIn implements provider.Provider {
    readonly version: string;

    constructor(
        private readonly world: World,
        version: string,
    ) {
        this.version = version;
    }

    check(urn: string, olds: JsonObject, news: JsonObject): Promise<provider.CheckResult> {
        this.world.account();
        const type = typeOf(urn);
        if (!knowsType(type)) {
            const reason = `the stand-in does not know the resource type ${type}: add it to plan/types.ts`;
            return Promise.resolve({ failures: [{ property: "", reason }] });
        }
        const named = withName(type, urn, this.world.cloud.serial(urn), news, olds);
        return Promise.resolve("inputs" in named ? named : { failures: [named] });
    }

    diff(_id: string, urn: string, _olds: JsonObject, news: Properties): Promise<provider.DiffResult> {
        const olds = news[OLD_INPUTS] ?? {};
        const type = typeOf(urn);
        const changed = outcomes(type, olds, news);
        return Promise.resolve({
            changes: changed.size > 0,
            replaces: [...changed].flatMap(([property, said]) => (said === "replaced" ? [property] : [])),
            deleteBeforeReplace: mustGoFirst(type, olds, news),
        });
    }

    async create(urn: string, inputs: Properties): Promise<provider.CreateResult> {
        const { cloud, faults, account } = this.world;
        if (inputs[PREVIEW] === true) {
            return { id: "", outs: this.unknownOutputs(urn, inputs) };
        }
        cloud.log({ method: "create", phase: "begin", urn });
        const way = scheduled(faults, "create", urn, cloud);
        try {
            if (way === "refused") {
                throw failure("create", urn);
            }
            const { id, computed } = resourceOutputs(urn, cloud.serial(urn), inputs, account());
            const type = typeOf(urn);
            const identity = identityOf(IDENTITY[type] ?? nameProperty(type), inputs);
            const outputs = { ...inputs, ...computed };
            await withDelay(faults, urn, () => {
                cloud.create({ urn, type, id, identity, inputs, outputs });
            });
            cloud.log({ method: "create", phase: "end", urn, id });
            if (way !== undefined) {
                throw way === "half" ? halfDone("create", urn, id, outputs) : failure("create", urn);
            }
            return { id, outs: outputs };
        } catch (error) {
            if (way === undefined || way === "refused") {
                cloud.log({ method: "create", phase: "failed", urn });
            }
            throw error;
        }
    }

    update(id: string, urn: string, olds: JsonObject, news: Properties): Promise<provider.UpdateResult> {
        const { cloud, faults } = this.world;
        const outs = { ...this.computedBefore(urn, olds, news), ...news };
        if (news[PREVIEW] === true) {
            return Promise.resolve({ outs });
        }
        cloud.log({ method: "update", phase: "begin", urn, id });
        const way = scheduled(faults, "update", urn, cloud);
        if (way === "refused") {
            cloud.log({ method: "update", phase: "failed", urn, id });
            throw failure("update", urn);
        }
        const existing = cloud.find(id);
        if (existing !== undefined) {
            cloud.update({ ...existing, inputs: news, outputs: outs });
        }
        cloud.log({ method: "update", phase: "end", urn, id });
        if (way !== undefined) {
            throw way === "half" ? halfDone("update", urn, id, outs) : failure("update", urn);
        }
        return Promise.resolve({ outs });
    }

    delete(id: string, urn: string): Promise<void> {
        const { cloud, faults } = this.world;
        cloud.log({ method: "delete", phase: "begin", urn, id });
        const way = scheduled(faults, "delete", urn, cloud);
        if (way === "refused") {
            cloud.log({ method: "delete", phase: "failed", urn, id });
            throw failure("delete", urn);
        }
        cloud.delete(id);
        cloud.log({ method: "delete", phase: "end", urn, id });
        if (way !== undefined) {
            throw failure("delete", urn);
        }
        return Promise.resolve();
    }

    /** Of a resource that the engine does not know yet, because a run was killed, everything comes from the account. */
    read(id: string, urn: string, props: Properties): Promise<provider.ReadResult> {
        const { cloud, drift } = this.world;
        const existing = cloud.find(id);
        if (existing === undefined) {
            return Promise.resolve({ id: "", props: {} });
        }
        const known = Object.keys(props).length > 0;
        const outputs = known ? props : existing.outputs;
        const inputs = known ? (props[OLD_INPUTS] ?? {}) : existing.inputs;
        const changes = drift.filter((one) => one.urn === urn).map((one) => one.properties);
        return Promise.resolve({
            id,
            props: Object.assign({}, outputs, ...changes) as JsonObject,
            inputs: Object.assign({}, inputs, ...changes) as JsonObject,
        });
    }

    invoke(token: string, args: JsonObject): Promise<provider.InvokeResult> {
        const result = lookUp(token, args, this.world.account());
        const stored = token === GET_PARAMETER ? this.world.cloud.written(text(args.name) ?? "") : undefined;
        return Promise.resolve({ outputs: { ...result, ...stored } });
    }

    construct(
        name: string,
        type: string,
        inputs: pulumi.Inputs,
        options: pulumi.ComponentResourceOptions,
    ): Promise<provider.ConstructResult> {
        if (type !== "awsx:ecr:Image") {
            throw new Error(`the stand-in does not know the component ${type}`);
        }
        const image = new Image(name, inputs, options);
        return Promise.resolve({ urn: image.urn, state: { imageUri: image.imageUri } });
    }

    /** What AWS computes is unknown before it exists. */
    private unknownOutputs(urn: string, inputs: JsonObject): JsonObject {
        const computed = computedOutputs(typeOf(urn), inputs, () => UNKNOWN);
        const names = Object.keys(computed).map((property) => [property, UNKNOWN]);
        return { ...inputs, ...(Object.fromEntries(names) as JsonObject) };
    }

    /** An update leaves alone what AWS computed. */
    private computedBefore(urn: string, olds: JsonObject, news: JsonObject): JsonObject {
        const names = Object.keys(computedOutputs(typeOf(urn), news, () => UNKNOWN));
        return Object.fromEntries(names.map((property) => [property, olds[property] ?? null]));
    }
}

function nameProperty(type: string): readonly string[] {
    const naming = NAMING[type];
    return naming === undefined ? [] : [naming.property];
}

/** Properties that differ, by what becomes of them. */
function outcomes(
    type: string,
    olds: JsonObject,
    news: JsonObject,
): ReadonlyMap<string, "replaced" | "in place"> {
    const found = new Map<string, "replaced" | "in place">();
    for (const property of changedProperties(olds, news)) {
        const has = (inputs: JsonObject): boolean => (inputs[property] ?? null) !== null;
        const said = outcome(type, property, { had: has(olds), has: has(news) });
        if (said !== undefined) {
            found.set(property, said);
        }
    }
    return found;
}
