import assert from "node:assert/strict";
import fc from "fast-check";
import {
    allocate,
    canonical,
    contains,
    ipv6Subnet,
    overlaps,
    parseCidr,
    sharedSlots,
    type Range,
    type ZoneCidrs,
} from "../../settings/cidr";

/** The range of a text that must be one. */
function range(text: string): Range {
    const parsed = parseCidr(text);
    assert.ok(parsed, `${text} is not a range`);
    return parsed;
}

const cidrsOf = (zone: ZoneCidrs) => [zone.public, zone.private, zone.data];

const vpcs = fc
    .record({ prefix: fc.integer({ min: 16, max: 23 }), address: fc.nat({ max: 2 ** 32 - 1 }) })
    .map(({ prefix, address }) => {
        const octets = [24, 16, 8, 0].map((bits) => Math.floor(address / 2 ** bits) % 256);
        return canonical(`${octets.join(".")}/${prefix}`) ?? "";
    });
const zones = fc
    .uniqueArray(fc.constantFrom("a", "b", "c", "d", "e", "f"), { minLength: 1, maxLength: 4 })
    .filter((letters) => sharedSlots(letters).length === 0);

describe("division of a VPC", () => {
    it("has an example to read", () => {
        assert.deepEqual(allocate("10.10.0.0/16", ["a", "c"]), [
            { letter: "a", public: "10.10.0.0/20", private: "10.10.64.0/20", data: "10.10.128.0/20" },
            { letter: "c", public: "10.10.32.0/20", private: "10.10.96.0/20", data: "10.10.160.0/20" },
        ]);
        assert.equal(allocate("10.10.2.0/23", ["d"])[0]?.data, "10.10.3.96/27");
    });

    it("keeps every subnet inside the VPC", () => {
        fc.assert(
            fc.property(vpcs, zones, (vpc, letters) => {
                const subnets = allocate(vpc, letters).flatMap(cidrsOf);
                assert.ok(subnets.every((subnet) => contains(range(vpc), range(subnet))));
            }),
        );
    });

    it("makes subnets that do not overlap", () => {
        fc.assert(
            fc.property(vpcs, zones, (vpc, letters) => {
                const subnets = allocate(vpc, letters).flatMap(cidrsOf).map(range);
                for (const [index, subnet] of subnets.entries()) {
                    assert.ok(subnets.slice(index + 1).every((other) => !overlaps(subnet, other)));
                }
            }),
        );
    });

    it("moves no zone when others are added, removed or reordered", () => {
        fc.assert(
            fc.property(vpcs, zones, fc.nat(), (vpc, letters, pick) => {
                const all = allocate(vpc, letters);
                const some = letters.filter((_, index) => (pick >> index) % 2 === 0).reverse();
                for (const zone of allocate(vpc, some)) {
                    assert.deepEqual(
                        zone,
                        all.find(({ letter }) => letter === zone.letter),
                    );
                }
            }),
        );
    });

    it("leaves a quarter of the VPC free", () => {
        const free = range("10.10.192.0/18");
        const subnets = allocate("10.10.0.0/16", ["a", "b", "c", "d"]).flatMap(cidrsOf).map(range);
        assert.ok(subnets.every((subnet) => !overlaps(subnet, free)));
    });

    it("knows which zones cannot stand beside one another", () => {
        assert.deepEqual(sharedSlots(["a", "b", "c", "d"]), []);
        assert.deepEqual(sharedSlots(["d", "e", "f"]), []);
        assert.deepEqual(sharedSlots(["a", "c", "e"]), [["a", "e"]]);
    });

    it("answers something for every text, so that a bad one can be reported with the other problems", () => {
        for (const cidr of ["10.0.0.0/8", "10.0.0.0/32", "10.0.0.1/16", "nonsense"]) {
            assert.equal(allocate(cidr, ["a", "a"]).length, 2, cidr);
        }
    });
});

describe("address ranges", () => {
    it("are refused with bits set behind the prefix, and known without them", () => {
        assert.equal(parseCidr("10.0.1.7/24"), undefined);
        assert.equal(canonical("10.0.1.7/24"), "10.0.1.0/24");
        assert.equal(canonical("255.255.255.255/0"), "0.0.0.0/0");
    });

    it("are refused where they are none", () => {
        for (const text of [
            "10.0.0.0",
            "10.0.0.0/33",
            "10.0.256.0/24",
            "10.0.0/24",
            "010.0.0.0/8",
            "2001:db8::/32",
        ]) {
            assert.equal(parseCidr(text), undefined, text);
        }
    });

    it("overlap exactly where one holds the other", () => {
        fc.assert(
            fc.property(vpcs, vpcs, (one, other) => {
                const [a, b] = [range(one), range(other)];
                assert.equal(overlaps(a, b), contains(a, b) || contains(b, a));
                assert.equal(overlaps(a, b), overlaps(b, a));
            }),
        );
        assert.ok(overlaps(range("10.0.0.0/16"), range("10.0.255.0/24")));
        assert.ok(!overlaps(range("10.0.0.0/16"), range("10.1.0.0/16")));
    });
});

describe("IPv6 subnets", () => {
    it("are the /64s of the VPC's /56, written as AWS writes them", () => {
        assert.equal(ipv6Subnet("2a05:d018:abc:1200::/56", 3), "2a05:d018:abc:1203::/64");
        assert.equal(ipv6Subnet("2a05:d018:abc::/56", 0), "2a05:d018:abc::/64");
        assert.equal(ipv6Subnet("2a05:d018:abc::/56", 2), "2a05:d018:abc:2::/64");
        assert.equal(ipv6Subnet("2a05:d018::/56", 1), "2a05:d018:0:1::/64");
    });

    it("are not invented where the VPC's range is not known", () => {
        const reference = "${urn:pulumi:dev::selfhost::aws:ec2/vpc:Vpc::network-vpc.ipv6CidrBlock}";
        assert.equal(ipv6Subnet(reference, 1), reference);
        assert.equal(ipv6Subnet("", 1), undefined);
    });
});
