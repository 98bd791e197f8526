/** All rules, by concern. */
import type { Rule } from "../rule";
import { BUCKETS } from "./buckets";
import { BUILDS } from "./builds";
import { CONTAINERS } from "./containers";
import { CONSISTENCY } from "./consistency";
import { DATABASE } from "./database";
import { EDGE } from "./edge";
import { FILES } from "./files";
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
    ...DATABASE,
    ...BUCKETS,
    ...FILES,
    ...REGISTRY,
    ...CONTAINERS,
    ...SERVICES,
    ...ROLES,
    ...PERMISSIONS,
    ...SECRETS,
    ...IDENTITY,
    ...TRUST,
    ...KEYS,
    ...FUNCTIONS,
    ...BUILDS,
    ...PIPELINES,
    ...PROTECTION,
    ...CONSISTENCY,
    ...TELLING,
];
