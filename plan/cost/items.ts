/** What AWS charges for, as far as a stack of this program can be charged: the keys of a price file. */

/** Where AWS's price list has a price: https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/using-the-aws-price-list-bulk-api-fetching-price-list-files-manually.html */
export interface Listing {
    /** The offer's code: `AmazonECS`. */
    readonly offer: string;
    /** The usage type without the region before it: `NatGateway-Hours`. */
    readonly usage: string;
    /** Further columns that must have this value, where a usage type alone means several things. */
    readonly where?: Readonly<Record<string, string>>;
}

export interface Item {
    /** What a line of the cost calls it. */
    readonly name: string;
    readonly unit: string;
    /** How many of AWS's units make one of ours: AWS lists single requests, a price here is per million. Default 1. */
    readonly per?: number;
    /** One price for all regions. */
    readonly global?: true;
    /** Absent where the price is on a web page only, or in Fargate Spot's own list. */
    readonly listing?: Listing;
}

/** How many of AWS's units the larger of ours are. */
const LARGE_UNITS: Readonly<Record<string, number>> = { thousand: 1000, million: 1_000_000 };

function item(name: string, unit: string, listing?: Listing): Item {
    const per = LARGE_UNITS[unit];
    return {
        name,
        unit,
        ...(per === undefined ? {} : { per }),
        ...(listing === undefined ? {} : { listing }),
    };
}

function listed(offer: string, usage: string, where?: Listing["where"]): Listing {
    return { offer, usage, ...(where === undefined ? {} : { where }) };
}

function application(usage: string): Listing {
    return listed("AWSELB", usage, { operation: "LoadBalancing:Application" });
}

function aurora(usage: string): Listing {
    return listed("AmazonRDS", usage, { "Database Engine": "Aurora MySQL" });
}

function elasticThroughput(access: "Read" | "Write"): Listing {
    return listed("AmazonEFS", "ETDataAccess-Bytes", { "Access Type": access });
}

