// npm run bench:accuracy [-- --quick --data DIR --model BUNDLE --only sempl,help --draws N --jobs N --out FILE
// --development]: the published protocols on what the model has not seen, with simple rivals in the same run. One line of
// JSON per result, a table in the end. Protocols run in two processes where there are two cores; results do not depend on it.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { InputError } from "../../src/core/index.ts";
import { parseSelectors } from "../../src/data/index.ts";
import { openEngine } from "../../src/tensor/index.ts";
import { openModel, Predictor } from "../../src/training/index.ts";
import { DEVELOPMENT_TARGETS, disguised } from "./development.ts";
import { measureProblem, type Result } from "./measure.ts";
import { PROTOCOLS } from "./protocols/index.ts";
import { settingOf } from "./setting.ts";
import { tableOf } from "./table.ts";

const { values } = parseArgs({
  options: {
    data: { type: "string", default: "examples/data" },
    model: { type: "string", default: "models/auspex-small" },
    only: { type: "string", default: Object.keys(PROTOCOLS).join(",") },
    targets: { type: "string", default: "*" },
    draws: { type: "string" },
    rows: { type: "string" },
    out: { type: "string" },
    quick: { type: "boolean", default: false },
    development: { type: "boolean", default: false },
    jobs: { type: "string", default: String(Math.min(2, availableParallelism())) },
  },
});

const names = values.only.split(",");
const unknown = names.filter((name) => PROTOCOLS[name] === undefined);
if (unknown.length > 0) {
  const known = Object.keys(PROTOCOLS).join(", ");
  throw new InputError(`--only ${unknown.join(",")}: no such protocol; there are ${known}`);
}
const startTime = performance.now();
const jobs = Math.min(Number(values.jobs), names.length);
const results = jobs > 1 ? await measureInProcesses(names, jobs) : await measureHere(names);
const table = tableOf(results);
process.stdout.write(`\n${table}\n`);
if (values.out !== undefined) {
  const command = `npm run bench:accuracy -- ${process.argv.slice(2).join(" ")}`;
  const minutes = ((performance.now() - startTime) / 60_000).toFixed(1);
  writeFileSync(values.out, `${command}\n${minutes} minutes\n\n${table}\n`);
}

async function measureHere(wanted: readonly string[]): Promise<Result[]> {
  await openEngine();
  const trained = openModel(values.model);
  const predictor = new Predictor(trained);
  const setting = settingOf(trained, {
    data: values.data,
    quick: values.quick,
    development: values.development,
    ...(values.rows !== undefined && { maxRows: Number(values.rows) }),
    ...(values.draws !== undefined && { numDraws: Number(values.draws) }),
  });
  const isWanted = parseSelectors([`task=${values.targets}`]);
  const measured: Result[] = [];
  for (const name of wanted) {
    const problems = await PROTOCOLS[name]!(setting).catch((error: unknown) => {
      if (!(error instanceof InputError)) throw error;
      process.stderr.write(`${name}: left out: ${error.message}\n`);
      return [];
    });
    for (const original of problems) {
      if (values.development && !DEVELOPMENT_TARGETS.includes(original.target)) continue;
      const problem = values.development ? disguised(original) : original;
      if (!isWanted({ task: problem.target, split: "train" })) continue;
      for (const result of await measureProblem(predictor, problem, setting)) {
        measured.push(result);
        process.stdout.write(`${JSON.stringify(result)}\n`);
      }
    }
  }
  predictor.dispose();
  return measured;
}

/** Each process takes the next protocol; results come in the order of `wanted`. */
async function measureInProcesses(
  wanted: readonly string[],
  numProcesses: number,
): Promise<Result[]> {
  const waiting = wanted.map((name, at) => ({ name, at }));
  const byProtocol: Result[][] = wanted.map(() => []);
  const takeProtocols = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      byProtocol[next.at] = await measureInProcess(next.name);
    }
  };
  await Promise.all(Array.from({ length: numProcesses }, takeProtocols));
  return byProtocol.flat();
}

async function measureInProcess(name: string): Promise<Result[]> {
  const { jobs: _jobs, out: _out, only: _only, quick, development, ...rest } = values;
  const options = Object.entries(rest).flatMap(([key, value]) =>
    value === undefined ? [] : [`--${key}`, value],
  );
  const flags = [...(quick ? ["--quick"] : []), ...(development ? ["--development"] : [])];
  const child = spawn(
    process.execPath,
    [...process.execArgv, process.argv[1]!, "--only", name, ...options, ...flags],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  const exited = once(child, "exit");
  const measured: Result[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    if (!line.startsWith("{")) continue;
    measured.push(JSON.parse(line) as Result);
    process.stdout.write(`${line}\n`);
  }
  const [code] = (await exited) as [number | null];
  if (code !== 0) throw new InputError(`${name}: its process ended with ${code}`);
  return measured;
}
