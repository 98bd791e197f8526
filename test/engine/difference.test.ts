/**
 * What a difference says of an edit, and what the engine does with it: the provider beside the engine answers as AWS's own
 * provider did when it was asked (provider/answers.json).
 */
import assert from "node:assert/strict";
import { difference, isEmpty } from "../../plan/difference/difference";
import type { Difference, PlanDocument } from "../../plan/difference/model";
import { readPlan } from "../../plan/difference/read";
import { json } from "../../plan/json";
import { ALL, choose, createStack, engineSuite, planOf } from "./support/engine";
import type { EngineResource, EngineStack, Preview, StackConfig } from "./support/stack";

/** Nothing in it is protected, so that the engine answers and does not refuse. */
const FILE = `
config:
  aws:region: eu-west-1
  selfhost:profile: dev
  selfhost:domain: example.com
  selfhost:network: { egress: natSingle, flowLogs: reject }
  selfhost:apps:
    bookstack:
      admin: { email: admin@example.com }
    shop:
      preset: web
      user: "1000:1000"
      readonlyRootFilesystem: true
      database: { engine: aurora-mysql }
      generatedSecrets: [SESSION_SECRET]
`;

interface Edit {
    readonly what: string;
    readonly change: (config: StackConfig) => void;
    /** Kinds that are replaced, and data that is at risk: what the edit is about. */
    readonly replaces?: readonly string[];
    readonly loses?: readonly string[];
}

function network(change: object): Edit["change"] {
    return ({ environment }) => {
        environment["selfhost:network"] = { egress: "natSingle", flowLogs: "reject", ...change };
    };
}

function app(name: string, change: object): Edit["change"] {
    return ({ apps }) => {
        apps[name] = { ...apps[name], ...change };
    };
}

const ADOPTED = {
    vpc: {
        id: "vpc-0123456789abcdef0",
        publicSubnets: ["subnet-0a0a0a0a", "subnet-0b0b0b0b"],
        privateSubnets: ["subnet-1a1a1a1a", "subnet-1b1b1b1b"],
        dataSubnets: ["subnet-2a2a2a2a", "subnet-2b2b2b2b"],
    },
};

const EDITS: readonly Edit[] = [
    { what: "other addresses", change: network({ cidr: "10.77.0.0/16" }), replaces: ["network-vpc"] },
    { what: "public addresses instead of NAT", change: network({ egress: "publicIp" }) },
    { what: "endpoints instead of NAT", change: network({ egress: "endpoints" }) },
    { what: "a gateway in each zone", change: network({ egress: "natPerAz" }) },
    { what: "one gateway of the region", change: network({ egress: "natRegional" }) },
    { what: "one zone more", change: network({ zones: ["a", "b", "c"] }) },
    { what: "other zones", change: network({ zones: ["b", "c"] }) },
    {
        what: "another engine",
        change: app("shop", { database: { engine: "aurora-postgresql" } }),
        replaces: ["shop-database-1"],
        loses: ["shop-database-1"],
    },
    {
        what: "a database of two apps",
        change: ({ environment, apps }) => {
            environment["selfhost:databases"] = { main: { engine: "aurora-mysql" } };
            apps.shop = { ...apps.shop, database: { use: "main" } };
        },
        loses: ["shop-database-1"],
    },
    {
        what: "a restored database",
        change: app("shop", {
            database: {
                engine: "aurora-mysql",
                restore: { generation: 2, snapshot: "before-the-move", keepPrevious: false },
            },
        }),
        loses: ["shop-database-1"],
    },
    { what: "another processor", change: app("shop", { task: { architecture: "X86_64" } }) },
    { what: "another host", change: app("bookstack", { host: "handbook" }) },
    { what: "another port", change: app("shop", { port: 9000 }) },
    { what: "blue/green", change: app("bookstack", { deploy: { strategy: "blueGreen" } }) },
    { what: "CodeDeploy", change: app("shop", { deploy: { strategy: "codeDeploy" } }) },
    {
        what: "an app less",
        change: ({ apps }) => {
            Reflect.deleteProperty(apps, "shop");
        },
        loses: ["shop-database-1"],
    },
    {
        what: "a load balancer that is there",
        change: ({ environment }) => {
            environment["selfhost:edge"] = {
                listener: {
                    arn: "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/shared/0123456789abcdef/0123456789abcdef",
                    securityGroup: "sg-0123456789abcdef0",
                },
            };
            environment["selfhost:dns"] = "existing";
            environment["selfhost:network"] = ADOPTED;
        },
    },
    {
        what: "a VPC that is there",
        change: ({ environment }) => {
            environment["selfhost:network"] = ADOPTED;
        },
    },
];

