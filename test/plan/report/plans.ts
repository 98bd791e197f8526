/** Plans for tests of what is written about them. */
import type { Plan } from "../../../plan/plan";
import { planText } from "../../support/planned";
import { remembered } from "../../support/recorded";

/** What could mean something to a browser, to GitHub or to a terminal. */
export const NASTY =
    '</style><script>alert(1)</script><img src=x onerror="alert(2)"> & \' ``` | @everyone #1 <!-- -->';

const TEXT = `config:
  aws:region: eu-west-1
  selfhost:domain: example.com
  selfhost:waivers:
    - { rule: vpc-flow-logs, resource: nowhere, reason: ${JSON.stringify(NASTY)} }
  selfhost:apps:
    site:
      env: { BANNER: ${JSON.stringify(NASTY)}, NOTE: AKIAIOSFODNN7EXAMPLE }
      folder: docker/site/sites/example
`;

/** A plan that violates a policy, and repeats what a stack file may say wherever it does. */
export const nastyPlan = remembered(async (): Promise<Plan> => {
    const plan = await planText(TEXT, "dev");
    return {
        ...plan,
        notes: [...plan.notes, NASTY, `odd \` ${NASTY}`],
        pending: [...plan.pending, { what: NASTY, command: NASTY }],
    };
});

/** So many sites on one host. */
export const planOfSites = remembered((count: number): Promise<Plan> => {
    const names = Array.from({ length: count }, (_, i) => `club-${i + 1}`);
    const lines = names.map((name) => `    ${name}: { preset: site, host: people, path: /${name} }`);
    const head = ["config:", "  aws:region: eu-west-1", "  selfhost:domain: example.com", "  selfhost:apps:"];
    return planText([...head, ...lines, ""].join("\n"), "dev");
});
