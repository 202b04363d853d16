import { join } from "node:path";
import { readRunConfig } from "../../config/index.ts";
import { chooseEngine, type EngineFlags } from "../engine-options.ts";
import { noteLine, printResult } from "../output.ts";
import { summarise, trainRun } from "../train-run.ts";

interface CoordinatorCommandOptions extends EngineFlags {
  readonly listen: string;
  readonly run?: string;
  readonly minWorkers: number;
  readonly resume: boolean;
  readonly insecure: boolean;
  readonly key?: string;
  readonly allow?: string;
  readonly json: boolean;
}

/** `auspex coordinator`: the same run for workers that others start. */
export async function coordinatorCommand(
  configPath: string,
  options: CoordinatorCommandOptions,
): Promise<void> {
  const config = readRunConfig(configPath);
  const result = await trainRun({
    config,
    engine: chooseEngine(options, config.engine),
    runDirectory: options.run ?? join("runs", config.name),
    resume: options.resume,
    numLocalWorkers: 0,
    minWorkers: options.minWorkers,
    listen: options.listen,
    insecure: options.insecure,
    ...(options.key !== undefined && { key: options.key }),
    ...(options.allow !== undefined && { allow: options.allow }),
    quiet: options.json,
    onListening: (address) =>
      noteLine(`listening on ${address}; workers join with: auspex worker --join ${address}`),
  });
  printResult(options.json, result, (r) => [summarise(r)]);
}