type Verdict = "added" | "removed" | "replaced" | "changed";

/** Of things in AWS, by URN. */
type Verdicts = ReadonlyMap<string, Verdict>;

const OPERATIONS: Readonly<Record<string, Verdict>> = {
    create: "added",
    delete: "removed",
    update: "changed",
    replace: "replaced",
    "create-replacement": "replaced",
    "delete-replaced": "replaced",
};

/** The plan knows the component that builds an image, the engine what is in it. */
function imageOf(urn: string, resource: EngineResource | undefined): string {
    return urn.includes("$awsx:ecr:Image$") ? (resource?.parent ?? urn) : urn;
}

function ofEngine({ steps }: Preview): Verdicts {
    const found = new Map<string, Verdict>();
    for (const { op, urn, newState, oldState } of steps) {
        const verdict = OPERATIONS[op];
        if (verdict !== undefined && (newState ?? oldState)?.custom === true) {
            found.set(imageOf(urn, newState ?? oldState), verdict);
        }
    }
    return found;
}

function ofDifference({ added, removed, replaced, changed }: Difference): Verdicts {
    const named = (list: readonly { readonly urn: string }[], verdict: Verdict) =>
        list.map(({ urn }): [string, Verdict] => [urn, verdict]);
    return new Map([
        ...named(added, "added"),
        ...named(removed, "removed"),
        ...named(replaced, "replaced"),
        ...named(changed, "changed"),
    ]);
}

/** Where the two do not say the same, but for what the difference leaves to the preview. */
function disagreements(found: Difference, preview: Preview): readonly string[] {
    const [said, done] = [ofDifference(found), ofEngine(preview)];
    const open = new Set(found.changed.filter(({ decided }) => !decided).map(({ urn }) => urn));
    return [...new Set([...said.keys(), ...done.keys()])]
        .filter((urn) => said.get(urn) !== done.get(urn))
        .filter((urn) => !(open.has(urn) && done.get(urn) === "replaced"))
        .map(
            (urn) =>
                `${urn.split("::").at(-1) ?? ""}: ${said.get(urn) ?? "-"}, engine: ${done.get(urn) ?? "-"}`,
        )
        .sort();
}

function names(list: readonly { readonly name: string }[]): readonly string[] {
    return list.map(({ name }) => name);
}

engineSuite("a difference and the real engine", (project) => {
    let stack: EngineStack;
    let before: PlanDocument;

    async function plan(): Promise<PlanDocument> {
        return readPlan(json(await planOf(stack)), stack.name);
    }

    it("begin with the same stack", async () => {
        stack = await createStack(project(), "compared", { file: FILE });
        await stack.up();
        before = await plan();
        const found = difference(before, await plan());
        assert.ok(isEmpty(found));
        assert.deepEqual(disagreements(found, await stack.preview()), []);
    });

    for (const { what, change, replaces = [], loses = [] } of ALL
        ? EDITS
        : [choose(EDITS, "an edit to compare")]) {
        it(`agree on ${what}`, async () => {
            const text = stack.fileText();
            try {
                stack.edit(change);
                const found = difference(before, await plan());
                assert.ok(!isEmpty(found));
                assert.deepEqual(disagreements(found, await stack.preview()), []);
                assert.deepEqual(
                    replaces.filter((name) => !names(found.replaced).includes(name)),
                    [],
                );
                assert.deepEqual(
                    loses.filter((name) => !names(found.dataLoss).includes(name)),
                    [],
                );
            } finally {
                stack.setFileText(text);
            }
        });
    }
});
