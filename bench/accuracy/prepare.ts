// npx tsx bench/accuracy/prepare.ts --data DIR --out DIR: the rows of configs/pretrain-all.yaml from the data
// collection. One number a row; only rows that the measured protocols allow (see docs/recipe.md). Known rows under
// names that nobody has are a file of their own, without what the configuration holds out.

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { gzipSync } from "node:zlib";
import { parse } from "yaml";
import { type Example, parseSelectors } from "../../src/data/index.ts";
import { type Dataset, readDataset, readTargets } from "./datasets.ts";
import { architectureText, cellCounts, type Space } from "./texts.ts";
import { unnamedRows } from "./unnamed.ts";

/** The slowest and the fastest tenth of a device are left out, as HELP does. */
const TRIMMED_SHARE = 0.1;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      data: { type: "string", default: "examples/data" },
      out: { type: "string", default: "runs/pretrain-data" },
      config: { type: "string", default: "configs/pretrain-all.yaml" },
    },
  });
  const { data: directory, out } = values;
  mkdirSync(out, { recursive: true });
  const families: Readonly<Record<string, () => Promise<readonly Example[]>>> = {
    sempl: () => readDataset(directory, "sempl"),
    gpukernels: () => readDataset(directory, "gpukernels"),
    bhive: () => readDataset(directory, "bhive"),
    mlperf: () => readDataset(directory, "mlperf"),
    nb201: () => latencies(directory, "nb201_latency", "nas-bench-201"),
    fbnet: () => latencies(directory, "fbnet_latency", "fbnet"),
    ofa: () => latencies(directory, "ofa_latency", "ofa-mobilenetv3"),
    counts: () => counts(directory),
    macro: () => macro(directory),
  };
  const isHeldOut = parseSelectors(holdOutOf(values.config));
  const known: Example[] = [];
  const write = (family: string, rows: readonly Example[]): void => {
    const lines = rows.map(({ task, x, y, split }) =>
      JSON.stringify({ task, x, y: y.length === 1 ? y[0] : y, split }),
    );
    writeFileSync(join(out, `${family}.jsonl.gz`), gzipSync(`${lines.join("\n")}\n`));
    process.stdout.write(`${family}: ${rows.length} rows\n`);
  };
  for (const [family, read] of Object.entries(families)) {
    const rows = await read();
    write(family, rows);
    known.push(...rows.filter((row) => !isHeldOut(row)));
  }
  write("unnamed", unnamedRows(known));
}

function holdOutOf(path: string): string[] {
  const { holdOut } = parse(readFileSync(path, "utf8")) as { readonly holdOut: string[] };
  return holdOut;
}

/** HELP's own rows: the architectures it trains on, on the devices it trains on. */
async function latencies(directory: string, name: Dataset, space: Space): Promise<Example[]> {
  const rows = await readDataset(directory, name);
  const { y: labels, help_meta_train: devices } = readTargets(directory)[name]!;
  const support = rows.filter(({ meta }) => (meta as { help?: string }).help === "help_support");
  return devices!.flatMap((device) => {
    const at = labels.indexOf(`latency_ms:${device}`);
    const ordered = support.toSorted((a, b) => a.y[at]! - b.y[at]!);
    const cut = Math.floor(ordered.length * TRIMMED_SHARE);
    const kept = new Set(ordered.slice(cut, ordered.length - cut));
    return support
      .filter((row) => kept.has(row))
      .map((row) => ({
        ...row,
        task: `${name.replace("_", "/")}/${device}`,
        x: architectureText(space, "latency_ms", row.x, device),
        y: [row.y[at]!],
        // Test rows of this protocol are other architectures: the files' own test split may be trained on.
        split: row.split === "val" ? ("val" as const) : ("train" as const),
      }));
  });
}

async function counts(directory: string): Promise<Example[]> {
  const rows = await readDataset(directory, "nb201_latency");
  return rows.flatMap((row) =>
    Object.entries(cellCounts(row.x)).map(([metric, value]) => ({
      ...row,
      task: `nb201/${metric}`,
      x: architectureText("nas-bench-201", metric, row.x),
      y: [Number(value.toPrecision(6))],
    })),
  );
}

async function macro(directory: string): Promise<Example[]> {
  const rows = await readDataset(directory, "macro_accuracy");
  return rows.flatMap((row) =>
    ["cifar10_accuracy", "params", "flops"].map((metric, at) => ({
      ...row,
      task: `macro/${metric}`,
      x: architectureText("nas-bench-macro", metric, row.x),
      y: [row.y[at]!],
    })),
  );
}

await main();
