// All protocols by name.

import type { Problem } from "../problem.ts";
import type { Setting } from "../setting.ts";
import { accuracyProblems, helpProblems } from "./architectures.ts";
import { bhiveProblems, mlperfProblems } from "./code-and-servers.ts";
import { gpuProblems } from "./gpukernels.ts";
import { semplProblems } from "./sempl.ts";

/** The longest first. */
export const PROTOCOLS: Readonly<Record<string, (setting: Setting) => Promise<Problem[]>>> = {
  help: helpProblems,
  sempl: semplProblems,
  gpukernels: gpuProblems,
  bhive: bhiveProblems,
  "nb201-accuracy": accuracyProblems,
  mlperf: mlperfProblems,
};
