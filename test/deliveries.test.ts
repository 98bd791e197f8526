/** The stack files with their delivery: the five originals' pipelines as settings, and environments that name each other. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT, stackFiles } from "../scripts/golden";
import type { Settings } from "../settings/settings";
import { stackName } from "../settings/stackFile";
import type { Plan } from "../plan/plan";
import { actionsIn, assertSound, pipelines, scriptOf, stagesIn, variablesOf } from "./support/pipelines";
import { planText } from "./support/planned";
import { planned } from "./support/stacks";

const scripts = ({ graph }: Plan, name: string) =>
    stagesIn(graph, name).map((stage) => [stage.name, ...actionsIn([stage]).map(scriptOf)].join(" "));
const names = ({ graph }: Plan) => [...pipelines(graph).keys()].sort();
const INFRASTRUCTURE = ["Source CodeStarSourceConnection", "Preview preview", "Apply up itself"];

describe("the pipelines of the five originals", () => {
    it("of Backstage: tests and one build, test, an approval, prod, in one; and one for each stage's infrastructure", async () => {
        const [test, prod] = [
            await planned("examples/backstagetest.yaml"),
            await planned("examples/backstage.yaml"),
        ];
        assert.deepEqual(names(test), [
            "selfhost-backstagetest-backstage",
            "selfhost-backstagetest-infrastructure",
        ]);
        assert.deepEqual(names(prod), ["selfhost-backstage-infrastructure"]);
        assert.deepEqual(scripts(test, "selfhost-backstagetest-backstage"), [
            "Source CodeStarSourceConnection S3 S3",
            "Image build",
            "Deploy prepare ECS verify integration publish",
            "Image-backstage copy",
            "Approve-backstage Manual",
            "Deploy-backstage deploy integration publish",
        ]);
        assert.deepEqual(scripts(test, "selfhost-backstagetest-infrastructure"), INFRASTRUCTURE);
        const [source, ...rest] = INFRASTRUCTURE;
        assert.deepEqual(scripts(prod, "selfhost-backstage-infrastructure"), [
            source,
            rest[0],
            "Approve Manual",
            rest[1],
        ]);
    });

    it("of BookStack: a push is previewed and applied in dev, whose `up` builds what goes on", async () => {
        const plan = await planned("examples/bookstack.yaml");
        assert.deepEqual(names(plan), ["selfhost-bookstack-infrastructure"]);
        assert.deepEqual(scripts(plan, "selfhost-bookstack-infrastructure"), INFRASTRUCTURE);
        const up = actionsIn(stagesIn(plan.graph, "selfhost-bookstack-infrastructure")).find(
            (action) => scriptOf(action) === "up",
        );
        const { BUILT, PROMOTES_TO = "" } = variablesOf(up ?? assert.fail());
        assert.equal(BUILT, '["bookstack"]');
        assert.match(PROMOTES_TO, /"environment":"wikistaging"/);
    });

    it("of Ghost: a commit becomes an image; an image that was pushed is deployed, by CodeDeploy or by ECS", async () => {
        for (const [file, stack, source, deploy] of [
            ["ghost", "ghost", "CodeStarSourceConnection", "Deploy prepare ECS verify publish"],
            [
                "ghostcodedeploy",
                "ghostcodedeploy",
                "CodeCommit",
                "Deploy prepare CodeDeployToECS verify publish",
            ],
        ] as const) {
            const plan = await planned(`examples/${file}.yaml`);
            assert.deepEqual(names(plan), [`selfhost-${stack}-ghost`, `selfhost-${stack}-ghost.image`]);
            assert.deepEqual(scripts(plan, `selfhost-${stack}-ghost.image`), [
                `Source ${source} S3`,
                "Image build",
            ]);
            const own = scripts(plan, `selfhost-${stack}-ghost`);
            assert.deepEqual([own[0], own[1], own.at(-1)], ["Source ECR S3", "Image copy", deploy]);
        }
    });

    it("of a community's sites: one for each, whose contributor has a folder and hears of a bad push", async () => {
        const { graph, ...plan } = await planned("examples/sites.yaml");
        assert.deepEqual(names({ graph, ...plan }), ["selfhost-sites-coffeefans"]);
        const checks = graph.resources.find(({ name }) => name === "coffeefans-pipeline-checks");
        assert.equal((checks?.inputs.source as { reportBuildStatus: boolean }).reportBuildStatus, true);
        const { environmentVariables } = checks?.inputs.environment as unknown as {
            environmentVariables: readonly { name: string; value: string }[];
        };
        const variables = Object.fromEntries(environmentVariables.map(({ name, value }) => [name, value]));
        assert.deepEqual(
            [variables.FILES, variables.PLATFORM_DOCKERFILE],
            ["site", "docker/site/Dockerfile"],
        );
        const mail = graph.resources.filter(({ inputs }) => inputs.endpoint === "coffeefans@example.com");
        assert.deepEqual(
            mail.map(({ inputs }) => inputs.protocol),
            ["email"],
        );
    });

    it("of the Node service: tests and a build on ARM, and the ECS action", async () => {
        const plan = await planned("examples/web.yaml");
        assert.deepEqual(scripts(plan, "selfhost-web-api"), [
            "Source CodeStarSourceConnection S3",
            "Image build",
            "Deploy prepare ECS verify integration publish",
        ]);
        const image = plan.graph.resources.find(({ name }) => name === "api-pipeline-image");
        assert.equal((image?.inputs.environment as { type: string }).type, "ARM_CONTAINER");
    });
});

/** dev as its stack file offers it in comments: a push applies it, and what it built goes on. */
function devWithDelivery(): string {
    const text = readFileSync(join(ROOT, "Pulumi.dev.yaml"), "utf8");
    const uncommented = text.replaceAll(/^ {2}# (selfhost:delivery:| {2}\w+: .*)$/gm, "  $1");
    assert.equal(uncommented.split("\n").length - text.split("\n").length, 0);
    assert.notEqual(uncommented, text);
    return uncommented;
}

describe("dev, staging and prod", () => {
    it("are a chain as soon as the comment in dev's file is none", async () => {
        const dev = await planText(devWithDelivery(), "dev");
        assert.deepEqual(dev.policy.violations, []);
        assertSound(dev.graph);
        assert.deepEqual(scripts(dev, "selfhost-dev-infrastructure"), INFRASTRUCTURE);
        assert.deepEqual(
            dev.pending.filter(({ command }) => /up$|connections/.test(command)).length,
            2,
            JSON.stringify(dev.pending),
        );
        const [staging, prod] = [await planned("Pulumi.staging.yaml"), await planned("Pulumi.prod.yaml")];
        assert.deepEqual(scripts(staging, "selfhost-staging-bookstack"), [
            "Source S3 S3",
            "Image copy",
            "Deploy deploy publish",
        ]);
        assert.deepEqual(scripts(prod, "selfhost-prod-bookstack"), [
            "Source S3 S3",
            "Image copy",
            "Approve Manual",
            "Deploy deploy publish",
        ]);
        const all = [dev, staging, prod].map(({ settings }) => settings);
        assert.deepEqual(all.flatMap(disagreements(all)), []);
    });

    it("are told apart where they do not name each other", () => {
        const [one, other] = [settled("one", ["two"], []), settled("two", [], [])];
        assert.deepEqual([one, other].flatMap(disagreements([one, other])), [
            "one promotes to two, which promotes nothing from one",
        ]);
    });
});

function settled(environment: string, promotesTo: readonly string[], from: readonly string[]): Settings {
    const place = (name: string) => ({ environment: name, account: undefined, region: "eu-west-1" });
    return {
        environment,
        apps: [],
        delivery: { promotesTo: promotesTo.map(place), receivesFrom: from.map(place), goesOnTo: [] },
    } as unknown as Settings;
}

/** What an environment says of one in the list that does not say the same. */
function disagreements(all: readonly Settings[]): (one: Settings) => readonly string[] {
    const find = (name: string) => all.find(({ environment }) => environment === name);
    return ({ environment, delivery, apps }) => [
        ...(delivery?.promotesTo ?? []).flatMap(({ environment: next }) => {
            const other = find(next);
            return other === undefined ||
                other.delivery?.receivesFrom.some((from) => from.environment === environment)
                ? []
                : [`${environment} promotes to ${next}, which promotes nothing from ${environment}`];
        }),
        ...(delivery?.receivesFrom ?? []).flatMap(({ environment: before }) => {
            const other = find(before);
            return other === undefined ||
                other.delivery?.promotesTo.some((to) => to.environment === environment)
                ? []
                : [`${environment} promotes from ${before}, which promotes nothing to ${environment}`];
        }),
        ...apps.flatMap(({ name, pipeline }) => {
            const of = pipeline?.source.kind === "stage" ? pipeline.source.of : undefined;
            const other = of === undefined ? undefined : find(of);
            const theirs = other?.apps.find((app) => app.name === name)?.pipeline?.stages ?? [];
            return other === undefined || theirs.some((stage) => stage.environment === environment)
                ? []
                : [`${name} of ${environment} is a stage of ${of ?? ""}, whose pipeline does not go there`];
        }),
    ];
}

describe("every stack file with pipelines", () => {
    it("has sound ones, and environments that say the same of each other", async () => {
        const all: Settings[] = [];
        for (const file of stackFiles()) {
            const { graph, settings } = await planned(file);
            assertSound(graph);
            // dev's own hand-over is a comment, which another test takes out.
            all.push(...(stackName(file) === "dev" ? [] : [settings]));
        }
        assert.deepEqual(all.flatMap(disagreements(all)), []);
        assert.ok(all.filter(({ delivery }) => delivery !== undefined).length >= 8);
    });
});
