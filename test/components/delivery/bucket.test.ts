import assert from "node:assert/strict";
import { Delivery } from "../../../components/delivery";
import type { DeliverySettings, OtherEnvironment } from "../../../settings/delivery";
import { named, ofType, statementsIn } from "../../support/graph";
import { ACCOUNT, recorded, REGION } from "../../support/recorded";

const SETTINGS: DeliverySettings = {
    appliedBy: "hand",
    connections: [],
    state: { kind: "bootstrap" },
    stack: "prod",
    builds: { apps: [], architecture: "ARM64" },
    contexts: [],
    timeoutMinutes: 120,
    pipeline: undefined,
    drift: undefined,
    promotesTo: [],
    goesOnTo: [],
    receivesFrom: [],
    notifications: { emails: [], slack: [], teams: [] },
    logRetentionDays: 30,
};

const STAGING: OtherEnvironment = { environment: "staging", account: undefined, region: REGION };

const recordedWith = (settings: Partial<DeliverySettings>) =>
    recorded(() => {
        const place = { environment: "prod", region: REGION, partition: "aws", accountId: ACCOUNT };
        new Delivery("delivery", {
            ...place,
            cluster: "selfhost-prod",
            codeDeploy: [],
            disposable: false,
            settings: { ...SETTINGS, ...settings },
        });
        return {};
    });

async function policyOf(settings: Partial<DeliverySettings>) {
    return statementsIn(named(await recordedWith(settings), "delivery-bucket-policy").inputs.policy);
}

const OTHER: OtherEnvironment = { ...STAGING, account: "210987654321" };

describe("who may put a release into the delivery bucket", () => {
    it("is nobody by the bucket's own policy where all are in one account: their roles say it", async () => {
        assert.deepEqual(Object.keys(await policyOf({ receivesFrom: [STAGING] })), ["TlsOnly"]);
    });

    it("is the role of the environment before, where that is in another account, and only what comes in", async () => {
        const { ReleasesStaging: statement, ...others } = await policyOf({
            receivesFrom: [OTHER],
        });
        assert.deepEqual(Object.keys(others), ["TlsOnly"]);
        assert.deepEqual(
            [statement?.Principal, statement?.Action],
            [{ AWS: "arn:aws:iam::210987654321:root" }, "s3:PutObject"],
        );
        assert.match(JSON.stringify(statement?.Resource), /\.arn\}\/incoming\/\*"$/);
        assert.deepEqual(statement?.Condition, {
            ArnEquals: {
                "aws:PrincipalArn":
                    "arn:aws:iam::210987654321:role/selfhost-bootstrap/selfhost-staging-pipeline-eu-west-1",
            },
        });
    });
});

describe("the key of the delivery bucket", () => {
    const keyOf = async (settings: Partial<DeliverySettings>) =>
        ofType(await recordedWith(settings), "aws:kms/key:Key")[0];

    it("is there only where another account writes to the bucket, and for its builds alone", async () => {
        assert.equal(await keyOf({ receivesFrom: [STAGING], promotesTo: [OTHER] }), undefined);
        const { OtherEnvironments: statement } = statementsIn(
            (await keyOf({ receivesFrom: [STAGING, OTHER] }))?.inputs.policy,
        );
        assert.deepEqual(statement?.Principal, { AWS: ["arn:aws:iam::210987654321:root"] });
        assert.deepEqual(statement.Condition, {
            ArnEquals: {
                "aws:PrincipalArn": [
                    "arn:aws:iam::210987654321:role/selfhost-bootstrap/selfhost-staging-pipeline-eu-west-1",
                ],
            },
        });
    });
});

describe("what a pipeline hands to another environment's builds", () => {
    it("is read by their role, by its name, and nothing but artifacts", async () => {
        const { StageLive: statement, ...others } = await policyOf({ goesOnTo: ["live"] });
        assert.deepEqual(Object.keys(others), ["TlsOnly"]);
        assert.deepEqual(statement?.Principal, {
            AWS: `arn:aws:iam::${ACCOUNT}:role/selfhost-bootstrap/selfhost-live-pipeline-eu-west-1`,
        });
        assert.deepEqual(statement.Action, ["s3:GetObject", "s3:GetObjectVersion"]);
        assert.match(JSON.stringify(statement.Resource), /\.arn\}\/selfhost-\*"$/);
    });
});
