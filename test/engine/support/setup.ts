/** Says once, before anything runs, what these tests need and which seed they use. */
import { ALL, engineIsThere, SEED } from "./engine";

export function mochaGlobalSetup(): void {
    if (engineIsThere()) {
        console.log(
            `Engine tests: SELFHOST_SEED=${SEED}${ALL ? "" : " (SELFHOST_ENGINE_ALL=1 runs all of them)"}`,
        );
        return;
    }
    const problem = "Engine tests: no `pulumi` on the PATH";
    if (process.env.SELFHOST_ENGINE_REQUIRED === "1") {
        throw new Error(`${problem}, and SELFHOST_ENGINE_REQUIRED=1 says that they must run`);
    }
    console.log(`${problem}, skipped. https://www.pulumi.com/docs/iac/download-install/`);
}
