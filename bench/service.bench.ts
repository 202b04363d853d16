// The evaluator's service under load: candidates per second and latency at 1, 8 and 64 callers. The model is a
// stand-in that takes a fixed time per token, so that what is measured is the way to it and back; `cached` has
// no model at all.

import { Agent, request } from "node:http";
import {
  openSurrogate,
  type PredictedNumber,
  type Predictor,
  startService,
} from "../src/evaluator/index.ts";
import { builtInKinds, KindHost } from "../src/plugins/index.ts";

const MODEL_MS = 5;
const SECONDS = 2;

const answer: PredictedNumber = { mean: 1, median: 1, std: 1, quantile: (p) => p };

/** Takes `MODEL_MS` per batch, whatever its size. */
const stand: Predictor = {
  id: "stand-in",
  objectives: ["y"],
  predict: async (texts) => {
    await new Promise((resolve) => {
      setTimeout(resolve, MODEL_MS);
    });
    return texts.map(() => [answer]);
  },
};

/** A configuration of about 256 tokens. */
function candidate(n: number): string {
  const options = Array.from({ length: 40 }, (_, i) => `  option_${i}: ${(n * 31 + i * 7) % 1000}`);
  return `system: bench\nrun: ${n}\nconfig:\n${options.join("\n")}`;
}

export async function main(): Promise<void> {
  const surrogate = openSurrogate({ predictor: stand, plugins: new KindHost(builtInKinds()) });
  const service = await startService({ surrogate });
  process.stdout.write(`model: ${MODEL_MS} ms a batch\n`);
  process.stdout.write("callers  answers      candidates/s   p50 ms   p99 ms\n");
  let next = 0;
  for (const numCallers of [1, 8, 64]) {
    line(numCallers, "model", await load(service.port, numCallers, () => candidate(next++)));
    line(numCallers, "cached", await load(service.port, numCallers, () => candidate(0)));
  }
  const { rss } = process.memoryUsage();
  process.stdout.write(
    `resident memory after ${next} candidates: ${(rss / 2 ** 20).toFixed(0)} MiB\n`,
  );
  await service.close();
}

function line(numCallers: number, answers: string, times: readonly number[]): void {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (p: number): string => sorted[Math.floor(p * (sorted.length - 1))]!.toFixed(2);
  const rate = (times.length / SECONDS).toFixed(0);
  const cells = [String(numCallers).padStart(7), answers.padEnd(8), rate.padStart(15)];
  process.stdout.write(`${cells.join("  ")}  ${at(0.5).padStart(7)}  ${at(0.99).padStart(7)}\n`);
}

/** Milliseconds of each request of so many callers, each with one request at a time. */
async function load(port: number, numCallers: number, text: () => string): Promise<number[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: numCallers });
  const times: number[] = [];
  const end = performance.now() + 1000 * SECONDS;
  const call = async (): Promise<void> => {
    while (performance.now() < end) {
      const start = performance.now();
      await post(agent, port, JSON.stringify({ candidates: [{ kind: "yaml", text: text() }] }));
      times.push(performance.now() - start);
    }
  };
  await Promise.all(Array.from({ length: numCallers }, call));
  agent.destroy();
  return times;
}

function post(agent: Agent, port: number, body: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = {
      "content-type": "application/json",
      "content-length": Buffer.byteLength(body),
    };
    const sent = request({
      agent,
      port,
      host: "127.0.0.1",
      method: "POST",
      path: "/v1/score",
      headers,
    });
    sent.on("response", (response) => {
      response.resume();
      response.on("end", () => {
        if (response.statusCode === 200) resolve();
        else reject(new Error(`status ${response.statusCode}`));
      });
    });
    sent.on("error", reject);
    sent.end(body);
  });
}
