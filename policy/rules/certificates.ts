/** Certificates: strong, public knowledge, and there before and after each other. */
import { controlPage, type Rule } from "../rule";
import { T } from "../types";
import { unless } from "../view";

const certificateProved: Rule = {
    name: "listener-waits-for-certificate",
    control: [],
    level: "mandatory",
    waivable: "never",
    description: "A listener that uses a new certificate is made after that has been validated.",
    remediation: "Take the ARN from the aws.acm.CertificateValidation.",
    url: "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/https-listener-certificates.html",
    decidableInPreview: true,
    check: (view) =>
        view.each(T.listener, (listener) => {
            const certificates = listener
                .refs("certificateArn", T.certificate, T.certificateValidation)
                .flatMap((item) =>
                    item.type === T.certificate ? [item] : item.refs("certificateArn", T.certificate),
                );
            const waitsFor = listener.prerequisites();
            return certificates.flatMap((certificate) =>
                unless(
                    view.users(certificate, T.certificateValidation).some(({ urn }) => waitsFor.has(urn)),
                    `does not wait until ${certificate.name} is validated`,
                ),
            );
        }),
};

const certificateKey: Rule = {
    name: "certificate-key-length",
    control: ["ACM.2"],
    level: "mandatory",
    waivable: "never",
    description: "A certificate's key is RSA of 2048 bits or more, or elliptic.",
    remediation: "Leave `keyAlgorithm` out, or set it to `EC_prime256v1`.",
    url: controlPage("ACM.2"),
    decidableInPreview: true,
    check: (view) =>
        view.each(T.certificate, (certificate) =>
            unless(
                /^(RSA_(2048|3072|4096)|EC_)/.test(certificate.text("keyAlgorithm") ?? "RSA_2048"),
                "has a key that is too short",
            ),
        ),
};

const certificateGap: Rule = {
    name: "certificate-replaced-without-gap",
    control: ["CKV_AWS_233", "CKV_AWS_234"],
    level: "mandatory",
    waivable: "never",
    description:
        "A new certificate is there before the old one goes, and everybody can see that it was issued.",
    remediation: "Remove `deleteBeforeReplace`; leave `certificateTransparencyLoggingPreference` enabled.",
    url: "https://docs.aws.amazon.com/acm/latest/userguide/acm-bestpractices.html",
    decidableInPreview: true,
    check: (view) =>
        view.each(T.certificate, (certificate) => [
            ...unless(!certificate.options.deleteBeforeReplace, "is deleted before there is another one"),
            ...unless(
                certificate.text("options.certificateTransparencyLoggingPreference") !== "DISABLED",
                "is kept out of the public logs",
            ),
        ]),
};

export const CERTIFICATES: readonly Rule[] = [certificateProved, certificateKey, certificateGap];
