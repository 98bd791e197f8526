import { BUILD_CASES } from "./builds";
import type { Cases } from "./cases";
import { CONTAINER_CASES } from "./compute";
import { DATABASE_CASES } from "./database";
import { DEPLOYMENT_CASES } from "./deployments";
import { EDGE_CASES } from "./edge";
import { FILES_CASES } from "./files";
import { IDENTITY_CASES } from "./identity";
import { FUNCTION_CASES, KEY_CASES } from "./keys";
import { NETWORK_CASES } from "./network";
import { OUTSIDE_CASES } from "./outside";
import { PIPELINE_CASES } from "./pipelines";
import { REACHABILITY_CASES } from "./reachability";
import { ROLE_CASES } from "./roles";
import { ROUTE_CASES } from "./routes";
import { CONSISTENCY_CASES, PROTECTION_CASES } from "./safety";
import { SECRET_CASES } from "./secrets";
import { SERVICE_CASES } from "./services";
import { STORAGE_CASES } from "./storage";
import { TELLING_CASES } from "./telling";
import { TRUST_CASES } from "./trust";

export const CASES: Cases = {
    ...NETWORK_CASES,
    ...REACHABILITY_CASES,
    ...ROUTE_CASES,
    ...EDGE_CASES,
    ...DATABASE_CASES,
    ...STORAGE_CASES,
    ...FILES_CASES,
    ...CONTAINER_CASES,
    ...SERVICE_CASES,
    ...DEPLOYMENT_CASES,
    ...ROLE_CASES,
    ...SECRET_CASES,
    ...BUILD_CASES,
    ...PIPELINE_CASES,
    ...IDENTITY_CASES,
    ...TRUST_CASES,
    ...KEY_CASES,
    ...FUNCTION_CASES,
    ...PROTECTION_CASES,
    ...CONSISTENCY_CASES,
    ...TELLING_CASES,
    ...OUTSIDE_CASES,
};
