/** What holds for every role of every stack file, whoever made it. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { planFile } from "../plan/plan";
import { ROOT, stackFiles } from "../scripts/golden";
import { stackName } from "../settings/stackFile";

describe("every role", () => {
    for (const file of stackFiles()) {
        it(`of ${file} is below the path that a deployment from GitHub may make and pass roles in`, async () => {
            const { graph } = await planFile(join(ROOT, file));
            const roles = graph.resources.filter(({ type }) => type === "aws:iam/role:Role");
            assert.ok(roles.length > 0);
            for (const role of roles) {
                assert.equal(role.inputs.path, `/selfhost/${stackName(file)}/`, role.urn);
            }
        });
    }
});
