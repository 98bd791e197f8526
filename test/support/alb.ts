/**
 * Which app's tasks get a request: the rules of a listener, read from a planned graph and evaluated as a load balancer
 * does.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-listeners.html#listener-rules
 */
import assert from "node:assert/strict";
import type { Graph, Resource } from "../../plan/graph";
import { ofType } from "./graph";

/** Of the rule's inputs, what decides. */
interface Rule {
    readonly app: string;
    readonly priority: number;
    readonly conditions: readonly Condition[];
}

interface Condition {
    readonly hostHeader?: { readonly values: readonly string[] };
    readonly pathPattern?: { readonly values: readonly string[] };
}

/** Limits that AWS sets to a rule. */
const MOST_VALUES = 5;

export class LoadBalancer {
    private readonly rules: readonly Rule[];

    /** Of a graph with one listener for requests; throws where AWS would refuse its rules. */
    constructor(graph: Graph) {
        this.rules = ofType(graph, "aws:lb/listenerRule:ListenerRule")
            .map((rule) => ruleOf(graph, rule))
            .sort((a, b) => a.priority - b.priority);
        const priorities = this.rules.map(({ priority }) => priority);
        assert.equal(new Set(priorities).size, priorities.length, "two rules have one priority");
        assert.ok(priorities.every((priority) => priority >= 1 && priority <= 50_000));
        for (const { app, conditions } of this.rules) {
            const values = conditions.flatMap(valuesOf);
            assert.ok(values.length > 0 && values.length <= MOST_VALUES, `${app}: ${values.length} values`);
        }
    }

    /** The app that answers; undefined: the listener's own 404. */
    answer(url: string): string | undefined {
        const [, host = "", path = ""] = /^https?:\/\/([^/:?#]+)[^/?#]*([^?#]*)/.exec(url) ?? [];
        return this.rules.find(({ conditions }) =>
            conditions.every((condition) => isMet(condition, host, path === "" ? "/" : path)),
        )?.app;
    }
}

function ruleOf(graph: Graph, { name, inputs }: Resource): Rule {
    const { priority, conditions, actions } = inputs as unknown as {
        priority: number;
        conditions: readonly Condition[];
        actions: readonly Action[];
    };
    const group = groupOf(actions);
    const service = ofType(graph, "aws:ecs/service:Service").find((one) =>
        JSON.stringify(one.inputs.loadBalancers).includes(group),
    );
    assert.ok(service, `no service is in the group of ${name}`);
    return { app: service.name.replace(/-service$/, ""), priority, conditions };
}

interface Action {
    readonly targetGroupArn?: string;
    readonly forward?: {
        readonly targetGroups: readonly { readonly arn: string; readonly weight: number }[];
    };
}

/** The group that gets every request. */
function groupOf([action]: readonly Action[]): string {
    const weighted = action?.forward?.targetGroups.filter(({ weight }) => weight > 0);
    assert.ok(weighted === undefined || weighted.length === 1, "requests go to two groups");
    return action?.targetGroupArn ?? weighted?.[0]?.arn ?? assert.fail("requests go nowhere");
}

function valuesOf({ hostHeader, pathPattern }: Condition): readonly string[] {
    return [...(hostHeader?.values ?? []), ...(pathPattern?.values ?? [])];
}

/** Hosts in any case, paths in their own; neither is decoded, and the query is no part of a path. */
function isMet({ hostHeader, pathPattern }: Condition, host: string, path: string): boolean {
    return (
        (hostHeader?.values.some((value) => matches(value.toLowerCase(), host.toLowerCase())) ?? true) &&
        (pathPattern?.values.some((value) => matches(value, path)) ?? true)
    );
}

/** `*` stands for any characters, also none and slashes; `?` for one. */
export function matches(pattern: string, text: string): boolean {
    const escaped = pattern
        .replace(/[.+^${}()|[\]\\]/g, "\\$&")
        .replaceAll("*", ".*")
        .replaceAll("?", ".");
    return new RegExp(`^${escaped}$`, "s").test(text);
}
