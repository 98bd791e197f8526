/** Changes to a copied graph, as somebody who edits a component makes them. */
import assert from "node:assert/strict";
import type { Graph, Json, Resource } from "../../../plan/graph";
import { T } from "../../../policy/types";
import { only } from "../../support/graph";
import { allow, changed, document, ref, resource } from "../../support/graphs";

export type Change = (graph: Graph) => readonly Resource[];

type Inputs = Readonly<Record<string, Json>>;

/** A mistake in a stack: what is changed, and every rule that then says something new. */
export type Planted = readonly [change: Change, ...rules: readonly [string, ...string[]]];
export type Plantings = Readonly<Record<string, Planted>>;

export function textAt({ inputs }: Resource, property: string): string {
    const value = inputs[property];
    assert.ok(typeof value === "string", `${property} must be a text`);
    return value;
}

/** Other inputs for one resource, or made of the old ones; `null` removes one. */
export function set(
    type: string,
    name: string,
    inputs: Inputs | ((old: Resource, graph: Graph) => Inputs),
): Change {
    return (graph) => {
        const old = only(graph, type, name);
        const planted = changed(old, typeof inputs === "function" ? inputs(old, graph) : inputs);
        const { propertyDependencies, dependencies, options } = old;
        return graph.resources.map((one) =>
            one === old
                ? {
                      ...planted,
                      options,
                      dependencies,
                      propertyDependencies: { ...propertyDependencies, ...planted.propertyDependencies },
                  }
                : one,
        );
    };
}

/** Another text within an input, wherever it is: what is replaced must be there. */
export function rewrite(
    type: string,
    name: string,
    property: string,
    from: string | RegExp,
    to: string,
): Change {
    return set(type, name, (old) => {
        const text = JSON.stringify(old.inputs[property]);
        const rewritten = text.replace(from, to);
        assert.notEqual(rewritten, text, `${String(from)} must be there`);
        return { [property]: JSON.parse(rewritten) as Json };
    });
}

export function remove(type: string, name: string): Change {
    return (graph) => graph.resources.filter((one) => one !== only(graph, type, name));
}

export function add(make: (graph: Graph) => Resource): Change {
    return (graph) => [...graph.resources, make(graph)];
}

/** One after the other. */
export function both(first: Change, second: Change): Change {
    return (graph) => second({ ...graph, resources: first(graph) });
}

export function options(type: string, name: string, more: Partial<Resource["options"]>): Change {
    return (graph) =>
        graph.resources.map((one) =>
            one === only(graph, type, name) ? { ...one, options: { ...one.options, ...more } } : one,
        );
}

/** Another text within the containers of the one task definition. */
export function inContainers(from: string | RegExp, to: string | ((graph: Graph) => string)): Change {
    return (graph) => {
        const task = only(graph, T.taskDefinition);
        const text = textAt(task, "containerDefinitions");
        const rewritten = text.replace(from, () => (typeof to === "string" ? to : to(graph)));
        assert.notEqual(rewritten, text, `${String(from)} must be there`);
        return set(T.taskDefinition, task.name, { containerDefinitions: rewritten })(graph);
    };
}

/** One more statement in a policy document. */
export function statement(name: string, more: Json, type: string = T.rolePolicy): Change {
    return set(type, name, (old) => {
        const { Statement } = JSON.parse(textAt(old, "policy")) as { Statement: readonly Json[] };
        return { policy: document(...Statement, more) };
    });
}

export function trust(name: string, principal: Json, condition?: Json): Change {
    const may = { Effect: "Allow", Principal: principal, Action: "sts:AssumeRole" };
    return set(T.role, name, {
        assumeRolePolicy: document(condition === undefined ? may : { ...may, Condition: condition }),
    });
}

export function flow(name: string, to: string, port: number, from: Readonly<Record<string, string>>): Change {
    return add((graph) =>
        resource(T.ingressRule, name, {
            securityGroupId: ref(only(graph, T.securityGroup, to)),
            ipProtocol: "tcp",
            fromPort: port,
            toPort: port,
            description: name,
            ...from,
        }),
    );
}

/** A topic that alarms and people know, with a policy that lets nobody but EventBridge in. */
export function deafTopic(graph: Graph): readonly Resource[] {
    const topic = resource(T.topic, "topic", { kmsMasterKeyId: "arn" });
    const condition = { StringEquals: { "aws:SourceAccount": "123456789012" } };
    const publish = allow("sns:Publish", ref(topic, "arn"), {
        Principal: { Service: "events.amazonaws.com" },
        Condition: condition,
    });
    return [
        ...graph.resources,
        topic,
        resource(T.topicSubscription, "reader", { topic: ref(topic, "arn"), protocol: "email" }),
        resource(T.compositeAlarm, "alarm", { alarmActions: [ref(topic, "arn")] }),
        resource(T.topicPolicy, "policy", { arn: ref(topic, "arn"), policy: document(publish) }),
    ];
}
