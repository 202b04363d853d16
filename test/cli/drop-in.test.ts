// The framework's side of the drop-ins: programs are started and files are read as ShinkaEvolve and CodeEvolve do.

import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import {
  filesOf,
  layoutOf,
  programCandidate,
  readTruth,
  rescale,
  truthArguments,
} from "../../src/cli/drop-in.ts";
import { candidateSchema } from "../../src/evaluator/candidate-schema.ts";
import { post, start } from "../evaluator/service/http.ts";
import { runCli } from "../support/cli.ts";
import { temporaryDirectory } from "../support/toy-run.ts";

/** A real evaluation: fitness is 100 / the number in the program; 13 crashes, 0 is incorrect. */
const TRUTH = `
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
const args = process.argv.slice(2);
const flag = (name) => args[args.indexOf(name) + 1];
const isShinka = args.includes("--program_path");
const value = Number(/\\d+/.exec(readFileSync(isShinka ? flag("--program_path") : args[0], "utf8")));
appendFileSync(process.env.RUNS, JSON.stringify(args) + "\\n");
if (value === 13) process.exit(9);
if (isShinka) {
  mkdirSync(flag("--results_dir"), { recursive: true });
  const write = (name, content) => writeFileSync(flag("--results_dir") + "/" + name, JSON.stringify(content));
  write("metrics.json", { combined_score: 100 / value, public: { value }, private: {} });
  write("correct.json", { correct: value !== 0, error: value === 0 ? "no output" : null });
} else writeFileSync(args[1], JSON.stringify({ fitness: 100 / value }));
`;

async function framework(study: string) {
  const service = await start();
  onTestFinished(() => service.close(0));
  const folder = temporaryDirectory();
  writeFileSync(join(folder, "truth.mjs"), TRUTH);
  const environment = {
    RUNS: join(folder, "runs"),
    AUSPEX_SERVICE: service.url,
    AUSPEX_STUDY: study,
    AUSPEX_OBJECTIVE: "cost:min",
    AUSPEX_FITNESS: "inverse",
    AUSPEX_TRUTH: `node '${join(folder, "truth.mjs")}'`,
  };
  const program = (text: string): string => {
    const path = join(folder, "main.py");
    writeFileSync(path, text);
    return path;
  };
  const json = (path: string) => JSON.parse(readFileSync(join(folder, path), "utf8"));
  const tell = async (...values: number[]) => {
    await request(service.url, "/v1/studies", spec(study));
    for (const value of values) {
      const candidate = { text: `x ${value}` };
      await request(service.url, `/v1/studies/${study}/tell`, {
        candidate,
        values: { cost: value },
      });
    }
  };
  const numRuns = (): number =>
    existsSync(environment.RUNS)
      ? readFileSync(environment.RUNS, "utf8").trim().split("\n").length
      : 0;
  return { folder, environment, program, json, tell, numRuns, url: service.url };
}

const spec = (id: string) => ({ id, objectives: [{ name: "cost", goal: "min" }] });

