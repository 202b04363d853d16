import { join } from "node:path";
import { readRunConfig } from "../../config/index.ts";
import { chooseEngine, type EngineFlags } from "../engine-options.ts";
import { type StatusFlags, statusOptions } from "../operator/index.ts";
import { printResult } from "../output.ts";
import { setUpRun } from "../run-setup.ts";
import { summarise, trainRun } from "../train-run.ts";

interface PretrainCommandOptions extends EngineFlags, StatusFlags {
  readonly workers: number;
  readonly transport?: string;
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
  const status = statusOptions(options);
  const result = await trainRun({
    config,
    setup: await setUpRun(config, chooseEngine(options, config.engine)),
    runDirectory: options.run ?? join("runs", config.name),
    resume: options.resume,
    numLocalWorkers: options.workers,
    minWorkers: 1,
    ...(options.transport !== undefined && {
      listen: withRunName(options.transport, config.name),
    }),
    insecure: false,
    ...(status && { status }),
    quiet: options.json,
  });
  printResult(options.json, result, (r) => [summarise(r)]);
}

/** A broker's address alone gets the run's name, which keeps runs apart on one broker. */
function withRunName(address: string, name: string): string {
  if (!/^nats:\/\/[^/]+\/?$/.test(address)) return address;
  const prefix = name.replaceAll(/[^A-Za-z0-9_-]/g, "-").slice(0, 64);
  return `${address.replace(/\/$/, "")}/${prefix}`;
}
