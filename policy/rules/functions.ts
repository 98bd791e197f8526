/** Lambda functions. */
import { list } from "../json";
import { controlPage, type Rule } from "../rule";
import { T } from "../types";
import { unless } from "../view";

/** https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html */
const RUNTIMES =
    /^(nodejs(22|24|26)\.x|python3\.(11|12|13|14)|java(17|21|25)|dotnet(8|10)|ruby3\.[34]|provided\.al2023)$/;

const lambdaPrivate: Rule = {
    name: "function-not-public",
    control: ["Lambda.1"],
    level: "mandatory",
    waivable: "never",
    description: "Nobody outside of the account can call a function.",
    remediation:
        "Name the caller and its `sourceArn` or `sourceAccount`; give an address the type `AWS_IAM`.",
    url: controlPage("Lambda.1"),
    decidableInPreview: true,
    check: (view) => [
        ...view.each(T.lambdaPermission, (permission) => {
            const principal = permission.text("principal") ?? "";
            const limited = ["sourceAccount", "sourceArn", "principalOrgId"].some(
                (path) => !permission.lacks(path),
            );
            return unless(
                limited || !(principal === "*" || principal.endsWith(".amazonaws.com")),
                `lets ${principal === "*" ? "everybody" : principal} of any account call a function`,
            );
        }),
        ...view.each(T.lambdaUrl, (address) =>
            unless(address.text("authorizationType") === "AWS_IAM", "lets everybody call a function"),
        ),
    ],
};

const lambdaRuntime: Rule = {
    name: "function-runtime-supported",
    control: ["Lambda.2"],
    level: "mandatory",
    waivable: "never",
    description: "Functions run on a runtime that AWS still maintains.",
    remediation: "Set `runtime` to a current version.",
    url: controlPage("Lambda.2"),
    decidableInPreview: true,
    check: (view) =>
        view.each(T.lambda, (lambda) => {
            const runtime = lambda.text("runtime");
            return unless(
                lambda.text("packageType") === "Image" || RUNTIMES.test(runtime ?? ""),
                `runs on ${runtime ?? "no runtime that it names"}`,
            );
        }),
};

const lambdaZones: Rule = {
    name: "function-in-two-zones",
    control: ["Lambda.5"],
    level: "mandatory",
    waivable: "never",
    description: "A function that is in a VPC is in two zones of it.",
    remediation: "Name subnets of two zones.",
    url: controlPage("Lambda.5"),
    decidableInPreview: true,
    check: (view) =>
        view.each(T.lambda, (lambda) =>
            unless(
                lambda.lacks("vpcConfig") || list(lambda.at("vpcConfig.subnetIds")).length >= 2,
                "is in one zone only",
            ),
        ),
};

export const FUNCTIONS: readonly Rule[] = [lambdaPrivate, lambdaRuntime, lambdaZones];
