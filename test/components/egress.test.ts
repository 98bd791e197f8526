import assert from "node:assert/strict";
import fc from "fast-check";
import { destinations, natGateways, OUTBOUND } from "../../components/network/egress";
import { EGRESS_MODES } from "../../settings/settings";

const zones = fc.uniqueArray(fc.constantFrom("a", "b", "c", "d"), { minLength: 1, maxLength: 3 });
const through = (mode: (typeof EGRESS_MODES)[number], letters: readonly string[]) =>
    Object.fromEntries(natGateways(mode, letters));

describe("the way out of a zone", () => {
    it("is the gateway of the first zone with natSingle", () => {
        assert.deepEqual(through("natSingle", ["b", "a", "c"]), { a: "b", b: "b", c: "b" });
    });

    it("is the gateway of its own zone with natPerAz", () => {
        assert.deepEqual(through("natPerAz", ["a", "b", "c"]), { a: "a", b: "b", c: "c" });
    });

    it("is one gateway for all with natRegional", () => {
        assert.deepEqual(through("natRegional", ["a", "b"]), { a: "regional", b: "regional" });
    });

    it("is no gateway without NAT", () => {
        assert.deepEqual(through("publicIp", ["a", "b"]), {});
        assert.deepEqual(through("endpoints", ["a", "b"]), {});
    });

    it("stays the same for every zone when another is added at the end", () => {
        fc.assert(
            fc.property(fc.constantFrom(...EGRESS_MODES), zones, (mode, letters) => {
                const before = natGateways(mode, letters.slice(0, 1));
                const after = natGateways(mode, letters);
                for (const [zone, gateway] of before) {
                    assert.equal(after.get(zone), gateway);
                }
            }),
        );
    });
});

describe("what tasks may reach", () => {
    it("is nothing on the internet with endpoints", () => {
        assert.deepEqual(destinations("endpoints", true), []);
    });

    it("is IPv4 alone behind NAT, whose subnets have nothing else", () => {
        for (const mode of ["natSingle", "natPerAz", "natRegional"] as const) {
            assert.deepEqual(destinations(mode, true), ["0.0.0.0/0"]);
        }
    });

    it("is both families where a task may have an IPv6 address", () => {
        assert.deepEqual(destinations("publicIp", true), ["0.0.0.0/0", "::/0"]);
        assert.deepEqual(destinations("existing", true), ["0.0.0.0/0", "::/0"]);
    });

    it("is IPv4 alone where the network has no IPv6", () => {
        assert.deepEqual(destinations("publicIp", false), ["0.0.0.0/0"]);
        assert.deepEqual(destinations("existing", false), ["0.0.0.0/0"]);
    });

    it("is HTTPS and mail, never a port that is not encrypted from its first or second word", () => {
        assert.deepEqual(
            OUTBOUND.map(({ port }) => port),
            [443, 465, 587],
        );
    });
});
