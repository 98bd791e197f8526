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

const MILLION = 1_000_000;

function ecs(usage: string): Listing {
    return { offer: "AmazonECS", usage };
}

function application(usage: string): Listing {
    return { offer: "AWSELB", usage, where: { operation: "LoadBalancing:Application" } };
}

function aurora(usage: string): Listing {
    return { offer: "AmazonRDS", usage, where: { "Database Engine": "Aurora MySQL" } };
}

function cloudWatch(usage: string): Listing {
    return { offer: "AmazonCloudWatch", usage };
}

const CATALOGUE = {
    "fargate.vcpu": {
        name: "Fargate vCPU",
        unit: "vCPU-hour",
        listing: ecs("Fargate-vCPU-Hours:perCPU"),
    },
    "fargate.memory": { name: "Fargate memory", unit: "GB-hour", listing: ecs("Fargate-GB-Hours") },
    "fargate.armVcpu": {
        name: "Fargate vCPU, ARM",
        unit: "vCPU-hour",
        listing: ecs("Fargate-ARM-vCPU-Hours:perCPU"),
    },
    "fargate.armMemory": {
        name: "Fargate memory, ARM",
        unit: "GB-hour",
        listing: ecs("Fargate-ARM-GB-Hours"),
    },
    "fargate.spotVcpu": { name: "Fargate Spot vCPU", unit: "vCPU-hour" },
    "fargate.spotMemory": { name: "Fargate Spot memory", unit: "GB-hour" },
    "fargate.armSpotVcpu": { name: "Fargate Spot vCPU, ARM", unit: "vCPU-hour" },
    "fargate.armSpotMemory": { name: "Fargate Spot memory, ARM", unit: "GB-hour" },
    "fargate.storage": {
        name: "Fargate storage beyond 20 GB",
        unit: "GB-hour",
        listing: ecs("Fargate-EphemeralStorage-GB-Hours"),
    },
    "alb.hour": {
        name: "Application Load Balancer",
        unit: "hour",
        listing: application("LoadBalancerUsage"),
    },
    "alb.lcu": {
        name: "Load balancer capacity units",
        unit: "LCU-hour",
        listing: application("LCUUsage"),
    },
    "ipv4.hour": {
        name: "Public IPv4 address",
        unit: "hour",
        listing: { offer: "AmazonVPC", usage: "PublicIPv4:InUseAddress" },
    },
    "nat.hour": {
        name: "NAT gateway",
        unit: "hour",
        listing: { offer: "AmazonEC2", usage: "NatGateway-Hours" },
    },
    "nat.gb": {
        name: "NAT gateway, data processed",
        unit: "GB",
        listing: { offer: "AmazonEC2", usage: "NatGateway-Bytes" },
    },
    "natRegional.hour": {
        name: "Regional NAT gateway, each zone",
        unit: "hour",
        listing: { offer: "AmazonEC2", usage: "RegionalNatGateway-Hours" },
    },
    "endpoint.hour": {
        name: "Interface endpoint, each zone",
        unit: "hour",
        listing: { offer: "AmazonVPC", usage: "VpcEndpoint-Hours" },
    },
    "endpoint.gb": {
        name: "Interface endpoint, data processed",
        unit: "GB",
        listing: { offer: "AmazonVPC", usage: "VpcEndpoint-Bytes" },
    },
    "transfer.out": {
        name: "Data transfer to the internet",
        unit: "GB",
        listing: {
            offer: "AWSDataTransfer",
            usage: "DataTransfer-Out-Bytes",
            where: { "Transfer Type": "AWS Outbound" },
        },
    },
    "aurora.acu": {
        name: "Aurora Serverless v2",
        unit: "ACU-hour",
        listing: aurora("Aurora:ServerlessV2Usage"),
    },
    "aurora.storage": {
        name: "Aurora storage",
        unit: "GB-month",
        listing: aurora("Aurora:StorageUsage"),
    },
    "aurora.io": {
        name: "Aurora I/O",
        unit: "million",
        per: MILLION,
        listing: aurora("Aurora:StorageIOUsage"),
    },
    "aurora.backup": {
        name: "Aurora backup beyond the database's size",
        unit: "GB-month",
        listing: aurora("Aurora:BackupUsage"),
    },
    "s3.storage": {
        name: "S3 storage",
        unit: "GB-month",
        listing: { offer: "AmazonS3", usage: "TimedStorage-ByteHrs" },
    },
    "s3.put": {
        name: "S3 writes and lists",
        unit: "thousand",
        per: 1000,
        listing: { offer: "AmazonS3", usage: "Requests-Tier1" },
    },
    "s3.get": {
        name: "S3 reads",
        unit: "thousand",
        per: 1000,
        listing: { offer: "AmazonS3", usage: "Requests-Tier2" },
    },
    "efs.storage": {
        name: "EFS storage",
        unit: "GB-month",
        listing: { offer: "AmazonEFS", usage: "TimedStorage-ByteHrs" },
    },
    "efs.read": {
        name: "EFS elastic reads",
        unit: "GB",
        listing: { offer: "AmazonEFS", usage: "ETDataAccess-Bytes", where: { "Access Type": "Read" } },
    },
    "efs.write": {
        name: "EFS elastic writes",
        unit: "GB",
        listing: { offer: "AmazonEFS", usage: "ETDataAccess-Bytes", where: { "Access Type": "Write" } },
    },
    "efs.backup": {
        name: "Backup of EFS",
        unit: "GB-month",
        listing: { offer: "AWSBackup", usage: "WarmStorage-ByteHrs-EFS" },
    },
    "ecr.storage": {
        name: "ECR storage",
        unit: "GB-month",
        listing: { offer: "AmazonECR", usage: "TimedStorage-ByteHrs" },
    },
    "logs.ingest": {
        name: "Logs written",
        unit: "GB",
        listing: cloudWatch("DataProcessing-Bytes"),
    },
    "logs.vended": {
        name: "Flow logs written",
        unit: "GB",
        listing: cloudWatch("VendedLog-Bytes"),
    },
    "logs.storage": {
        name: "Logs kept",
        unit: "GB-month",
        listing: cloudWatch("TimedStorage-ByteHrs"),
    },
    "metrics.custom": {
        name: "Container Insights metrics",
        unit: "metric-month",
        listing: cloudWatch("CW:MetricMonitorUsage"),
    },
    "metrics.enhanced": {
        name: "Container Insights metrics, enhanced",
        unit: "metric-month",
        listing: cloudWatch("CW:MetricsUsage"),
    },
    "alarm.standard": {
        name: "Alarm",
        unit: "metric-month",
        listing: cloudWatch("CW:AlarmMonitorUsage"),
    },
    "alarm.highResolution": {
        name: "Alarm, high resolution",
        unit: "metric-month",
        listing: cloudWatch("CW:HighResAlarmMonitorUsage"),
    },
    "alarm.composite": {
        name: "Composite alarm",
        unit: "month",
        listing: cloudWatch("CW:CompositeAlarmMonitorUsage"),
    },
    "dashboard.month": { name: "Dashboard", unit: "month", global: true },
    "secret.month": {
        name: "Secret",
        unit: "month",
        listing: { offer: "AWSSecretsManager", usage: "AWSSecretsManager-Secrets" },
    },
    "kms.key": { name: "KMS key", unit: "month", listing: { offer: "awskms", usage: "KMS-Keys" } },
    "dns.query": { name: "DNS queries", unit: "million", per: MILLION, global: true },
    "lambda.request": {
        name: "Lambda requests",
        unit: "million",
        per: MILLION,
        listing: { offer: "AWSLambda", usage: "Request" },
    },
    "lambda.time": {
        name: "Lambda time",
        unit: "GB-second",
        listing: { offer: "AWSLambda", usage: "Lambda-GB-Second" },
    },
    "lambda.armTime": {
        name: "Lambda time, ARM",
        unit: "GB-second",
        listing: { offer: "AWSLambda", usage: "Lambda-GB-Second-ARM" },
    },
    "waf.acl": { name: "WAF web ACL", unit: "month" },
    "waf.rule": { name: "WAF rule", unit: "month" },
    "waf.request": { name: "WAF requests", unit: "million", per: MILLION },
} as const satisfies Readonly<Record<string, Item>>;

export type ItemKey = keyof typeof CATALOGUE;

export const ITEMS: Readonly<Record<ItemKey, Item>> = CATALOGUE;

export const ITEM_KEYS = Object.keys(CATALOGUE) as readonly ItemKey[];

export function isItemKey(text: string): text is ItemKey {
    return text in CATALOGUE;
}
