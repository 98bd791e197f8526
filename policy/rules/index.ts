/** All rules, by concern. */
import type { Rule } from "../rule";
import { BUCKETS } from "./buckets";
import { BUILDS } from "./builds";
import { CERTIFICATES } from "./certificates";
import { COMMAND_LINES } from "./commandLines";
import { CONTAINERS } from "./containers";
import { CONSISTENCY } from "./consistency";
import { COVERAGE } from "./coverage";
import { DATABASE } from "./database";
import { DEPLOYMENTS } from "./deployments";
import { EDGE } from "./edge";
import { ENCRYPTION } from "./encryption";
import { FILES } from "./files";
import { FIREWALL } from "./firewall";
import { FUNCTIONS } from "./functions";
import { IDENTITY } from "./identity";
import { KEYS } from "./keys";
import { NETWORK } from "./network";
import { PERMISSIONS } from "./permissions";
import { PIPELINES } from "./pipelines";
import { PROTECTION } from "./protection";
import { REACHABILITY } from "./reachability";
import { REGISTRY } from "./registry";
import { ROLES } from "./roles";
import { ROUTES } from "./routes";
import { SECRETS } from "./secrets";
import { SERVICES } from "./services";
import { TELLING } from "./telling";
import { TRUST } from "./trust";

export const RULES: readonly Rule[] = [
    ...NETWORK,
    ...REACHABILITY,
    ...ROUTES,
    ...EDGE,
    ...CERTIFICATES,
    ...FIREWALL,
    ...DATABASE,
    ...BUCKETS,
    ...FILES,
    ...REGISTRY,
    ...CONTAINERS,
    ...SERVICES,
    ...DEPLOYMENTS,
    ...ROLES,
    ...PERMISSIONS,
    ...SECRETS,
    ...COMMAND_LINES,
    ...ENCRYPTION,
    ...IDENTITY,
    ...TRUST,
    ...KEYS,
    ...FUNCTIONS,
    ...BUILDS,
    ...PIPELINES,
    ...PROTECTION,
    ...CONSISTENCY,
    ...TELLING,
    ...COVERAGE,
];
