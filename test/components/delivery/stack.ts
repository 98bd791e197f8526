/** A whole stack with a delivery, recorded once. */
import { recordText } from "../../support/program";
import { remembered } from "../../support/recorded";

/** The account is whose credentials run the program: a plan does not know it. */
export const ACCOUNT = "${aws:index/getCallerIdentity:getCallerIdentity().accountId}";

/** The whole stack, with these lines below `selfhost:delivery`. */
export const withDelivery = remembered((...lines: readonly string[]) =>
    recordText(
        [
            "config:",
            "  aws:region: eu-west-1",
            '  selfhost:account: "123456789012"',
            "  selfhost:domain: example.com",
            "  selfhost:delivery:",
            ...lines.map((line) => `    ${line}`),
            "  selfhost:apps:",
            "    bookstack: { admin: { email: a@example.com } }",
            "",
        ].join("\n"),
    ),
);

export const FULL = [
    "appliedBy: codepipeline",
    "pipeline:",
    "  repository: example/selfhost",
    "  approvals: [{ emails: [a@example.com] }, { approvers: [arn:aws:iam::123456789012:role/lead] }]",
    '  drift: { schedule: "MON-FRI 06:00", apply: true }',
    'promotesTo: [{ environment: staging, account: "210987654321" }]',
    "notifications: { emails: [ops@example.com], slack: [{ workspace: T07EA123LEP, channel: C07EZ1ABC23 }] }",
];
export const full = () => withDelivery(...FULL);
