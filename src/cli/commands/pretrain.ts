import { join } from "node:path";
import { readRunConfig } from "../../config/index.ts";
import { chooseEngine, type EngineFlags } from "../engine-options.ts";
import { printResult } from "../output.ts";
import { summarise, trainRun } from "../train-run.ts";

interface PretrainCommandOptions extends EngineFlags {
  readonly workers: number;
  readonly run?: string;
  readonly resume: boolean;
  readonly json: boolean;
}

/** `auspex pretrain`: a coordinator here and local workers as separate processes. */
export async function pretrainCommand(
  configPath: string,
  options: PretrainCommandOptions,
): Promise<void> {
  const config = readRunConfig(configPath);
  const result = await trainRun({
    config,
    engine: chooseEngine(options, config.engine),
    runDirectory: options.run ?? join("runs", config.name),
    resume: options.resume,
    numLocalWorkers: options.workers,
    minWorkers: 1,
    insecure: false,
    quiet: options.json,
  });
  printResult(options.json, result, (r) => [summarise(r)]);
}
