// npx tsx bench/accuracy/from-checkpoint.ts --config FILE --run DIR --out BUNDLE: the model of a run's newest
// checkpoint as a bundle with bf16 weights, while the run goes on.

import { parseArgs } from "node:util";
import { readLatestCheckpoint } from "../../src/checkpoint/index.ts";
import { setUpRun } from "../../src/cli/run-setup.ts";
import { readRunConfig } from "../../src/config/index.ts";
import { saveModel } from "../../src/training/index.ts";

const { values } = parseArgs({
  options: { config: { type: "string" }, run: { type: "string" }, out: { type: "string" } },
});
const config = readRunConfig(values.config!);
const { untrained } = await setUpRun(config, config.engine);
const { checkpoint } = readLatestCheckpoint(`${values.run}/checkpoints`);
const provenance = { run: config.name, steps: checkpoint!.step, holdOut: config.holdOut };
const parameters = checkpoint!.arrays["parameters"]!;
saveModel(values.out!, { ...untrained, parameters, provenance }, "unfinished", "bf16");
process.stdout.write(`${values.out}: step ${checkpoint!.step}\n`);
