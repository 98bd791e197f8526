/** A community with forty sites in one environment: what AWS counts, which site answers, and how the work grows. */
import assert from "node:assert/strict";
import type { Graph } from "../plan/graph";
import { LoadBalancer } from "./support/alb";
import { differing, recordText, stackOf } from "./support/program";
import { ofType } from "./support/graph";
import { remembered } from "./support/recorded";

const names = (count: number) => Array.from({ length: count }, (_, i) => `club-${i + 1}`);

const sites = (count: number): string =>
    stackOf(
        [
            "selfhost:domain: example.com",
            "selfhost:apps:",
            ...names(count).map((name) => `  ${name}: { preset: site, host: people, path: /${name} }`),
        ].join("\n"),
    );

interface Planned {
    readonly graph: Graph;
    /** Microseconds of processor time. */
    readonly took: number;
}

const plan = remembered(async (count: number): Promise<Planned> => {
    const before = process.cpuUsage();
    const graph = await recordText(sites(count));
    const { user, system } = process.cpuUsage(before);
    return { graph, took: user + system };
});

describe("forty sites on one load balancer", () => {
    it("answer each at its own path, by rules that AWS takes", async () => {
        const { graph } = await plan(40);
        const balancer = new LoadBalancer(graph);
        for (const name of names(40)) {
            for (const path of [`/${name}`, `/${name}/`, `/${name}/deep/er.html`]) {
                assert.equal(balancer.answer(`https://people.example.com${path}`), name, path);
            }
        }
        assert.equal(balancer.answer("https://people.example.com/club-41/"), undefined);
        assert.equal(balancer.answer("https://people.example.com/"), undefined);
    });

    it("stay within what a load balancer has", async () => {
        const { graph } = await plan(40);
        assert.ok(ofType(graph, "aws:lb/listenerRule:ListenerRule").length <= 100);
        assert.ok(ofType(graph, "aws:lb/targetGroup:TargetGroup").length <= 100);
        assert.equal(ofType(graph, "aws:lb/loadBalancer:LoadBalancer").length, 1);
        assert.equal(ofType(graph, "aws:acm/certificate:Certificate").length, 1);
    });

    it("are nothing to one another: thirty of them change no resource of the other ten", async () => {
        const [few, many] = [(await plan(10)).graph, (await plan(40)).graph];
        assert.deepEqual(
            differing(few, many).map(({ name }) => name),
            [],
        );
    });

    it("take resources, and time, in proportion", async () => {
        const [two, few, many] = [await plan(2), await plan(10), await plan(40)];
        const count = ({ graph }: Planned) => graph.resources.length;
        assert.equal((count(few) - count(two)) / 8, (count(many) - count(few)) / 30);
        // Four times the sites; what grows with the square takes sixteen times as long.
        assert.ok(many.took < 8 * few.took, `${few.took} µs for ten, ${many.took} µs for forty`);
    });
});
