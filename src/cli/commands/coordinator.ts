import { join } from "node:path";
import { readRunConfig } from "../../config/index.ts";
import { type CoordinatorPolicy, coordinatorPolicySchema } from "../../coordinator/index.ts";
import { messageOf, UsageError } from "../../core/index.ts";
import { chooseEngine, type EngineFlags } from "../engine-options.ts";
import { type StatusFlags, statusOptions } from "../operator/index.ts";
import { noteLine, printResult } from "../output.ts";
import { setUpRun } from "../run-setup.ts";
import { summarise, trainRun } from "../train-run.ts";

interface CoordinatorCommandOptions extends EngineFlags, StatusFlags {
  readonly listen: string;
  readonly run?: string;
  readonly minWorkers: number;
  readonly resume: boolean;
  readonly insecure: boolean;
  readonly key?: string;
  readonly allow?: string;
  /** JSON. */
  readonly policy?: string;
  readonly failpoint: readonly string[];
  readonly json: boolean;
}

/** `auspex coordinator`: the same run for workers that others start. */
export async function coordinatorCommand(
  configPath: string,
  options: CoordinatorCommandOptions,
): Promise<void> {
  const config = readRunConfig(configPath);
  const status = statusOptions(options);
  const result = await trainRun({
    config,
    setup: await setUpRun(config, chooseEngine(options, config.engine)),
    runDirectory: options.run ?? join("runs", config.name),
    resume: options.resume,
    numLocalWorkers: 0,
    minWorkers: options.minWorkers,
    listen: options.listen,
    insecure: options.insecure,
    ...(options.key !== undefined && { key: options.key }),
    ...(options.allow !== undefined && { allow: options.allow }),
    ...(status && { status }),
    ...(options.policy !== undefined && { policy: parsePolicy(options.policy) }),
    failpoints: options.failpoint,
    quiet: options.json,
    onListening: (address) =>
      noteLine(`listening on ${address}; workers join with: auspex worker --join ${address}`),
  });
  printResult(options.json, result, (r) => [summarise(r)]);
}

/** @throws {UsageError} naming the field that breaks a rule. */
function parsePolicy(json: string): Partial<CoordinatorPolicy> {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    throw new UsageError(`--policy is not valid JSON: ${messageOf(error)}`);
  }
  const parsed = coordinatorPolicySchema.partial().safeParse(value);
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!;
    throw new UsageError(`--policy: ${issue.path.join(".") || "the value"}: ${issue.message}`);
  }
  // What was given, without the defaults of what was not.
  return value as Partial<CoordinatorPolicy>;
}
