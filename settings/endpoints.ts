/** Which AWS services a stack without internet needs a private way to. */
import type { AppSettings } from "./settings";

/**
 * Interface endpoints for Fargate tasks that never leave AWS; S3 has a gateway endpoint in every mode. Fargate itself,
 * the proxy of Service Connect included, talks to ECS past the VPC.
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/vpc-endpoints.html
 */
export function interfaceEndpoints(apps: readonly AppSettings[]): readonly string[] {
    const wanted = new Set(["ecr.api", "ecr.dkr", "logs"]);
    for (const app of apps) {
        if (app.database !== undefined || app.secrets.some(({ source }) => source.kind !== "ssm")) {
            wanted.add("secretsmanager");
        }
        if (app.secrets.some(({ source }) => source.kind === "ssm")) {
            wanted.add("ssm");
        }
        if (app.secrets.some(({ source }) => "kmsKeyArn" in source && source.kmsKeyArn !== undefined)) {
            wanted.add("kms");
        }
        if (app.storage.volumes.length > 0) {
            wanted.add("elasticfilesystem");
        }
        if (app.exec) {
            // Sessions are encrypted with a key of the cluster's, so the agent asks KMS too.
            wanted.add("ssmmessages").add("kms");
        }
    }
    return [...wanted].sort();
}
