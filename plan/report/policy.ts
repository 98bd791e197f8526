/** What the rules say, with what to do, and what was waived, with the reason. */
import { type Content, h, prose, table } from "./element";
import { count } from "../describe";
import { type Facts, type RuleFacts } from "./facts";

export function policySection({ violations, waivers, mandatory, advisory }: Facts): Content {
    const verdict =
        mandatory + advisory === 0
            ? "Nothing is violated."
            : `${count(mandatory, "mandatory violation")}, ${count(advisory, "advisory one")}.`;
    return [
        h("p", {}, verdict),
        ...violations.map(violated),
        ...(waivers.length === 0
            ? []
            : [
                  h("h3", {}, "Waived"),
                  table(
                      [{ title: "Rule" }, { title: "Reason" }, { title: "Resources" }, { title: "Until" }],
                      waivers.map(({ policy, reason, resources, until }) => [
                          h("code", {}, policy),
                          prose(reason),
                          resources.join(", "),
                          until ?? "for good",
                      ]),
                  ),
              ]),
    ];
}

function violated({ policy, rule, level, messages }: RuleFacts): Content {
    return h(
        "div",
        { class: `rule ${level === "mandatory" ? "bad" : "warn"}` },
        h(
            "p",
            {},
            h("span", { class: "badge" }, level),
            " ",
            h("code", {}, policy),
            " ",
            h("span", { class: "muted" }, rule?.control.join(", ") ?? ""),
        ),
        h(
            "ul",
            {},
            messages.map((message) => h("li", {}, prose(message))),
        ),
        ...(rule === undefined ? [] : [h("p", {}, h("b", {}, "What to do: "), prose(rule.remediation))]),
    );
}
