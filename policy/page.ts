/** docs/policy.md: every rule, and what each waiver that is built in says. */
import { NOT_DECIDED } from "./controls";
import type { Rule, Waivable } from "./rule";
import { RULES } from "./rules";
import { BUILT_IN, type Waiver } from "./waivers";

const WAIVABLE: Readonly<Record<Waivable, string>> = {
    never: "not in prod",
    cost: "for its cost",
    operations: "for operations",
    application: "for an application",
};

export function policyPage(): string {
    return [
        "# Policies",
        "",
        "<!-- Made from policy/ by `npm run generate`. -->",
        "",
        "What a plan checks, and `pulumi preview --policy-pack policy` too. A mandatory rule that is violated ends a plan with status",
        "1. Ids are those of [AWS Foundational Security Best Practices](https://docs.aws.amazon.com/securityhub/latest/userguide/fsbp-standard.html);",
        "CKV ids are Checkov's, AVD ids Trivy's.",
        "",
        "A stack file says where it does without a rule, and why; the plan shows it. What prod never does without it cannot waive there.",
        "",
        "```yaml",
        "selfhost:waivers:",
        "  - rule: tasks-without-public-address",
        "    resource: blog-service # a logical name, as `npm run plan -- <stack> --tree` shows it; `*` stands for any text",
        "    reason: No NAT gateway for a blog of one task; nothing but the load balancer reaches it.",
        '    until: "2027-06-30" # the last day on which it counts; without one, for good',
        "```",
        "",
        "A waiver that has ended, or that nothing needs, is itself a violation.",
        "",
        `## The ${RULES.length} rules`,
        "",
        ...table(
            ["rule", "", "what is so", "otherwise", "may be waived", "a preview decides"],
            RULES.map(ruleRow),
        ),
        "",
        "## What is waived without a word in the stack file",
        "",
        ...table(["rule", "where", "why"], BUILT_IN.map(waiverRow)),
        "",
        "## Controls that no rule decides",
        "",
        ...table(
            ["controls", "why"],
            NOT_DECIDED.map(({ controls, why }) => [controls.join(", "), why]),
        ),
        "",
    ].join("\n");
}

function ruleRow(rule: Rule): readonly string[] {
    const { name, control, level, description, remediation, url, waivable, decidableInPreview } = rule;
    const source = control.length === 0 ? "AWS" : control.join(", ");
    return [
        `\`${name}\``,
        `${level}, [${source}](${url})`,
        description,
        remediation,
        WAIVABLE[waivable],
        decidableInPreview === true ? "yes" : "the plan only",
    ];
}

function waiverRow({ rule, subject, reason, when = {} }: Waiver): readonly string[] {
    const { profiles = [], presets = [], condition } = when;
    const words = [
        ...profiles,
        ...presets.map((preset) => `preset \`${preset}\``),
        ...(condition === undefined ? [] : [condition.replaceAll("-", " ")]),
        ...(subject === undefined ? [] : [`\`${subject}\``]),
    ];
    return [`\`${rule}\``, words.length === 0 ? "everywhere" : words.join(", "), reason];
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
    const line = (cells: readonly string[]): string =>
        `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
    return [line(head), line(head.map(() => "---")), ...rows.map(line)];
}
