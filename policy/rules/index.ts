/** All rules, by concern. */
import type { Rule } from "../rule";
import { BUCKETS } from "./buckets";
import { CONTAINERS } from "./containers";
import { CONSISTENCY } from "./consistency";
import { DATABASE } from "./database";
import { EDGE } from "./edge";
import { FILES } from "./files";
import { IDENTITY } from "./identity";
import { NETWORK } from "./network";
import { PROTECTION } from "./protection";
import { REACHABILITY } from "./reachability";
import { REGISTRY } from "./registry";
import { ROLES } from "./roles";
import { SECRETS } from "./secrets";
import { SERVICES } from "./services";

export const RULES: readonly Rule[] = [
    ...NETWORK,
    ...REACHABILITY,
    ...EDGE,
    ...DATABASE,
    ...BUCKETS,
    ...FILES,
    ...REGISTRY,
    ...CONTAINERS,
    ...SERVICES,
    ...ROLES,
    ...SECRETS,
    ...IDENTITY,
    ...PROTECTION,
    ...CONSISTENCY,
];
