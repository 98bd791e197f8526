import assert from "node:assert/strict";
import { Delivery } from "../../../components/delivery";
import type { DeliverySettings, OtherEnvironment } from "../../../settings/delivery";
import { named, statementsIn } from "../../support/graph";
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
    receivesFrom: [],
    notifications: { emails: [], slack: [], teams: [] },
    logRetentionDays: 30,
};

const STAGING: OtherEnvironment = { environment: "staging", account: undefined, region: REGION };

async function policyOf(...receivesFrom: readonly OtherEnvironment[]) {
    const graph = await recorded(() => {
        const place = { environment: "prod", region: REGION, partition: "aws", accountId: ACCOUNT };
        new Delivery("delivery", {
            ...place,
            cluster: "selfhost-prod",
            codeDeploy: [],
            disposable: false,
            settings: { ...SETTINGS, receivesFrom },
        });
        return {};
    });
    return statementsIn(named(graph, "delivery-bucket-policy").inputs.policy);
}

describe("who may put a release into the delivery bucket", () => {
    it("is nobody by the bucket's own policy where all are in one account: their roles say it", async () => {
        assert.deepEqual(Object.keys(await policyOf(STAGING)), ["TlsOnly"]);
    });

    it("is the role of the environment before, where that is in another account, and only what comes in", async () => {
        const { ReleasesStaging: statement, ...others } = await policyOf({
            ...STAGING,
            account: "210987654321",
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
