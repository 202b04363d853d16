// A prepared dataset: making it from JSON lines, checking it, and drawing samples from it. Rows are made up: key:value
// lines of very different lengths in eight tasks. `npm run bench -- data=1e9` for a billion characters (of text; twice
// that on disk, in the directory for temporary files). Cold samples read their blocks and check the hashes (the
// system may have the files in memory); warm ones find them in the reader's cache.

import { closeSync, mkdtempSync, openSync, rmSync, statSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { prepareDataset, verifyPrepared } from "../src/data/index.ts";
import { readRunData } from "../src/training/index.ts";
import { digits, printRows, spreadOf } from "./measure.ts";

const NUM_TASKS = 8;
/** Their blocks fit into the reader's cache. */
const SAMPLES_A_ROUND = 2048;
const ROUNDS = 5;
const BATCH = 256;
/** Texts are one of these after a line of their own. */
const NUM_BODIES = 4096;

export async function main(numChars = "20e6"): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), "auspex-bench-"));
  try {
    await measureData(directory, Number(numChars));
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

async function measureData(directory: string, numChars: number): Promise<void> {
  const lines = join(directory, "rows.jsonl");
  const dataset = join(directory, "rows");
  const numRows = writeRows(lines, numChars);
  const megabytes = statSync(lines).size / 1e6;
  const made = await watched(() => prepareDataset([lines], dataset));
  const checked = await watched(() => verifyPrepared(dataset));
  const megabytesInShards = checked.result.shards.reduce((sum, { bytes }) => sum + bytes / 1e6, 0);
  printRows(
    [`${numRows} rows of ${numChars} characters`, "MB/s", "seconds", "peak MB"],
    [
      ["preparing from JSON lines", ...figures(megabytes, made)],
      ["verifying", ...figures(megabytesInShards, checked)],
    ],
  );
  const drawn = await watched(() => drawSamples(dataset));
  const row = (name: string, rates: readonly number[], peak: string): string[] => {
    const { median, p10, p90 } = spreadOf(rates);
    return [name, digits(median), digits(p10), digits(p90), peak];
  };
  const { openSeconds, cold, warm } = drawn.result;
  printRows(
    ["sampling", "rows/s", "p10", "p90", "peak MB"],
    [row("cold", cold, ""), row("warm", warm, digits(drawn.peakMegabytes))],
  );
  process.stdout.write(`opened in ${digits(openSeconds)} s\n`);
}

function figures(megabytes: number, { seconds, peakMegabytes }: Watched<unknown>): string[] {
  return [digits(megabytes / seconds), digits(seconds), digits(peakMegabytes)];
}

interface Watched<Result> {
  readonly result: Result;
  readonly seconds: number;
  /** Resident memory of this process. */
  readonly peakMegabytes: number;
}

async function watched<Result>(run: () => Promise<Result>): Promise<Watched<Result>> {
  let peak = 0;
  const look = (): void => {
    peak = Math.max(peak, process.memoryUsage.rss());
  };
  const timer = setInterval(look, 50);
  const start = performance.now();
  const result = await run();
  const seconds = (performance.now() - start) / 1000;
  look();
  clearInterval(timer);
  return { result, seconds, peakMegabytes: peak / 1e6 };
}

async function drawSamples(dataset: string) {
  const start = performance.now();
  const data = [{ file: dataset, where: [], access: "local" as const }];
  const spec = { seed: 1, data, holdOut: [], mixture: { temperature: 1 }, evalExamples: 0 };
  const rows = await (await readRunData(spec)).rows();
  const openSeconds = (performance.now() - start) / 1000;
  const rateOf = async (round: number): Promise<number> => {
    const from = performance.now();
    for (let done = 0; done < SAMPLES_A_ROUND; done += BATCH) {
      const first = round * SAMPLES_A_ROUND + done;
      await rows.samples(Array.from({ length: BATCH }, (_, i) => first + i));
    }
    return SAMPLES_A_ROUND / ((performance.now() - from) / 1000);
  };
  const cold: number[] = [];
  const warm: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    cold.push(await rateOf(round));
    warm.push(await rateOf(round));
  }
  return { openSeconds, cold, warm };
}

/** Writes JSON lines until their texts have `numChars` characters. @returns the number of rows. */
function writeRows(path: string, numChars: number): number {
  const file = openSync(path, "wx");
  let state = 1;
  const draw = (below: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const bodies = Array.from({ length: NUM_BODIES }, () => {
    let body = "";
    for (let key = 2 + draw(40); key > 0; key--) body += `\noption_${key}: ${draw(100_000)}`;
    return { json: JSON.stringify(body).slice(1, -1), numChars: body.length };
  });
  let numRows = 0;
  let written = 0;
  let pending = "";
  while (written < numChars) {
    const head = `run: ${numRows}`;
    const { json, numChars: bodyChars } = bodies[draw(NUM_BODIES)]!;
    const task = `made-up/${numRows % NUM_TASKS}`;
    const y = draw(1_000_000) / 1000;
    pending += `{"task":"${task}","x":"${head}${json}","y":${y},"split":"train"}\n`;
    written += head.length + bodyChars;
    numRows++;
    if (pending.length > 1 << 20 || written >= numChars) {
      writeSync(file, pending);
      pending = "";
    }
  }
  closeSync(file);
  return numRows;
}
