/** Mistakes of people who know YAML better than this program: each is answered in its own words, and once. */
import { itExplains } from "../support/mistakes";

const WEB = 'selfhost:apps: { web: { user: "1", readonlyRootFilesystem: true, ';

describe("what is said about a value of the wrong kind", () => {
    itExplains([
        {
            name: "a number in quotes: it goes without",
            config: `${WEB}port: "8080" } }`,
            path: "selfhost:apps.web.port",
            says: /^is not a number\.$/,
            fix: /^Write it without quotes: 8080\.$/,
        },
        {
            name: "a text where a list belongs: as a list",
            config: `${WEB}command: npm start } }`,
            path: "selfhost:apps.web.command",
            says: /^is not a list\.$/,
            fix: /`\[npm, start\]`/,
        },
        {
            name: "an empty list",
            config: `${WEB}entryPoint: [] } }`,
            path: "selfhost:apps.web.entryPoint",
            says: /^is empty\.$/,
            fix: /or remove it/,
        },
        {
            name: "a list where a group belongs",
            config: "selfhost:apps: [bookstack]",
            path: "selfhost:apps",
            says: /^is not a group of settings\.$/,
            fix: /names and colons instead of dashes/,
        },
        {
            name: "nothing where a group belongs",
            config: "selfhost:network:",
            path: "selfhost:network",
            says: /^is empty\.$/,
            fix: /or remove it/,
        },
        {
            name: "a text that is too long, once",
            config: `selfhost:domain: ${"a".repeat(63)}.example.com`,
            path: "selfhost:domain",
            says: /^is too long: the most is 64 characters\.$/,
            fix: /64 characters or less/,
        },
        {
            name: "what is missing: how it is written",
            app: 'scale: { schedule: { days: MON-FRI, stop: "19:00", timezone: Europe/Berlin } }',
            path: "selfhost:apps.bookstack.scale.schedule.start",
            says: /^is missing\.$/,
            fix: /^Write it in quotes, like `"07:30"`\.$/,
        },
        {
            name: "none of several ways",
            config: `${WEB}secrets: { TOKEN: {} } } }`,
            path: "selfhost:apps.web.secrets.TOKEN",
            says: /^says nothing\.$/,
            fix: /`ssm:` or `secretsManager:`/,
        },
        {
            name: "a text instead of one of several ways",
            config: `${WEB}secrets: { TOKEN: abc } } }`,
            path: "selfhost:apps.web.secrets.TOKEN",
            says: /^is not a group of settings\.$/,
            fix: /`ssm:` or `secretsManager:`/,
        },
        {
            name: "another word than a known one of the same length: not taken for a slip of the fingers",
            app: "port: 80",
            path: "selfhost:apps.bookstack.port",
            says: /is not a setting/,
            fix: /^Remove it, or use one of: /,
        },
    ]);
});

describe("what is said about a place that does not exist", () => {
    itExplains([
        {
            name: "a region that AWS does not have",
            config: "aws:region: eu-west-9",
            path: "aws:region",
            says: /^is not a region of AWS\.$/,
            fix: /`aws:region: eu-west-\d`/,
        },
        {
            name: "a region in capital letters",
            config: "aws:region: EU-WEST-1",
            path: "aws:region",
            says: /^is not a region of AWS\.$/,
            fix: /`aws:region: eu-west-1`/,
        },
        {
            name: "a zone instead of a region",
            config: "aws:region: eu-central-1a",
            path: "aws:region",
            says: /^is not a region of AWS\.$/,
            fix: /`aws:region: eu-central-1`/,
        },
        {
            name: "a region that AWS does not have, of another environment",
            config: "selfhost:delivery: { promotesTo: [{ environment: prod, region: eu-west-9 }] }",
            path: "selfhost:delivery.promotesTo[0].region",
            says: /^is not a region of AWS\.$/,
            fix: /`eu-west-1`/,
        },
        {
            name: "a zone that no region has",
            config: "selfhost:network: { zones: [a, x] }",
            path: "selfhost:network.zones[1]",
            says: /is not the letter of a zone/,
            fix: /from a to f/,
        },
        {
            name: "a setting under another name than this program's",
            config: "wiki:profile: dev",
            path: "wiki:profile",
            says: /read by nobody/,
            fix: /`selfhost:profile`/,
        },
        {
            name: "a share of the requests that is none, and nothing that follows from it",
            config: `${WEB}deploy: { strategy: canary, canary: { percent: 100, bake: 5 } } } }`,
            path: "selfhost:apps.web.deploy.canary.percent",
            says: /too large: the most is 99/,
            fix: /99 or less/,
        },
    ]);
});
