import assert from "node:assert/strict";
import fc from "fast-check";
import { hostsOf, validationNames } from "../../../components/edge/hosts";

const route = (host: string | undefined) => ({ route: { host, path: "/", priority: 1, url: undefined } });

describe("hosts", () => {
    it("are named once each, in an order of their own", () => {
        const hosts = fc.array(
            fc.option(fc.constantFrom("a.example.com", "b.example.com"), { nil: undefined }),
        );
        fc.assert(
            fc.property(hosts, (all) => {
                const found = hostsOf(all.map(route));
                assert.deepEqual(found, hostsOf([...all].reverse().map(route)));
                assert.equal(new Set(found).size, found.length);
                assert.ok(all.every((host) => host === undefined || found.includes(host)));
            }),
        );
    });

    it("are none without a domain", () => {
        assert.deepEqual(hostsOf([route(undefined)]), []);
    });
});

describe("names to prove", () => {
    it("are one for a domain and its wildcard", () => {
        assert.deepEqual(validationNames("example.com", ["*.example.com"]), ["example.com"]);
        assert.deepEqual(validationNames("*.example.com", []), ["example.com"]);
    });

    it("are one each for different names", () => {
        assert.deepEqual(validationNames("b.org", ["*.a.org", "a.org"]), ["a.org", "b.org"]);
    });
});
