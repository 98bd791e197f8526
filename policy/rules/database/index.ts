/** Aurora: encrypted, private, backed up, and with nobody's password in the program. */
import type { Rule } from "../../rule";
import { ACCESS } from "./access";
import { OPERATION } from "./operation";
import { RECOVERY } from "./recovery";

export const DATABASE: readonly Rule[] = [...ACCESS, ...RECOVERY, ...OPERATION];
