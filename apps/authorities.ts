/** The certificate authorities of Amazon's databases, which are in no public trust store. */
import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** As AWS publishes it, for every commercial region; docker/README.md says how to refresh it. */
const BUNDLE = join(__dirname, "..", "docker", "bookstack", "rds", "global-bundle.pem");

const found = new Map<string, string>();

/**
 * The authorities of one region as PEM text, some 5 KB: few enough for an environment variable, where all of them, 165 KB,
 * exceed what a task definition holds. Throws where the bundle knows no such region.
 * https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/UsingWithRDS.SSL.html
 */
export function databaseAuthorities(region: string): string {
    const known = found.get(region) ?? authoritiesOf(region);
    if (known === "") {
        throw new Error(
            `Amazon's authorities for ${region} are not in ${BUNDLE}. docker/README.md says how to refresh it.`,
        );
    }
    found.set(region, known);
    return known;
}

function authoritiesOf(region: string): string {
    const certificates = readFileSync(BUNDLE, "latin1").match(
        /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----\n/g,
    );
    return (certificates ?? [])
        .filter((pem) => new X509Certificate(pem).subject.includes(`CN=Amazon RDS ${region} Root CA `))
        .sort()
        .join("");
}
