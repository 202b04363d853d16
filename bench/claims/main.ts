// npx tsx bench/claims/main.ts [--data DIR|bundled] [--only NAME,NAME] [--seeds 1,2] [--out FILE] [--keep DIR] [--pictures DIR]
// [--threads N] [--tables]: the claims of the papers at a small scale. One line of JSON per result, kept in FILE, which a later run
// continues; a table per claim in the end. Models are kept under DIR and shared between claims.

import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { UsageError } from "../../src/core/index.ts";
import { openEngine } from "../../src/tensor/index.ts";
import { openTrials, type Result } from "./claim.ts";
import { CLAIMS } from "./claims/index.ts";
import { picturesOf } from "./draw.ts";
import { openWorkshop } from "./models.ts";
import { readClaimRows } from "./rows.ts";
import { tablesOf } from "./table.ts";

const { values } = parseArgs({
  options: {
    data: { type: "string", default: "bundled" },
    only: { type: "string", default: CLAIMS.map(({ name }) => name).join(",") },
    seeds: { type: "string", default: "1,2,3" },
    out: { type: "string", default: join("runs", "claims", "results.jsonl") },
    keep: { type: "string", default: join("runs", "claims", "models") },
    pictures: { type: "string" },
    threads: { type: "string" },
    /** Nothing is run: tables and pictures of the results that are there. */
    tables: { type: "boolean", default: false },
  },
});

const claims = values.only.split(",").map((name) => {
  const claim = CLAIMS.find((known) => known.name === name);
  if (claim === undefined) {
    const names = CLAIMS.map((known) => known.name).join(", ");
    throw new UsageError(`no claim "${name}"; there are: ${names}`);
  }
  return claim;
});
if (!values.tables) await runOpenTrials();
const results = readResults(values.out);
for (const claim of claims) {
  if (results.some((result) => result.claim === claim.name)) {
    process.stdout.write(`\n${tablesOf(claim, results)}\n`);
  }
}
if (values.pictures !== undefined) {
  mkdirSync(values.pictures, { recursive: true });
  for (const [file, text] of picturesOf(results)) {
    writeFileSync(join(values.pictures, file), text);
  }
}

/** Every trial of the claims that the results file does not have; its lines are written as it ends. */
async function runOpenTrials(): Promise<void> {
  const seeds = new Set(values.seeds.split(",").map(Number));
  await openEngine(values.threads === undefined ? {} : { threads: Number(values.threads) });
  const workshop = openWorkshop(await readClaimRows(values.data), values.keep);
  mkdirSync(dirname(values.out), { recursive: true });
  for (const claim of claims) {
    for (const trial of openTrials(claim, readResults(values.out))) {
      if (!seeds.has(trial.seed)) continue;
      for (const outcome of await trial.run(workshop)) {
        const { name, seed } = trial;
        const result: Result = { claim: claim.name, trial: name, seed, ...outcome };
        appendFileSync(values.out, `${JSON.stringify(result)}\n`);
        process.stdout.write(`${JSON.stringify({ ...result, points: undefined })}\n`);
      }
    }
  }
}

function readResults(path: string): Result[] {
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, "utf8").split("\n");
  return lines.filter((line) => line !== "").map((line) => JSON.parse(line) as Result);
}
