/** The certificate authorities of Amazon's databases, which are in no public trust store. */
import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { PresetProblem } from "./app";

/** As AWS publishes it, for every commercial region; docker/README.md says how to refresh it. */
const BUNDLE = join(__dirname, "..", "docker", "bookstack", "rds", "global-bundle.pem");

const found = new Map<string, string>();

/**
 * The authorities of one region as PEM text, some 5 KB: few enough for an environment variable, where all of them, 165 KB,
 * exceed what a task definition holds. Throws where the bundle knows no such region.
 * https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/UsingWithRDS.SSL.html
 */
export function databaseAuthorities(region: string): string {
    const known = remembered(region);
    if (known === "") {
        throw new Error(
            `Amazon's authorities for ${region} are not in ${BUNDLE}. docker/README.md says how to refresh it.`,
        );
    }
    return known;
}

/** What a preset says that verifies its database's certificate with `databaseAuthorities`, where it cannot. */
export function authorityLimits(preset: string, partition: string, region: string): readonly PresetProblem[] {
    if (partition !== "aws") {
        const reason =
            "verifies the database's certificate with authorities of AWS's commercial regions only.";
        return [{ path: "preset", value: preset, reason, fix: "Use a commercial region." }];
    }
    // A region that is none is a mistake of its own.
    if (region === "" || remembered(region) !== "") {
        return [];
    }
    const reason = `needs the authorities of RDS in ${region}, and docker/bookstack/rds/global-bundle.pem has none.`;
    return [{ path: "preset", value: preset, reason, fix: "Refresh that file, as docker/README.md says." }];
}

function remembered(region: string): string {
    const known = found.get(region) ?? authoritiesOf(region);
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
