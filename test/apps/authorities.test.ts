/** The authorities that verify a database's certificate, by region. */
import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { authorityLimits, databaseAuthorities } from "../../apps/authorities";

describe("authorities of Amazon's databases", () => {
    it("are those of the region, and few", () => {
        const pem = databaseAuthorities("eu-west-1");
        assert.match(pem, /^-----BEGIN CERTIFICATE-----/);
        assert.ok(pem.length < 8_000, String(pem.length));
        const all = pem.match(/-----BEGIN[^]+?END CERTIFICATE-----/g) ?? [];
        const subjects = all.map((one) => new X509Certificate(one).subject);
        assert.ok(subjects.length > 0);
        assert.deepEqual(
            subjects.filter((subject) => !subject.includes("CN=Amazon RDS eu-west-1 Root CA ")),
            [],
        );
        assert.deepEqual(authorityLimits("ghost", "aws", "eu-west-1"), []);
    });

    it("are asked for, where a region is newer than they are", () => {
        const [problem] = authorityLimits("ghost", "aws", "eu-west-9");
        assert.match(problem?.reason ?? "", /authorities of RDS in eu-west-9/);
        assert.match(problem?.fix ?? "", /Refresh/);
        assert.throws(() => databaseAuthorities("eu-west-9"), /refresh it/);
    });

    it("are of commercial regions", () => {
        const [problem] = authorityLimits("ghost", "aws-cn", "cn-north-1");
        assert.match(problem?.reason ?? "", /commercial regions only/);
    });
});