const CATALOGUE = {
    "fargate.vcpu": item("Fargate vCPU", "vCPU-hour", listed("AmazonECS", "Fargate-vCPU-Hours:perCPU")),
    "fargate.memory": item("Fargate memory", "GB-hour", listed("AmazonECS", "Fargate-GB-Hours")),
    "fargate.armVcpu": item(
        "Fargate vCPU, ARM",
        "vCPU-hour",
        listed("AmazonECS", "Fargate-ARM-vCPU-Hours:perCPU"),
    ),
    "fargate.armMemory": item("Fargate memory, ARM", "GB-hour", listed("AmazonECS", "Fargate-ARM-GB-Hours")),
    "fargate.spotVcpu": item("Fargate Spot vCPU", "vCPU-hour"),
    "fargate.spotMemory": item("Fargate Spot memory", "GB-hour"),
    "fargate.armSpotVcpu": item("Fargate Spot vCPU, ARM", "vCPU-hour"),
    "fargate.armSpotMemory": item("Fargate Spot memory, ARM", "GB-hour"),
    "fargate.storage": item(
        "Fargate storage beyond 20 GB",
        "GB-hour",
        listed("AmazonECS", "Fargate-EphemeralStorage-GB-Hours"),
    ),
    "alb.hour": item("Application Load Balancer", "hour", application("LoadBalancerUsage")),
    "alb.lcu": item("Load balancer capacity units", "LCU-hour", application("LCUUsage")),
    "ipv4.hour": item("Public IPv4 address", "hour", listed("AmazonVPC", "PublicIPv4:InUseAddress")),
    "nat.hour": item("NAT gateway", "hour", listed("AmazonEC2", "NatGateway-Hours")),
    "nat.gb": item("NAT gateway, data processed", "GB", listed("AmazonEC2", "NatGateway-Bytes")),
    "natRegional.hour": item(
        "Regional NAT gateway, each zone",
        "hour",
        listed("AmazonEC2", "RegionalNatGateway-Hours"),
    ),
    "endpoint.hour": item("Interface endpoint, each zone", "hour", listed("AmazonVPC", "VpcEndpoint-Hours")),
    "endpoint.gb": item("Interface endpoint, data processed", "GB", listed("AmazonVPC", "VpcEndpoint-Bytes")),
    "transfer.out": item(
        "Data transfer to the internet",
        "GB",
        listed("AWSDataTransfer", "DataTransfer-Out-Bytes", { "Transfer Type": "AWS Outbound" }),
    ),
    "aurora.acu": item("Aurora Serverless v2", "ACU-hour", aurora("Aurora:ServerlessV2Usage")),
    "aurora.storage": item("Aurora storage", "GB-month", aurora("Aurora:StorageUsage")),
    "aurora.io": item("Aurora I/O", "million", aurora("Aurora:StorageIOUsage")),
    "aurora.backup": item(
        "Aurora backup beyond the database's size",
        "GB-month",
        aurora("Aurora:BackupUsage"),
    ),
    "s3.storage": item("S3 storage", "GB-month", listed("AmazonS3", "TimedStorage-ByteHrs")),
    "s3.put": item("S3 writes and lists", "thousand", listed("AmazonS3", "Requests-Tier1")),
    "s3.get": item("S3 reads", "thousand", listed("AmazonS3", "Requests-Tier2")),
    "efs.storage": item("EFS storage", "GB-month", listed("AmazonEFS", "TimedStorage-ByteHrs")),
    "efs.read": item("EFS elastic reads", "GB", elasticThroughput("Read")),
    "efs.write": item("EFS elastic writes", "GB", elasticThroughput("Write")),
    "efs.backup": item("Backup of EFS", "GB-month", listed("AWSBackup", "WarmStorage-ByteHrs-EFS")),
    "ecr.storage": item("ECR storage", "GB-month", listed("AmazonECR", "TimedStorage-ByteHrs")),
    "logs.ingest": item("Logs written", "GB", listed("AmazonCloudWatch", "DataProcessing-Bytes")),
    "logs.vended": item("Flow logs written", "GB", listed("AmazonCloudWatch", "VendedLog-Bytes")),
    "logs.storage": item("Logs kept", "GB-month", listed("AmazonCloudWatch", "TimedStorage-ByteHrs")),
    "metrics.custom": item(
        "Container Insights metrics",
        "metric-month",
        listed("AmazonCloudWatch", "CW:MetricMonitorUsage"),
    ),
    "metrics.enhanced": item(
        "Container Insights metrics, enhanced",
        "metric-month",
        listed("AmazonCloudWatch", "CW:MetricsUsage"),
    ),
    "alarm.standard": item("Alarm", "metric-month", listed("AmazonCloudWatch", "CW:AlarmMonitorUsage")),
    "alarm.highResolution": item(
        "Alarm, high resolution",
        "metric-month",
        listed("AmazonCloudWatch", "CW:HighResAlarmMonitorUsage"),
    ),
    "alarm.composite": item(
        "Composite alarm",
        "month",
        listed("AmazonCloudWatch", "CW:CompositeAlarmMonitorUsage"),
    ),
    "dashboard.month": { ...item("Dashboard", "month"), global: true },
    "secret.month": item("Secret", "month", listed("AWSSecretsManager", "AWSSecretsManager-Secrets")),
    "kms.key": item("KMS key", "month", listed("awskms", "KMS-Keys")),
    "dns.query": { ...item("DNS queries", "million"), global: true },
    "lambda.request": item("Lambda requests", "million", listed("AWSLambda", "Request")),
    "lambda.time": item("Lambda time", "GB-second", listed("AWSLambda", "Lambda-GB-Second")),
    "lambda.armTime": item("Lambda time, ARM", "GB-second", listed("AWSLambda", "Lambda-GB-Second-ARM")),
    "pipeline.minute": { ...item("Pipeline actions", "minute"), global: true },
    "build.armSmallMinute": item("Builds, ARM", "minute"),
    "build.smallMinute": item("Builds", "minute"),
    "build.mediumMinute": item("Builds, medium", "minute"),
    "build.largeMinute": item("Builds, large", "minute"),
    "waf.acl": item("WAF web ACL", "month"),
    "waf.rule": item("WAF rule", "month"),
    "waf.request": item("WAF requests", "million"),
} satisfies Readonly<Record<string, Item>>;

export type ItemKey = keyof typeof CATALOGUE;

export const ITEMS: Readonly<Record<ItemKey, Item>> = CATALOGUE;

export const ITEM_KEYS = Object.keys(CATALOGUE) as readonly ItemKey[];

export function isItemKey(text: string): text is ItemKey {
    return text in CATALOGUE;
}
