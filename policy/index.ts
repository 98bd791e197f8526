/** `pulumi preview --policy-pack policy`: the only file that starts the pack's server. */
import { PolicyPack } from "@pulumi/policy";
import { policiesOf } from "./pack";
import { standingOf } from "./standing";

new PolicyPack("selfhost", {
    description: "AWS Foundational Security Best Practices, and what this project adds to them",
    enforcementLevel: "mandatory",
    policies: policiesOf((stack) => standingOf(stack)),
});
