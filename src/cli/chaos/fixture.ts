// The small run that is broken on purpose: the real model on rows made from a seed, many steps, several pieces
// a gradient, so that there are places to break it at.

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Random } from "../../core/index.ts";

export interface Fixture {
  readonly config: string;
  readonly numSteps: number;
  /** For the coordinator: small pieces, and deadlines that fit steps of milliseconds. */
  readonly policy: Readonly<Record<string, number | string>>;
}

const NUM_ROWS = 192;
const TASKS = ["chaos/sum", "chaos/count", "chaos/length"];

/** Writes the configuration and its data into a directory. */
export function writeFixture(directory: string, numSteps: number): Fixture {
  mkdirSync(directory, { recursive: true });
  const rows = Array.from({ length: NUM_ROWS }, (_, i) => JSON.stringify(rowOf(i)));
  writeFileSync(join(directory, "rows.jsonl"), `${rows.join("\n")}\n`);
  const config = join(directory, "chaos.yaml");
  // JSON is YAML.
  writeFileSync(config, JSON.stringify(configOf(numSteps), null, 2));
  const policy = {
    chunkBytes: 16_384,
    windowBytes: 65_536,
    joinWindowMs: 120_000,
    heartbeatIntervalMs: 500,
    leaseMinMs: 2000,
    resendMs: 500,
  };
  return { config, numSteps, policy };
}

function rowOf(i: number): object {
  const random = new Random("chaos rows", i);
  const digits = Array.from({ length: 3 + random.int(5) }, () => random.int(10));
  const task = TASKS[i % TASKS.length]!;
  const sum = digits.reduce((total, digit) => total + digit, 0);
  const split = i % 8 === 7 ? "val" : "train";
  return { x: `digits ${digits.join(" ")}`, y: 1 + sum, task, split };
}

function configOf(numSteps: number): object {
  return {
    name: "chaos",
    seed: 1,
    engine: { engine: "auto", threads: 1, precision: "f32" },
    data: [{ file: "rows.jsonl" }],
    vocabulary: { kind: "train", size: 320 },
    numberTokenizer: {
      kind: "ieee",
      base: 10,
      numExponentDigits: 2,
      numMantissaDigits: 2,
      rounding: "nearest",
    },
    model: {
      preset: "modern",
      dModel: 32,
      numEncoderLayers: 1,
      numDecoderLayers: 1,
      numHeads: 2,
      maxInputTokens: 64,
      maxObjectives: 1,
    },
    training: {
      numSteps,
      globalBatchSize: 32,
      numMicroshards: 16,
      optimizer: { kind: "adamw", learningRate: 0.003, beta1: 0.9, beta2: 0.98, weightDecay: 0.01 },
      schedule: { kind: "cosine", warmupSteps: 5, finalFraction: 0.1 },
      clipNorm: 1,
      mixture: { temperature: 2 },
      evalEverySteps: 5,
      evalExamples: 16,
      checkpointEverySteps: 4,
    },
  };
}
