import * as assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";

const bundle = readFileSync(resolve(__dirname, "../../docker/bookstack/rds/global-bundle.pem"), "latin1");
const blocks = bundle.match(/-----BEGIN ([A-Z ]+)-----[\s\S]*?-----END \1-----/g) ?? [];
const commonName = (certificate: X509Certificate): string =>
    /^CN=(.*)$/m.exec(certificate.subject)?.[1] ?? certificate.subject;

/** What is wrong with a certificate as an anchor of trust. */
function faults(certificate: X509Certificate, now: Date): string[] {
    const selfSigned = certificate.checkIssued(certificate) && certificate.verify(certificate.publicKey);
    return [
        ...(certificate.ca ? [] : ["not a certificate authority"]),
        ...(selfSigned ? [] : ["not self-signed"]),
        ...(new Date(certificate.validFrom) <= now ? [] : ["not valid yet"]),
        ...(now < new Date(certificate.validTo) ? [] : ["expired"]),
    ].map((fault) => `${commonName(certificate)}: ${fault}`);
}

describe("the certificates of Amazon RDS in the BookStack image", () => {
    let certificates: X509Certificate[];

    before("each block is a certificate", () => {
        certificates = blocks.map((block) => new X509Certificate(block));
    });

    it("are whole: the file has nothing but certificates that parse", () => {
        assert.ok(certificates.length >= 100, `only ${certificates.length} certificates`);
        assert.equal(bundle.match(/-----BEGIN /g)?.length, certificates.length);
        assert.doesNotMatch(bundle, /PRIVATE KEY/);
    });

    it("are roots of Amazon RDS, self-signed and in force", () => {
        const now = new Date();
        assert.deepEqual(
            certificates.flatMap((certificate) => faults(certificate, now)),
            [],
        );
        assert.deepEqual(
            certificates
                .map(commonName)
                .filter((name) => !/^Amazon RDS .*Root CA (RSA2048|RSA4096|ECC384) G\d+$/.test(name)),
            [],
        );
    });

    it("have no root twice", () => {
        assert.equal(new Set(certificates.map((c) => c.fingerprint256)).size, certificates.length);
    });

    it("cover every algorithm in every Region they name, opt-in Regions too", () => {
        const regions = new Map<string, string[]>();
        for (const certificate of certificates) {
            const [, region, algorithm] =
                /^Amazon RDS (\S+) Root CA (\S+) G1$/.exec(commonName(certificate)) ?? [];
            if (region !== undefined && algorithm !== undefined) {
                regions.set(region, [...(regions.get(region) ?? []), algorithm].sort());
            }
        }
        for (const region of [
            "eu-west-1",
            "eu-central-1",
            "us-east-1",
            "us-west-2",
            "il-central-1",
            "mx-central-1",
        ]) {
            assert.ok(regions.has(region), `no root for ${region}`);
        }
        for (const [region, algorithms] of regions) {
            assert.deepEqual(algorithms, ["ECC384", "RSA2048", "RSA4096"], region);
        }
    });
});
