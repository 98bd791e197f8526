/** The certificate of the HTTPS listener, and the records that prove that its names are ours. */
import * as pulumi from "@pulumi/pulumi";
import * as aws from "@pulumi/aws";
import type { Certificate } from "../../settings/settings";
import { validationNames, withoutWildcard } from "./hosts";

/** Seconds that resolvers keep a validation record. */
const RECORD_TTL = 300;

/** ACM answers within minutes of the record; a zone that nobody delegated never does. */
const VALIDATION_TIMEOUT = "30m";

/**
 * The ARN of a certificate that a listener can use; undefined where the environment has no domain.
 * It comes from the validation, so that a listener waits for that: it cannot be made with a pending certificate.
 */
export function createCertificate(
    name: string,
    certificate: Certificate,
    zoneId: pulumi.Input<string> | undefined,
    opts: pulumi.CustomResourceOptions,
): pulumi.Input<string> | undefined {
    switch (certificate.kind) {
        case "none":
            return undefined;
        case "existing":
            return certificate.arn;
        case "issued":
            if (zoneId === undefined) {
                throw new Error(
                    `${certificate.domain}: a certificate is only issued where its zone is in Route 53`,
                );
            }
            return issue(name, certificate, zoneId, opts);
    }
}

function issue(
    name: string,
    { domain, alternativeNames }: Extract<Certificate, { kind: "issued" }>,
    zoneId: pulumi.Input<string>,
    opts: pulumi.CustomResourceOptions,
): pulumi.Output<string> {
    const certificate = new aws.acm.Certificate(
        name,
        {
            domainName: domain,
            subjectAlternativeNames: [...alternativeNames].sort(),
            validationMethod: "DNS",
            options: { certificateTransparencyLoggingPreference: "ENABLED" },
        },
        opts,
    );
    const records = validationNames(domain, alternativeNames).map((host) => {
        const option = optionFor(certificate, host);
        return new aws.route53.Record(
            `${name}-${host}`,
            {
                zoneId,
                name: option.resourceRecordName,
                type: "CNAME",
                records: [option.resourceRecordValue],
                ttl: RECORD_TTL,
                // A certificate of the same name in the same account is proved by the same record, which is there already.
                allowOverwrite: true,
            },
            opts,
        );
    });
    return new aws.acm.CertificateValidation(
        name,
        { certificateArn: certificate.arn, validationRecordFqdns: records.map(({ fqdn }) => fqdn) },
        { ...opts, customTimeouts: { create: VALIDATION_TIMEOUT } },
    ).certificateArn;
}

/** The record that ACM wants for a name; AWS lists them in no order. */
function optionFor(
    certificate: aws.acm.Certificate,
    host: string,
): pulumi.Output<{ resourceRecordName: string; resourceRecordValue: string }> {
    return certificate.domainValidationOptions.apply((options) => {
        const option = options.find(({ domainName }) => withoutWildcard(domainName) === host);
        if (option === undefined) {
            throw new Error(`ACM asks for no validation record for ${host}`);
        }
        return option;
    });
}
