// What `auspex adapt` was asked for, and whether the chosen way can do it: a flag that would do nothing is an error.

import { UsageError } from "../core/index.ts";
import type { AdaptMethod, AdaptOptions } from "../training/index.ts";

export interface AdaptFlags {
  readonly method: AdaptMethod;
  readonly seed: number;
  readonly effort?: NonNullable<AdaptOptions["effort"]>;
  readonly epochs?: number;
  readonly learningRate?: number;
  readonly batchSize?: number;
  readonly microBatch?: number;
  readonly patience?: number;
  /** A file. */
  readonly validation?: string;
  readonly validationShare?: number;
  /** A file. */
  readonly replay?: string;
  readonly replayShare?: number;
  readonly loraRank?: number;
  readonly loraAlpha?: number;
  /** A pattern. */
  readonly loraTargets?: string;
}

/** Which ways a flag belongs to. */
const WAYS: Readonly<Partial<Record<keyof AdaptFlags, readonly AdaptMethod[]>>> = {
  effort: ["auto"],
  epochs: ["auto", "full", "head", "lora"],
  learningRate: ["auto", "full", "head", "lora"],
  batchSize: ["auto", "full", "head", "lora"],
  microBatch: ["auto", "full", "head", "lora"],
  patience: ["auto", "full", "head", "lora"],
  replay: ["auto", "full", "head", "lora"],
  validation: ["full", "head", "lora"],
  validationShare: ["full", "head", "lora"],
  loraRank: ["lora"],
  loraAlpha: ["lora"],
  loraTargets: ["lora"],
};

/**
 * The options that do not come from files.
 *
 * @throws {UsageError} naming the flag and what it goes with.
 */
export function adaptOptionsOf(flags: AdaptFlags): Omit<AdaptOptions, "validation" | "replay"> {
  for (const [flag, ways] of Object.entries(WAYS)) {
    if (flags[flag as keyof AdaptFlags] === undefined || ways.includes(flags.method)) continue;
    throw new UsageError(
      `${spelled(flag)} goes with --method ${ways.join(", ")}; it is ${flags.method}`,
    );
  }
  if (flags.validation !== undefined && flags.validationShare !== undefined) {
    throw new UsageError("--validation and --validation-share: give one of them");
  }
  if (flags.replayShare !== undefined && flags.replay === undefined) {
    throw new UsageError("--replay-share needs --replay");
  }
  const { loraTargets } = flags;
  return {
    method: flags.method,
    seed: flags.seed,
    ...given("effort", flags.effort),
    ...given("maxEpochs", flags.epochs),
    ...given("learningRate", flags.learningRate),
    ...given("batchSize", flags.batchSize),
    ...given("microBatchSize", flags.microBatch),
    ...given("patience", flags.patience),
    ...given("validationShare", flags.validationShare),
    ...given("replayShare", flags.replayShare),
    ...given("loraRank", flags.loraRank),
    ...given("loraAlpha", flags.loraAlpha),
    ...given("loraTargets", loraTargets === undefined ? undefined : patternOf(loraTargets)),
  };
}

function given<K extends string, V>(name: K, value: V | undefined): { [P in K]?: V } {
  return value === undefined ? {} : ({ [name]: value } as { [P in K]?: V });
}

function patternOf(text: string): RegExp {
  try {
    return new RegExp(text, "u");
  } catch (cause) {
    throw new UsageError(`--lora-targets: ${text} is no regular expression`, { cause });
  }
}

function spelled(flag: string): string {
  return `--${flag.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}
