/** Every control about what an environment may use is decided by a rule, or it is written down why not. */
import assert from "node:assert/strict";
import { NOT_DECIDED } from "../../policy/controls";
import { RULES } from "../../policy/rules";
import { T } from "../../policy/types";

/** `ECS 2-5 8` is ECS.2, ECS.3, ECS.4, ECS.5 and ECS.8. */
function controls(text: string): readonly string[] {
    const [service = "", ...numbers] = text.split(" ");
    return numbers.flatMap((part) => {
        const [first = 0, last = first] = part.split("-").map(Number);
        return Array.from({ length: last - first + 1 }, (_, index) => `${service}.${first + index}`);
    });
}

/**
 * Of the services that an environment uses, or that one like it might.
 * https://docs.aws.amazon.com/securityhub/latest/userguide/fsbp-standard.html, and those of other standards that are worth it
 */
const CONTROLS = [
    "ECS 1-5 8-10 12-21",
    "ELB 1-10 12-14 16-18 21-22",
    "RDS 1-7 9-16 19-25 27 34-37 43 45-46 50-51",
    "S3 1-3 5-15 17 19-20 24",
    "EFS 1-4 6-8",
    "ECR 1-3 5",
    "CodeBuild 1-5 7",
    "CloudFront 1 3-10 12-13 15-16",
    "WAF 1-4 6-8 10-12",
    "EC2 2 6-7 10 13-16 18-19 21 53-58 60 172 180",
    "KMS 1-5",
    "SNS 1 4",
    "SQS 1 3",
    "SSM 4 6-7",
    "SecretsManager 1-4",
    "IAM 1-9 21",
    "ElastiCache 1-7",
    "Backup 1",
    "ACM 1-2",
    "Route53 2",
    "CloudWatch 15-17",
    "EventBridge 3",
    "Lambda 1-2 5",
    "StepFunctions 1",
    "Config 1",
    "CloudTrail 1-2 4-5",
    "GuardDuty 1 9-12",
    "Inspector 2",
    "Macie 1",
    "Account 1",
].flatMap(controls);

/** Of Checkov, beside those. https://www.checkov.io/5.Policy%20Index/terraform.html */
const CHECKOV = [
    ...[
        23, 32, 33, 41, 45, 46, 60, 61, 66, 78, 110, 136, 147, 149, 158, 166, 169, 184, 192, 211, 219, 223,
        224,
    ],
    ...[233, 234, 249, 259, 261, 274, 286, 289, 300, 319, 327, 337, 338, 342, 355, 358, 374, 378, 385],
].map((number) => `CKV_AWS_${number}`);
const CHECKOV_ON_GRAPHS = [5, 8, 18, 32, 34, 38, 64, 71].map((number) => `CKV2_AWS_${number}`);
const ALL = [...CONTROLS, ...CHECKOV, ...CHECKOV_ON_GRAPHS];

describe("controls of public standards", () => {
    const decided = new Set(RULES.flatMap(({ control }) => control));
    const left = NOT_DECIDED.flatMap((one) => one.controls);

    it("are decided by a rule, or it is written down why not", () => {
        assert.deepEqual(
            ALL.filter((id) => !decided.has(id) && !left.includes(id)),
            [],
        );
    });

    it("are not said to be left where a rule decides them", () => {
        assert.deepEqual(
            left.filter((id) => decided.has(id)),
            [],
        );
        assert.equal(new Set(left).size, left.length);
        assert.deepEqual(
            left.filter((id) => !ALL.includes(id)),
            [],
        );
    });

    it("have a reason that is a sentence", () => {
        for (const { why } of NOT_DECIDED) {
            assert.match(why, /^[A-Z].{20,}\.$/);
        }
    });

    it("of things that the program does not make are about types that no rule looks at, so that one is stopped", () => {
        const types: readonly string[] = Object.values(T);
        const absent = [
            "cloudfront",
            "elasticache",
            "sfn",
            "waf/",
            "wafregional",
            "rds/proxy",
            "ec2/networkAcl",
        ];
        assert.deepEqual(
            types.filter((type) => absent.some((module) => type.startsWith(`aws:${module}`))),
            [],
        );
    });
});
