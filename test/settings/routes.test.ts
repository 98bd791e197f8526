import assert from "node:assert/strict";
import fc from "fast-check";
import { itExplains } from "../support/mistakes";
import { stackOf } from "../support/program";
import { problemsOf, settingsOf } from "../support/settings";

function stack(
    apps: Readonly<Record<string, string>>,
    config: readonly string[] = ["selfhost:domain: example.com"],
): string {
    const entries = Object.entries(apps).map(([name, says]) => `  ${name}: { preset: site, ${says} }`);
    return stackOf([...config, "selfhost:apps:", ...entries].join("\n"));
}

const many = (count: number, says: string) =>
    Object.fromEntries(Array.from({ length: count }, (_, i) => [`site-${i}`, `${says}, path: /s${i}`]));

const SHADOWED = {
    "a path above that comes first by hand": {
        apps: { main: "host: people, priority: 7", fans: "host: people, path: /fans, priority: 20" },
        says: /`main` comes first \(7 before 20\) and takes all of people\.example\.com\/fans/,
        fix: /Remove the `priority` of `main`, or write `priority: 6` for `fans`/,
    },
    "a path above that comes first before a path that has its place by itself": {
        apps: { main: "host: people, path: /fans, priority: 2", fans: "host: people, path: /fans/two" },
        says: /`main` comes first \(2 before \d+\) and takes all of people\.example\.com\/fans\/two/,
        fix: /Remove the `priority` of `main`, or write `priority: 1` for `fans`/,
    },
    "a path below that was put behind": {
        apps: { main: "host: people", fans: "host: people, path: /fans, priority: 50000" },
        says: /takes all of people\.example\.com\/fans/,
        fix: /Remove the `priority` of `fans`, or write/,
    },
    "nothing before the first": {
        apps: { main: "host: people, priority: 1", fans: "host: people, path: /fans" },
        says: /`main` comes first \(1 before/,
        fix: /^Remove the `priority` of `main`\.$/,
    },
} as const;

describe("routes", () => {
    for (const [what, { apps, says, fix }] of Object.entries(SHADOWED)) {
        it(`explains a rule that gets no request: ${what}`, () => {
            const problems = problemsOf(stack(apps));
            assert.equal(problems.length, 1, JSON.stringify(problems));
            assert.equal(problems[0]?.path, "selfhost:apps.fans");
            assert.match(problems[0].reason, says);
            assert.match(problems[0].fix, fix);
        });
    }

    it("takes what a shadow's explanation says", () => {
        for (const { apps } of Object.values(SHADOWED)) {
            const free = /write `priority: (\d+)` for `fans`/.exec(
                problemsOf(stack(apps))[0]?.fix ?? "",
            )?.[1];
            if (free !== undefined) {
                const fans = `${apps.fans.replace(/, priority: \d+/, "")}, priority: ${free}`;
                assert.deepEqual(problemsOf(stack({ ...apps, fans })), []);
            }
        }
    });

    it("lets paths below one another be, and hosts that only look alike", () => {
        assert.deepEqual(
            problemsOf(
                stack({
                    main: "host: people",
                    docs: "host: people, path: /docs",
                    deep: "host: people, path: /docs/a/b",
                    docsy: "host: people, path: /docsy",
                    other: "host: person, path: /docs, priority: 1",
                }),
            ),
            [],
        );
    });

    it("takes what a collision's explanation says, also at the end of a band", () => {
        const apps = { one: "host: one, priority: 50000", two: "host: two, priority: 50000" };
        const [problem] = problemsOf(stack(apps));
        const free = /priority: (\d+)/.exec(problem?.fix ?? "")?.[1] ?? "";
        assert.deepEqual(problemsOf(stack({ ...apps, two: `host: two, priority: ${free}` })), []);
    });

    it("lets no two apps have one address, and no rule hide another, whatever the paths", () => {
        const path = fc
            .array(fc.constantFrom("a", "b", "ab"), { maxLength: 5 })
            .map((parts) => `/${parts.join("/")}`);
        fc.assert(
            fc.property(fc.uniqueArray(path, { minLength: 2, maxLength: 5 }), (paths) => {
                const apps = Object.fromEntries(
                    paths.map((at, i) => [`site-${i}`, `host: people, path: ${at}`]),
                );
                const said = problemsOf(stack(apps));
                // Where the computed priorities would hide one (four segments and more share a band), it is said.
                const { apps: decided = [] } = said.length > 0 ? {} : settingsOf(stack(apps));
                for (const { route } of decided) {
                    const above = decided.filter(
                        (other) =>
                            other.route.path !== route.path &&
                            (other.route.path === "/" || route.path.startsWith(`${other.route.path}/`)),
                    );
                    assert.ok(above.every((other) => other.route.priority > route.priority));
                }
                assert.ok(said.every(({ reason }) => /gets no request|rule priority/.test(reason)));
            }),
            { numRuns: 60 },
        );
    });

    it("counts target groups, which no quota raises", () => {
        const said = (count: number) =>
            problemsOf(stack(many(count, "host: people")))
                .filter(({ path }) => path === "selfhost:apps")
                .map(({ reason }) => reason);
        assert.deepEqual(said(50), []);
        assert.deepEqual(said(51), ["needs 102 target groups, and there can be 100."]);
    });

    it("counts targets, with those that a deployment adds", () => {
        const says = (max: number) => `host: people, scale: { min: 1, max: ${max} }`;
        assert.deepEqual(problemsOf(stack(many(5, says(100)))), []);
        assert.match(
            problemsOf(stack(many(5, says(101))))[0]?.reason ?? "",
            /1010 targets of the load balancer while every app is deployed.* 1000/,
        );
    });
});

const VPC =
    "selfhost:network: { vpc: { id: vpc-0123456789abcdef0, publicSubnets: [subnet-0123456789abcdef0, subnet-0123456789abcdef1], dataSubnets: [subnet-0123456789abcdef0, subnet-0123456789abcdef1] } }";
const LISTENER =
    'selfhost:edge: { listener: { arn: "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/x/1/2", securityGroup: sg-0123456789abcdef0 } }';

describe("names of the certificate", () => {
    const team = 'selfhost:certificateNames: ["*.team.example.com"]';
    const config = ["selfhost:domain: example.com", team];

    it("are the domain, everything below it, and what the stack file adds", () => {
        const { edge } = settingsOf(stack({ wiki: "host: wiki.team" }, config));
        assert.deepEqual(edge.kind === "create" ? edge.certificate : undefined, {
            kind: "issued",
            domain: "example.com",
            alternativeNames: ["*.example.com", "*.team.example.com"],
        });
    });

    it("let a host have two labels, or three", () => {
        assert.deepEqual(problemsOf(stack({ wiki: "host: wiki.team" }, config)), []);
        const three = ["selfhost:domain: example.com", "selfhost:certificateNames: [a.b.c.example.com]"];
        assert.deepEqual(problemsOf(stack({ wiki: "host: a.b.c" }, three)), []);
        assert.match(
            problemsOf(stack({ wiki: "host: b.b.c" }, three))[0]?.reason ?? "",
            /outside the domain/,
        );
        assert.match(
            problemsOf(stack({ wiki: "host: wiki.other" }, config))[0]?.fix ?? "",
            /"\*\.other\.example\.com"/,
        );
    });

    const names = (count: number) =>
        `[${Array.from({ length: count }, (_, i) => `t${i}.example.com`).join(", ")}]`;
    itExplains([
        {
            name: "more than a certificate has",
            config: `selfhost:certificateNames: ${names(9)}`,
            path: "selfhost:certificateNames",
            says: /11 names.*10/,
            fix: /certificate:/,
        },
        {
            name: "one in another zone",
            config: "selfhost:certificateNames: [www.example.org]",
            path: "selfhost:certificateNames[0]",
            says: /not in the zone `example\.com`/,
            fix: /below `example\.com`/,
        },
        {
            name: "one that is none",
            config: 'selfhost:certificateNames: ["*example.com"]',
            path: "selfhost:certificateNames[0]",
            says: /not a name for a certificate/,
            fix: /\*\.team/,
        },
        {
            name: "some beside a certificate that exists",
            config: `${team}\nselfhost:certificate: arn:aws:acm:eu-west-1:123456789012:certificate/x`,
            path: "selfhost:certificateNames",
            says: /`certificate` names what exists/,
            fix: /Remove/,
        },
        {
            name: "some beside a listener that exists",
            config: `${team}\n${VPC}\n${LISTENER}`,
            path: "selfhost:certificateNames",
            says: /`edge\.listener` names what exists/,
            fix: /Remove/,
        },
    ]);
});

describe("names that lead to a load balancer already", () => {
    it("get no record, and nobody is asked to make one", () => {
        const config = ["selfhost:domain: example.com", "selfhost:dns: existing", VPC, LISTENER];
        const { edge, pending } = settingsOf(stack({ fans: "host: people, path: /fans" }, config));
        assert.deepEqual(edge.dns, { kind: "existing" });
        assert.deepEqual(pending, []);
    });

    itExplains([
        {
            name: "a load balancer that is made",
            config: "selfhost:dns: existing",
            path: "selfhost:dns",
            says: /makes a new one/,
            fix: /edge\.listener/,
        },
    ]);
});