async function request(url: string, path: string, body?: unknown) {
  const response = await fetch(url + path, {
    method: body === undefined ? "GET" : "POST",
    headers: { "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return response.json();
}

test("ShinkaEvolve: a promoted program is run with its own arguments and told; a rejected one gets files behind the best", async () => {
  const { folder, environment, program, json, tell, numRuns, url } = await framework("shinka");
  await tell(40, 50, 60);
  const results = join(folder, "gen_1/results");
  const argv = (path: string): string[] => {
    return ["evaluate", "--program_path", path, "--results_dir", results, "--num_seeds", "3"];
  };
  const first = await runCli(argv(program("x 30")), environment);
  expect(first).toMatchObject({ code: 0 });
  expect(json("gen_1/results/metrics.json")).toMatchObject({ combined_score: 100 / 30 });
  expect(JSON.parse(readFileSync(environment.RUNS, "utf8"))).toEqual([
    "--program_path",
    join(folder, "main.py"),
    "--results_dir",
    results,
    "--num_seeds",
    "3",
  ]);
  expect(await request(url, "/v1/studies/shinka")).toMatchObject({ numTells: 4 });

  const second = await runCli(argv(program("x 900")), environment);
  expect(second.code).toBe(0);
  expect(numRuns()).toBe(1);
  const metrics = json("gen_1/results/metrics.json");
  expect(Object.keys(metrics).toSorted()).toEqual([
    "combined_score",
    "extra_data",
    "private",
    "public",
    "text_feedback",
  ]);
  expect(metrics.combined_score).toBeLessThan(1 / 30);
  expect(metrics.text_feedback).toMatch(/^Not run\. A model predicts cost/);
  expect(json("gen_1/results/correct.json")).toEqual({ correct: true, error: null });
}, 60_000);

test("CodeEvolve: code and results file; a crash keeps its exit code and is told as a failure", async () => {
  const { folder, environment, program, json, tell, url } = await framework("codeevolve");
  await tell(40, 50, 60);
  const results = join(folder, "out.json");
  expect(await runCli(["evaluate", program("x 20"), results], environment)).toMatchObject({
    code: 0,
  });
  expect(json("out.json")).toEqual({ fitness: 5 });
  expect(await runCli(["evaluate", program("x 13"), results], environment)).toMatchObject({
    code: 9,
  });
  expect(await request(url, "/v1/studies/codeevolve")).toMatchObject({
    numTells: 5,
    numFailures: 1,
  });
  expect(await runCli(["evaluate", program("x 700"), results], environment)).toMatchObject({
    code: 0,
  });
  const written = json("out.json");
  expect(Object.values(written).every((value) => typeof value === "number")).toBe(true);
  expect(written.fitness).toBeLessThan(1 / 20);
}, 60_000);

test("a program that failed before is run again and not told, or is no result; never a guess", async () => {
  const { folder, environment, program, json, tell, numRuns, url } = await framework("again");
  await tell(40, 50, 60, 70);
  const tellFailure = async (text: string) => {
    const candidate = { text, filename: "main.py" };
    const body = { candidate, failure: "segmentation fault" };
    return (await post(`${url}/v1/studies/again/tell`, body)).status;
  };
  expect(await tellFailure("x 25")).toBe(200);
  const results = join(folder, "out.json");
  expect((await runCli(["evaluate", program("x 25"), results], environment)).code).toBe(0);
  expect([numRuns(), json("out.json")]).toEqual([1, { fitness: 4 }]);
  expect(await request(url, "/v1/studies/again")).toMatchObject({ numTells: 5, numFailures: 1 });

  const { AUSPEX_TRUTH: _, ...alone } = environment;
  mkdirSync(join(folder, "r"));
  const argv = ["evaluate", "--program_path", program("x 25"), "--results_dir", join(folder, "r")];
  expect((await runCli(argv, alone)).code).toBe(2);
  expect(json("r/correct.json")).toEqual({
    correct: false,
    error: expect.stringMatching(/failed before: segmentation fault/),
  });
}, 60_000);

test("without the service the real evaluation runs; without either the command says so", async () => {
  const { folder, environment, program, json } = await framework("gone");
  const results = join(folder, "out.json");
  const gone = { ...environment, AUSPEX_SERVICE: "http://127.0.0.1:9" };
  const run = await runCli(["evaluate", program("x 50"), results], gone);
  expect(run).toMatchObject({ code: 0, stderr: expect.stringMatching(/without the service/) });
  expect(json("out.json")).toEqual({ fitness: 2 });
  const { AUSPEX_TRUTH: _, ...alone } = gone;
  expect((await runCli(["evaluate", program("x 50"), results], alone)).code).toBe(69);
  expect((await runCli(["evaluate", "only-one"], alone)).code).toBe(64);
}, 60_000);

test("without a real evaluation the answers are predictions; what cannot be read is incorrect and exit code 2", async () => {
  const { folder, environment, program, json } = await framework("alone");
  const { AUSPEX_TRUTH: _, ...alone } = environment;
  mkdirSync(join(folder, "r"));
  const argv = ["evaluate", "--program_path", program("x 50"), "--results_dir", join(folder, "r")];
  expect((await runCli(argv, alone)).code).toBe(0);
  expect(json("r/metrics.json").combined_score).toBeCloseTo(1 / 50, 9);
  program("bad");
  expect((await runCli(argv, alone)).code).toBe(2);
  expect(json("r/correct.json")).toEqual({ correct: false, error: expect.stringMatching(/bad/) });
}, 60_000);

test("a program that is no text reaches the service byte by byte", () => {
  const onnx = readFileSync("test/fixtures/onnx/light_bvlc_alexnet.onnx");
  const sent = programCandidate(onnx, "net.onnx", "onnx");
  expect(sent).toMatchObject({ filename: "net.onnx", kind: "onnx" });
  expect(candidateSchema.parse(sent).bytes).toEqual(onnx);
  const text = { text: "größer = 1", filename: "a.py" };
  expect(programCandidate(Buffer.from(text.text), "a.py")).toEqual(text);
});

test("arguments, scales and results of both frameworks", () => {
  const shinka = layoutOf([], { programPath: "p", resultsDir: "d" });
  const codeEvolve = layoutOf(["p", "r.json"], {});
  expect(truthArguments(shinka, ["--k", "v"])).toEqual([
    "--program_path",
    "p",
    "--results_dir",
    "d",
    "--k",
    "v",
  ]);
  expect(truthArguments(codeEvolve, [])).toEqual(["p", "r.json"]);
  expect(() => layoutOf(["p"], {})).toThrow(/CODE RESULTS/);
  expect(() => layoutOf(["p", "r"], { programPath: "p" })).toThrow(/CODE RESULTS/);
  for (const scale of ["same", "negative", "inverse"] as const) {
    expect(rescale(rescale(4, scale), scale)).toBe(4);
  }
  expect(readTruth(shinka, [{ combined_score: 1 }, { correct: false, error: "x" }], "f")).toEqual({
    failure: "x",
  });
  expect(readTruth(codeEvolve, [{ f: 3 }], "f")).toEqual({ fitness: 3 });
  for (const wrong of [undefined, [], { f: "3" }, { f: null }, { f: Number.NaN }]) {
    expect(readTruth(codeEvolve, [wrong], "f")).toEqual({ failure: expect.any(String) });
  }
  const unread = { fitness: undefined, explanation: "why", figures: {} };
  expect(filesOf(codeEvolve, unread, "f")).toEqual([{ path: "r.json", content: { error: "why" } }]);
});
