/** Does a name, or a text, look like a secret? Never says which text it was. */

/** Words of a name that mean a secret. */
const WORDS = [
    "CREDENTIAL",
    "CREDENTIALS",
    "PASS",
    "PASSPHRASE",
    "PASSWD",
    "PASSWORD",
    "PGPASSWORD",
    "PWD",
    "SECRET",
    "SECRETS",
    "SSHPASS",
    "TOKEN",
];

/** Words that make `KEY` mean a secret. */
const KINDS_OF_KEY = [
    "ACCESS",
    "API",
    "APP",
    "AUTH",
    "AWS",
    "ENCRYPTION",
    "LICENSE",
    "MASTER",
    "PRIVATE",
    "S3",
    "SESSION",
    "SIGNING",
    "SSH",
];

/** Last words of a name that is about a secret without holding one. */
const ABOUT = [
    "ALGORITHM",
    "ARN",
    "DAYS",
    "ENABLED",
    "ENDPOINT",
    "EXPIRES",
    "EXPIRY",
    "FILE",
    "HEADER",
    "HOURS",
    "ISSUER",
    "LENGTH",
    "LIFETIME",
    "MAX",
    "METHOD",
    "MIN",
    "MINUTES",
    "NAME",
    "PATH",
    "POLICY",
    "PREFIX",
    "REQUIRED",
    "SECONDS",
    "TIMEOUT",
    "TTL",
    "TYPE",
    "URI",
    "URL",
];

/** https://docs.aws.amazon.com/securityhub/latest/userguide/ecs-controls.html#ecs-8 */
const NAMED_BY_AWS = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "ECS_ENGINE_AUTH_DATA"];

/** Values that switch something, or stand for none. */
const HARMLESS = /^(|-?\d{1,5}|\(empty\)|disabled|enabled|false|no|none|null|off|on|true|yes)$/i;

/** Does a variable with this name hold a secret? */
export function isSecretName(name: string, value: string): boolean {
    if (NAMED_BY_AWS.includes(name.toUpperCase())) {
        return true;
    }
    const words = name
        .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
        .toUpperCase()
        .split(/[^A-Z0-9]+/)
        .filter((word) => word !== "");
    const isKey = words.some(
        (word, index) => /^KEYS?$/.test(word) && KINDS_OF_KEY.includes(words[index - 1] ?? ""),
    );
    const secret = isKey || words.some((word) => WORDS.includes(word) || word === "APIKEY");
    return secret && !ABOUT.includes(words.at(-1) ?? "") && !HARMLESS.test(value);
}

const PATTERNS: readonly (readonly [string, RegExp])[] = [
    ["an AWS access key", /\b(?:AKIA|ASIA)[A-Z2-7]{16}\b/],
    ["a private key", /-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY-----/],
    ["a GitHub token", /\b(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{22,})/],
    ["a GitLab token", /\bglpat-[A-Za-z0-9_-]{20,}/],
    ["a Slack token", /\bxox[abeoprs]-[A-Za-z0-9-]{10,}/],
    ["a Slack webhook", /hooks\.slack\.com\/services\/T[A-Z0-9]+\/B[A-Z0-9]+\//],
    ["a Stripe key", /\b[rs]k_live_[A-Za-z0-9]{16,}/],
    ["a Google API key", /\bAIza[A-Za-z0-9_-]{35}\b/],
    ["an npm token", /\bnpm_[A-Za-z0-9]{36}\b/],
    ["a SendGrid key", /\bSG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}/],
    ["a signed token", /\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}/],
    ["a Laravel key", /\bbase64:[A-Za-z0-9+/]{43}=/],
    ["an address with a password", /\b[a-z][a-z0-9+.-]*:\/\/[^/\s:@$"]+:[^/\s:@$"]{3,}@[^/\s"]/i],
];

/** What kind of secret a text holds, by the form that its issuer gave it. */
export function looksLikeSecret(text: string): string | undefined {
    return PATTERNS.find(([, pattern]) => pattern.test(text))?.[0];
}

/** Bits per character of a random text in base64 are close to 6; of words and names they are below 4. */
const RANDOM_BITS = 4.2;

/** A text that nobody would think of: 32 characters and more, of all kinds, in no order. */
export function looksRandom(text: string): string | undefined {
    const plain = text.replace(/^[a-z0-9]+:/i, "");
    const mixed = /[a-z]/.test(plain) && /[A-Z]/.test(plain) && /(?:\d.*){3}/.test(plain);
    return /^[A-Za-z0-9+/_=-]{32,}$/.test(plain) && mixed && entropy(plain) > RANDOM_BITS
        ? "a long random text"
        : undefined;
}

/** Shannon's, in bits per character. */
function entropy(text: string): number {
    const counts = new Map<string, number>();
    for (const character of text) {
        counts.set(character, (counts.get(character) ?? 0) + 1);
    }
    return [...counts.values()].reduce(
        (sum, count) => sum - (count / text.length) * Math.log2(count / text.length),
        0,
    );
}
