/** Waivers: what they cover, and what is said about those that cover nothing. */
import assert from "node:assert/strict";
import type { Profile } from "../../settings/settings";
import { type Context, evaluate, matches } from "../../policy/evaluate";
import { RULES } from "../../policy/rules";
import { T } from "../../policy/types";
import { BUILT_IN, fromSettings, type Waiver } from "../../policy/waivers";
import type { UserWaiver } from "../../settings/settings";
import { allow, document, graph, ref, resource } from "../support/graphs";

const TODAY = "2026-11-21";
const files = resource(T.bucket, "wiki-files", { forceDestroy: true }, { protect: true });
const images = resource(T.repository, "wiki-images", { forceDelete: true }, { protect: true });
const GRAPH = graph(files, images);

const WAIVER: UserWaiver = {
    rule: "data-not-emptied",
    resource: "wiki-files",
    reason: "It is filled again every night.",
    until: "2027-06-30",
};

const RULE = RULES.filter(({ name }) => name === "data-not-emptied");

function context(profile: Profile = "staging", presets: Context["presets"] = {}): Context {
    return { today: TODAY, profile, presets };
}

function judged(waivers: readonly Waiver[], where: Context = context(), of = GRAPH) {
    const { violations, waived } = evaluate(of, waivers, where, RULE);
    return { violations: violations.map(({ policy, message }) => `${policy}: ${message}`), waived };
}

const BUCKET = "data-not-emptied: wiki-files is emptied when it is deleted";
const REPOSITORY = "data-not-emptied: wiki-images is emptied when it is deleted";

