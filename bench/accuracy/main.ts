// npm run bench:accuracy [-- --quick --data DIR --model BUNDLE --only sempl,help --draws N --out FILE
// --development]: the published protocols on what the model has not seen, with simple rivals in the same run. One line of JSON per result, a
// table in the end.

import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { InputError } from "../../src/core/index.ts";
import { parseSelectors } from "../../src/data/index.ts";
import { openEngine } from "../../src/tensor/index.ts";
import { openModel, Predictor } from "../../src/training/index.ts";
import { DEVELOPMENT_TARGETS, disguised } from "./development.ts";
import { measureProblem, type Result } from "./measure.ts";
import type { Problem } from "./problem.ts";
import { accuracyProblems, helpProblems } from "./protocols/architectures.ts";
import { bhiveProblems, mlperfProblems } from "./protocols/code-and-servers.ts";
import { gpuProblems } from "./protocols/gpukernels.ts";
import { semplProblems } from "./protocols/sempl.ts";
import type { Setting } from "./setting.ts";
import { tableOf } from "./table.ts";

const PROTOCOLS: Readonly<Record<string, (setting: Setting) => Promise<Problem[]>>> = {
  sempl: semplProblems,
  help: helpProblems,
  gpukernels: gpuProblems,
  bhive: bhiveProblems,
  "nb201-accuracy": accuracyProblems,
  mlperf: mlperfProblems,
};

const { values } = parseArgs({
  options: {
    data: { type: "string", default: "examples/data" },
    model: { type: "string", default: "models/auspex-small" },
    only: { type: "string", default: Object.keys(PROTOCOLS).join(",") },
    targets: { type: "string", default: "*" },
    draws: { type: "string" },
    rows: { type: "string" },
    out: { type: "string" },
    quick: { type: "boolean", default: false },
    development: { type: "boolean", default: false },
  },
});

await openEngine();
const trained = openModel(values.model);
const predictor = new Predictor(trained);
const heldOut = trained.provenance["holdOut"] as readonly string[];
const isHeldOut = (task: string): boolean => parseSelectors(heldOut)({ task, split: "train" });
const setting: Setting = {
  data: values.data,
  quick: values.quick,
  maxRows: Number(values.rows ?? (values.quick ? 250 : 20_000)),
  numDraws: Number(values.draws ?? (values.quick ? 3 : 10)),
  isHeldOut,
  isTarget: (task) => (values.development ? DEVELOPMENT_TARGETS.includes(task) : isHeldOut(task)),
};
const isWanted = parseSelectors([`task=${values.targets}`]);
const results: Result[] = [];
for (const name of values.only.split(",")) {
  const problems = await PROTOCOLS[name]!(setting).catch((error: unknown) => {
    if (!(error instanceof InputError)) throw error;
    process.stderr.write(`${name}: left out: ${error.message}\n`);
    return [];
  });
  for (const original of problems) {
    if (values.development && !DEVELOPMENT_TARGETS.includes(original.target)) continue;
    const problem = values.development ? disguised(original) : original;
    if (!isWanted({ task: problem.target, split: "train" })) continue;
    for (const result of await measureProblem(predictor, problem, setting)) {
      results.push(result);
      process.stdout.write(`${JSON.stringify(result)}\n`);
    }
  }
}
predictor.dispose();
const table = tableOf(results);
process.stdout.write(`\n${table}\n`);
if (values.out !== undefined) {
  const command = `npm run bench:accuracy -- ${process.argv.slice(2).join(" ")}`;
  writeFileSync(values.out, `${command}\n\n${table}\n`);
}
