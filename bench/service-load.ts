// What benchmarks of the service share: a model of 5 million parameters, the service as a process of its own,
// candidates of 256 tokens, and callers.

import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { Agent, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { Example } from "../src/data/index.ts";
import { modelConfigSchema } from "../src/model/index.ts";
import { openEngine } from "../src/tensor/index.ts";
import { DEFAULT_NUMBER_TOKENIZER, trainBytePairVocabulary } from "../src/tokenizer/index.ts";
import { saveModel, trainedModel } from "../src/training/index.ts";
import { pretrainedOn } from "./pretrain.ts";

const MAIN = fileURLToPath(new URL("../src/cli/main.ts", import.meta.url));
export const THREADS = 2;
const PRETRAINING = { numSteps: 30, batchSize: 4, learningRate: 1e-3 };
/** `small` has a hundredth of the parameters: for what a service does beside computing. */
const SIZES = {
  "5M": { dModel: 256, numEncoderLayers: 4, numDecoderLayers: 2, numHeads: 4 },
  small: { dModel: 32, numEncoderLayers: 1, numDecoderLayers: 1, numHeads: 2 },
} as const;

/** A configuration of about 256 tokens; equal numbers give equal texts. */
export function candidate(n: number): string {
  const options = Array.from(
    { length: 34 },
    (_, i) => `  option_${i}: ${(Math.imul(n + 1, 2654435761 + 97 * i) >>> 0) % 1000}`,
  );
  return `system: bench\nrun: ${n}\nconfig:\n${options.join("\n")}`;
}

/** A model that has learnt a little: one with drawn weights would have to search all numbers for every answer. */
export async function servedBundle(size: keyof typeof SIZES = "5M"): Promise<string> {
  // Trained once; later runs find it there.
  const name = `auspex-bench-service-${PRETRAINING.numSteps}${size === "5M" ? "" : `-${size}`}`;
  const bundle = join(tmpdir(), name);
  if (existsSync(bundle)) return bundle;
  const examples: Example[] = Array.from({ length: 400 }, (_, i) => {
    const x = candidate(i);
    const y = 10 + ((Math.imul(i + 1, 2654435761) >>> 0) % 1000) / 50;
    return { task: "bench", x, y: [y], split: "train" };
  });
  await openEngine({ engine: "native", threads: THREADS, precision: "auto" });
  const untrained = trainedModel({
    modelConfig: modelConfigSchema.parse({
      ...SIZES[size],
      maxInputTokens: 512,
      maxObjectives: 1,
    }),
    numberTokenizer: DEFAULT_NUMBER_TOKENIZER,
    textVocabulary: trainBytePairVocabulary(
      examples.map(({ x }) => x),
      { size: 400 },
    ),
    seed: 1,
    tasks: { bench: { numObjectives: 1, numExamples: examples.length } },
  });
  saveModel(bundle, await pretrainedOn(examples, untrained, PRETRAINING), "bench");
  return bundle;
}

export interface ServedBundle {
  readonly port: number;
  close(): Promise<void>;
}

/** `auspex serve` in a process of its own. */
export async function serve(bundle: string): Promise<ServedBundle> {
  const args = ["serve", "--bundle", bundle, "--port", "0", "--json", "--engine", "native"];
  const command = ["--import", "tsx", MAIN, ...args, "--threads", String(THREADS)];
  const child: ChildProcess = spawn(process.execPath, command, {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = new Promise<void>((resolve) => {
    child.once("close", () => resolve());
  });
  const url = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout! }).once("line", (line) =>
      resolve((JSON.parse(line) as { url: string }).url),
    );
    void ended.then(() => reject(new Error("the service did not start")));
  });
  return {
    port: Number(new URL(url).port),
    close: () => {
      child.kill("SIGTERM");
      return ended;
    },
  };
}

export interface Load {
  /** Milliseconds of each answered request. */
  readonly timesMs: readonly number[];
  readonly seconds: number;
  /** Requests by status. */
  readonly statuses: ReadonlyMap<number, number>;
}

/** So many callers, each with one request at a time, until `isDone`. */
export async function load(
  port: number,
  numCallers: number,
  texts: () => readonly string[],
  isDone: (numRequests: number, elapsedMs: number) => boolean,
  extraHeaders: Readonly<Record<string, string>> = {},
): Promise<Load> {
  const agent = new Agent({ keepAlive: true, maxSockets: numCallers });
  const timesMs: number[] = [];
  const statuses = new Map<number, number>();
  const start = performance.now();
  let numRequests = 0;
  const call = async (): Promise<void> => {
    while (!isDone(numRequests++, performance.now() - start)) {
      const sentAt = performance.now();
      const candidates = texts().map((text) => ({ kind: "yaml", text }));
      const status = await post(agent, port, JSON.stringify({ candidates }), extraHeaders);
      timesMs.push(performance.now() - sentAt);
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
    }
  };
  await Promise.all(Array.from({ length: numCallers }, call));
  agent.destroy();
  return { timesMs, seconds: (performance.now() - start) / 1000, statuses };
}

/** The value at share `p` of the sorted values. */
export function quantile(values: readonly number[], p: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(p * (sorted.length - 1))] ?? Number.NaN;
}

export interface ServiceState {
  readonly rssMiB: number;
  /** Candidates that the model was asked about so far. */
  readonly misses: number;
  /** Processor time of all its threads so far. */
  readonly processorSeconds: number;
}

/** What the service says about itself. */
export async function stateOf(port: number): Promise<ServiceState> {
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  const value = (name: string): number => Number(new RegExp(`^${name} (.*)$`, "m").exec(text)?.[1]);
  return {
    rssMiB: value("auspex_resident_bytes") / 2 ** 20,
    misses: value("auspex_cache_misses"),
    processorSeconds: value("auspex_processor_seconds"),
  };
}

function post(
  agent: Agent,
  port: number,
  body: string,
  extraHeaders: Readonly<Record<string, string>>,
): Promise<number> {
  const headers = {
    "content-type": "application/json",
    "content-length": Buffer.byteLength(body),
    ...extraHeaders,
  };
  const options = { agent, port, host: "127.0.0.1", method: "POST", path: "/v1/score", headers };
  return new Promise((resolve, reject) => {
    const sent = request(options, (response) => {
      response.resume();
      response.on("end", () => resolve(response.statusCode ?? 0));
    });
    sent.on("error", reject);
    sent.end(body);
  });
}