describe("waivers", () => {
    it("cover the resource that they name, and are reported with reason and end", () => {
        assert.deepEqual(judged(fromSettings([WAIVER])), {
            violations: [REPOSITORY],
            waived: [
                {
                    policy: "data-not-emptied",
                    urn: files.urn,
                    reason: "It is filled again every night.",
                    until: "2027-06-30",
                },
            ],
        });
    });

    it("cover every resource that a pattern fits", () => {
        const { violations, waived } = judged(
            fromSettings([{ ...WAIVER, resource: "wiki-*", until: undefined }]),
        );
        assert.deepEqual(violations, []);
        assert.deepEqual(
            waived.map(({ until }) => until),
            [undefined, undefined],
        );
    });

    it("count on their last day, and are a finding from the next one on", () => {
        const ends = (until: string) => judged(fromSettings([{ ...WAIVER, until }])).violations;
        assert.deepEqual(ends(TODAY), [REPOSITORY]);
        assert.deepEqual(ends("2026-11-20"), [
            REPOSITORY,
            BUCKET,
            "waiver-expired: The waiver of data-not-emptied for wiki-files ended on 2026-11-20. Do what the rule says, or give it another day.",
        ]);
    });

    it("are a finding where nothing violates the rule", () => {
        assert.deepEqual(judged(fromSettings([{ ...WAIVER, resource: "another" }])).violations, [
            REPOSITORY,
            BUCKET,
            "waiver-unused: The waiver of data-not-emptied for another is of no use: nothing violates the rule. Remove it.",
        ]);
    });

    it("are no finding where it is open whether something violates the rule", () => {
        const unknown = resource(T.bucket, "wiki-files", { forceDestroy: "${urn:pulumi:x.y}" });
        const { violations } = evaluate(graph(unknown), fromSettings([WAIVER]), context(), RULE);
        assert.deepEqual(violations, []);
    });

    it("are a finding where there is no such rule", () => {
        assert.deepEqual(judged(fromSettings([{ ...WAIVER, rule: "data-emptied" }])).violations, [
            REPOSITORY,
            BUCKET,
            "waiver-of-unknown-rule: The waiver of data-emptied for wiki-files is for a rule that does not exist. Write `data-not-emptied`, or remove it.",
        ]);
    });

    it("are refused in prod for rules that nobody may do without", () => {
        const open = graph(resource(T.bucket, "wiki-files"));
        const rules = RULES.filter(({ name }) => name === "bucket-blocks-public-access");
        const waivers = fromSettings([{ ...WAIVER, rule: "bucket-blocks-public-access" }]);
        const policies = (profile: Profile) =>
            evaluate(open, waivers, context(profile), rules).violations.map(({ policy }) => policy);
        assert.deepEqual(policies("staging"), []);
        assert.deepEqual(policies("prod"), ["bucket-blocks-public-access", "waiver-refused"]);
    });

    it("that are built in may be of no use, and wait for their profile, preset, subject and condition", () => {
        const builtIn = (more: Partial<Waiver>): Waiver => ({
            ...WAIVER,
            resource: "*",
            origin: "built-in",
            ...more,
        });
        const covered = (more: Partial<Waiver>, where: Context) =>
            judged([builtIn(more)], where).waived.length;
        assert.equal(covered({ when: { profiles: ["dev"] } }, context("dev")), 2);
        assert.equal(covered({ when: { profiles: ["dev"] } }, context("prod")), 0);
        assert.equal(covered({ when: { presets: ["bookstack"] } }, context("dev", { wiki: "bookstack" })), 2);
        assert.equal(
            covered(
                { when: { presets: ["bookstack"] } },
                context("dev", { wiki: "bookstack", "wiki-files": "site" }),
            ),
            1,
        );
        assert.equal(covered({ when: { presets: ["bookstack"] } }, context("dev", { wik: "bookstack" })), 0);
        assert.equal(covered({ subject: "s3:*" }, context()), 0);
        assert.equal(covered({ when: { condition: "holds-logs" } }, context()), 0);
        assert.deepEqual(judged([builtIn({ resource: "nobody" })]).violations, [REPOSITORY, BUCKET]);
    });

    it("with a subject cover that part of a resource alone", () => {
        const policy = resource(T.rolePolicy, "policy", {
            policy: document(allow(["s3:GetObject", "ecr:GetAuthorizationToken"], "*")),
        });
        const rules = RULES.filter(({ name }) => name === "policy-names-its-resources");
        const { violations } = evaluate(graph(policy), BUILT_IN, context(), rules);
        assert.deepEqual(
            violations.map(({ message }) => message),
            ["policy (Test) allows `s3:GetObject` on every resource"],
        );
    });

    it("with a condition about what nobody knows yet do not count", () => {
        const listener = resource(T.listener, "http", {
            protocol: "HTTP",
            defaultActions: "${urn:pulumi:x.y}",
        });
        const rules = RULES.filter(({ name }) => name === "listener-uses-https");
        const { violations } = evaluate(graph(listener), BUILT_IN, context("prod"), rules);
        assert.deepEqual(
            violations.map(({ policy }) => policy),
            ["listener-uses-https"],
        );
    });

    it("that are built in are for rules that exist, and say why", () => {
        const names = RULES.map(({ name }) => name);
        for (const { rule, reason } of BUILT_IN) {
            assert.ok(names.includes(rule), rule);
            assert.match(reason, /^[A-Z].{20,}/);
        }
    });

    it("take `*` for any text, and nothing else for anything but itself", () => {
        assert.ok(matches("wiki-*", "wiki-"));
        assert.ok(matches("*-files", "wiki-files"));
        assert.ok(!matches("wiki.files", "wiki-files"));
        assert.ok(!matches("wiki", "wiki-files"));
    });
});

describe("verdicts", () => {
    it("list what is mandatory first, and each thing once", () => {
        const group = resource(T.securityGroup, "group", { description: "Group" });
        const vpc = resource(T.vpc, "vpc");
        const service = resource(T.service, "service", {
            networkConfiguration: { securityGroups: [ref(group)] },
        });
        const { violations } = evaluate(graph(vpc, group, service), [], context());
        const levels = violations.map(({ level }) => level);
        assert.deepEqual(
            levels,
            [...levels].sort((a, b) => (a === b ? 0 : a === "mandatory" ? -1 : 1)),
        );
        assert.equal(new Set(violations.map((one) => JSON.stringify(one))).size, violations.length);
        assert.ok(levels.includes("advisory") && levels.includes("mandatory"));
    });
});
