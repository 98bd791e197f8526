import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Json } from "../../plan/graph";
import type { JsonObject } from "../../plan/record/values";
import { LOOK_UPS, OUTPUTS } from "../../plan/types";

const PACKAGES = join(__dirname, "..", "..", "node_modules", "@pulumi");
const CONTEXT = { region: "eu-west-1", account: undefined };

/** The declarations of a token such as `aws:ec2/vpc:Vpc`, `awsx:ecr:Image` or `random:index/randomId:RandomId`. */
function declarations(token: string): string {
    const [provider = "", module = "", member = ""] = token.split(":");
    if (provider === "pulumi") {
        return readFileSync(join(PACKAGES, member, "provider.d.ts"), "utf8");
    }
    const file = member.charAt(0).toLowerCase() + member.slice(1);
    const path = module.includes("/") ? module.replace(/^index\//, "") : join(module, file);
    const found = join(PACKAGES, provider, `${path}.d.ts`);
    assert.ok(existsSync(found), `the package of ${token} has no ${found}`);
    return readFileSync(found, "utf8");
}

function toReference(property: string): string {
    return `\${x.${property}}`;
}

function outputsOf(token: string): readonly string[] {
    const table = OUTPUTS[token];
    assert.ok(table);
    return typeof table === "function" ? Object.keys(table({}, toReference)) : table;
}

describe("what the plan knows of types and look-ups", () => {
    it("names only outputs that the packages declare", () => {
        for (const token of Object.keys(OUTPUTS)) {
            const text = declarations(token);
            const missing = outputsOf(token).filter(
                (name) => !new RegExp(`readonly ${name}\\??:`).test(text),
            );
            assert.deepEqual(missing, [], token);
            assert.ok(text.includes("class "), token);
        }
    });

    it("names only results that the packages declare", () => {
        for (const [token, answer] of Object.entries(LOOK_UPS)) {
            const text = declarations(token.replace(/:[^:]*$/, ""));
            const results = Object.keys(answer({}, toReference, CONTEXT));
            const missing = results.filter((name) => !new RegExp(`readonly ${name}\\??:`).test(text));
            assert.deepEqual(missing, [], token);
        }
    });

    it("is in alphabetical order, so that two people rarely add the same line", () => {
        for (const tokens of [Object.keys(OUTPUTS), Object.keys(LOOK_UPS)]) {
            assert.deepEqual(tokens, [...tokens].sort());
        }
    });

    it("answers a look-up with what was asked for", () => {
        const answer = LOOK_UPS["aws:lb/getLoadBalancer:getLoadBalancer"];
        const asked: JsonObject = { name: "shared" };
        const given: Json | undefined = answer?.(asked, toReference, CONTEXT);
        assert.deepEqual(given, {
            arn: "${x.arn}",
            arnSuffix: "${x.arnSuffix}",
            dnsName: "${x.dnsName}",
            id: "${x.id}",
            name: "shared",
            securityGroups: ["${x.securityGroups[0]}"],
            subnets: ["${x.subnets[0]}"],
            vpcId: "${x.vpcId}",
            zoneId: "${x.zoneId}",
        });
    });

    it("knows the partition of every region", () => {
        const partition = LOOK_UPS["aws:index/getPartition:getPartition"];
        const of = (region: string): Json | undefined =>
            partition?.({}, toReference, { region, account: undefined }).partition;
        assert.deepEqual(["eu-west-1", "cn-north-1", "us-gov-east-1"].map(of), [
            "aws",
            "aws-cn",
            "aws-us-gov",
        ]);
    });
});
