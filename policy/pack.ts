/** The rules as policies of CrossGuard: the same functions, over what the engine registers. */
import type {
    Policies,
    PolicyResource,
    ResourceValidationPolicy,
    StackValidationPolicy,
} from "@pulumi/policy/policy";
import { graphOf, plainObject } from "./engine";
import { type Context, evaluate, type Verdict, type Violation, WAIVER_POLICIES } from "./evaluate";
import type { JsonObject } from "./json";
import type { Rule } from "./rule";
import { RULES } from "./rules";
import type { Waiver } from "./waivers";

/** What a stack's settings decide about its policies. */
export interface Standing {
    readonly context: Context;
    readonly waivers: readonly Waiver[];
}

/** @param standing by the stack's name */
export function policiesOf(standing: (stack: string) => Standing, rules: readonly Rule[] = RULES): Policies {
    const session = new Session(standing, rules);
    return [
        session.listener(),
        ...rules.map((rule) => policyOf(rule, session)),
        waiverPolicy(session),
        undecidedPolicy(session, rules),
    ];
}

/** One operation of the engine. Its policies are asked one after another, and all about the same resources. */
class Session {
    private readonly inputs = new Map<string, JsonObject>();
    private registrations = 0;
    private asked: { readonly of: string; readonly verdict: Verdict } | undefined;

    constructor(
        private readonly standing: (stack: string) => Standing,
        private readonly rules: readonly Rule[],
    ) {}

    /** Inputs are told resource by resource, before anything else is. */
    listener(): ResourceValidationPolicy {
        return {
            name: "inputs-read",
            description: "Reads what the program asks for; the other policies judge it as a whole.",
            enforcementLevel: "advisory",
            validateResource: ({ urn, props }) => {
                this.inputs.set(urn, plainObject(props));
                this.registrations++;
            },
        };
    }

    verdict(resources: readonly PolicyResource[]): Verdict {
        const of = `${this.registrations} ${resources.length}`;
        if (this.asked?.of !== of) {
            const graph = graphOf(resources, this.inputs);
            const { context, waivers } = this.standing(graph.stack);
            this.asked = { of, verdict: evaluate(graph, waivers, context, this.rules) };
        }
        return this.asked.verdict;
    }
}

function policyOf(rule: Rule, session: Session): StackValidationPolicy {
    return {
        name: rule.name,
        description: rule.description,
        enforcementLevel: rule.level,
        tags: [...rule.control],
        remediationSteps: rule.remediation,
        url: rule.url,
        validateStack: ({ resources }, report) => {
            for (const { message, urn } of session
                .verdict(resources)
                .violations.filter(({ policy }) => policy === rule.name)) {
                report(`${message}. ${rule.remediation}`, urn);
            }
        },
    };
}

function waiverPolicy(session: Session): StackValidationPolicy {
    const names: readonly string[] = Object.values(WAIVER_POLICIES);
    return {
        name: "waivers",
        description: "Every waiver is for a rule that exists, is needed, and has not ended.",
        enforcementLevel: "mandatory",
        validateStack: ({ resources }, report) => {
            for (const { message, urn } of session
                .verdict(resources)
                .violations.filter(({ policy }) => names.includes(policy))) {
                report(message, urn);
            }
        },
    };
}

/** Never silent: what a rule cannot tell has not passed. */
function undecidedPolicy(session: Session, rules: readonly Rule[]): StackValidationPolicy {
    return {
        name: "undecided-in-preview",
        description: "Some rules cannot tell before everything is known; the plan can.",
        enforcementLevel: "advisory",
        remediationSteps: "Run `npm run plan` for the stack: it decides every rule.",
        validateStack: ({ resources }, report) => {
            for (const { urn, message, policies } of byMessage(session.verdict(resources).undecided)) {
                const reasons = rules
                    .filter(({ name }) => policies.includes(name))
                    .map(({ decidableInPreview }) => decidableInPreview);
                const reason = reasons.find((one) => one !== true);
                report(
                    `${message}${reason === undefined ? "" : ` (${reason})`}. A preview cannot decide, the plan does: ${policies.join(", ")}.`,
                    urn,
                );
            }
        },
    };
}

interface Open {
    readonly urn: string;
    readonly message: string;
    readonly policies: readonly string[];
}

/** One line for each value that is missing, with all the rules that wait for it. */
function byMessage(undecided: readonly Violation[]): readonly Open[] {
    const open = new Map<string, Open>();
    for (const { urn, message, policy } of undecided) {
        const key = `${urn} ${message}`;
        open.set(key, { urn, message, policies: [...(open.get(key)?.policies ?? []), policy] });
    }
    return [...open.values()];
}
