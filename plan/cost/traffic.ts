/**
 * How much an application is used: everything about the bill that a stack file cannot know. Each number is for one
 * application and one month; one that stores nothing in S3, say, ignores what is said about S3.
 */
export interface Traffic {
    /** Where the numbers come from: a preset, and what was said otherwise. */
    readonly name: string;
    readonly requests: number;
    readonly answerKb: number;
    readonly hoursInUse: number;
    readonly load: number;
    readonly databaseGb: number;
    readonly databaseIoPerRequest: number;
    readonly bucketGb: number;
    readonly objectsPerRequest: number;
    readonly volumeGb: number;
    readonly volumeKbPerRequest: number;
    readonly imagesGb: number;
    readonly logKbPerRequest: number;
    readonly outboundGb: number;
    readonly deployments: number;
}

const COMMON = {
    answerKb: 60,
    databaseIoPerRequest: 10,
    objectsPerRequest: 0.05,
    volumeKbPerRequest: 5,
    logKbPerRequest: 0.5,
};

export const TRAFFIC = {
    /** A handful of people, now and then. */
    light: {
        ...COMMON,
        name: "light",
        requests: 50_000,
        hoursInUse: 40,
        load: 0.05,
        databaseGb: 1,
        bucketGb: 2,
        volumeGb: 1,
        imagesGb: 1,
        outboundGb: 1,
        deployments: 4,
    },
    /** A department, in working hours. */
    normal: {
        ...COMMON,
        name: "normal",
        requests: 500_000,
        hoursInUse: 200,
        load: 0.2,
        databaseGb: 5,
        bucketGb: 20,
        volumeGb: 5,
        imagesGb: 2,
        outboundGb: 5,
        deployments: 8,
    },
    /** The public, around the clock. */
    heavy: {
        ...COMMON,
        name: "heavy",
        requests: 10_000_000,
        hoursInUse: 600,
        load: 0.5,
        databaseGb: 50,
        bucketGb: 500,
        volumeGb: 100,
        imagesGb: 5,
        outboundGb: 50,
        deployments: 20,
    },
} as const satisfies Readonly<Record<string, Traffic>>;

/** The numbers of a traffic in words, which are also the names under which each can be given. */
export const TRAFFIC_WORDS: Readonly<Record<Exclude<keyof Traffic, "name">, string>> = {
    requests: "requests that reach the load balancer",
    answerKb: "KB of an average answer",
    hoursInUse: "hours in which somebody uses it, never more than its schedule allows",
    load: "how far it scales between its smallest and largest size while in use, 0 to 1",
    databaseGb: "GB in the database",
    databaseIoPerRequest: "storage operations of the database for one request",
    bucketGb: "GB in the bucket",
    objectsPerRequest: "objects read from the bucket for one request; a tenth as many are written",
    volumeGb: "GB in the file system",
    volumeKbPerRequest: "KB read from the file system for one request; a tenth as much is written",
    imagesGb: "GB of images in its repository",
    logKbPerRequest: "KB of log for one request",
    outboundGb: "GB that it fetches from the internet or sends there by itself: mail, web hooks, updates",
    deployments: "deployments",
};

/** Said about traffic, and makes no sense. */
export class TrafficError extends Error {}

/** Reads `normal`, or `heavy,requests=2000000,databaseGb=20`. Throws where a name or a number is wrong. */
export function readTraffic(text: string): Traffic {
    const [name = "", ...overrides] = text.split(",").map((part) => part.trim());
    if (!isPreset(name)) {
        throw new TrafficError(
            `There is no traffic called "${name}"; there is ${Object.keys(TRAFFIC).join(", ")}.`,
        );
    }
    const traffic: Traffic = { ...TRAFFIC[name], name: text };
    return overrides.reduce(override, traffic);
}

function isPreset(name: string): name is keyof typeof TRAFFIC {
    return Object.hasOwn(TRAFFIC, name);
}

function override(traffic: Traffic, text: string): Traffic {
    const [key = "", value = ""] = text.split("=");
    const number = Number(value);
    if (!Object.hasOwn(TRAFFIC_WORDS, key)) {
        throw new TrafficError(`Traffic has no "${key}"; it has ${Object.keys(TRAFFIC_WORDS).join(", ")}.`);
    }
    if (value === "" || !Number.isFinite(number) || number < 0 || (key === "load" && number > 1)) {
        throw new TrafficError(
            `Traffic: ${key} must be a number from 0 ${key === "load" ? "to 1" : "up"} (got "${value}").`,
        );
    }
    return { ...traffic, [key]: number };
}

/** The assumptions in words, one a line. */
export function describeTraffic(traffic: Traffic): readonly string[] {
    return Object.entries(TRAFFIC_WORDS).map(
        ([key, words]) => `${grouped(traffic[key as keyof typeof TRAFFIC_WORDS])} ${words}`,
    );
}

/** `500,000`, without loading what Node knows of the world's languages for it. */
function grouped(number: number): string {
    const [whole = "", ...fraction] = String(number).split(".");
    return [whole.replace(/\B(?=(?:\d{3})+$)/g, ","), ...fraction].join(".");
}
