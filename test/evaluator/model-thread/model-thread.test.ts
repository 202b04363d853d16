import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, onTestFinished, test } from "vitest";
import {
  ModelThread,
  modelPredictor,
  openSurrogate,
  PredictiveSketch,
  type Service,
  startService,
  type ThreadPredictor,
} from "../../../src/evaluator/index.ts";
import { openEngine } from "../../../src/tensor/index.ts";
import { openModel, Predictor, saveModel } from "../../../src/training/index.ts";
import { linearTask, smallModel } from "../../training/small.ts";
import { fakeHost } from "../fake.ts";
import { post } from "../service/http.ts";
import type { FakeOptions } from "./fake-source.ts";

const FAKE = new URL("./fake-source.ts", import.meta.url).href;

const threads: ModelThread[] = [];
afterEach(async () => {
  await Promise.all(threads.splice(0).map((thread) => thread.close()));
});

/** A thread with the fake models; `afterEach` closes it. */
async function start(options: FakeOptions = {}): Promise<ModelThread> {
  return kept(await ModelThread.start(options, FAKE));
}

function kept(thread: ModelThread): ModelThread {
  threads.push(thread);
  return thread;
}

async function serve(
  predictor: ThreadPredictor,
  batching: Parameters<typeof openSurrogate>[0]["batching"] = {},
): Promise<Service> {
  const surrogate = openSurrogate({ predictor, plugins: fakeHost, batching });
  const service = await startService({ surrogate });
  onTestFinished(() => service.close(100));
  return service;
}

const ask = (url: string, text: string) => post(`${url}/v1/score`, { candidates: [{ text }] });

async function metric(url: string, name: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(new RegExp(`^${name}\\S* (\\S+)$`, "m").exec(text)?.[1] ?? 0);
}

test("a bundle answers the same bits from its thread as from this one, and counts the same tokens", async () => {
  const directory = mkdtempSync(join(tmpdir(), "auspex-thread-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const bundle = join(directory, "bundle");
  saveModel(bundle, { ...smallModel(), serialisers: { yaml: "yaml/3" } }, "test");
  const texts = linearTask(9).map(({ x }) => x);
  const thread = kept(await ModelThread.start({ engine: "cpu" }));
  expect(thread.engine).toMatchObject({ name: "cpu" });
  const there = await thread.open(bundle, "small");

  await openEngine({ engine: "cpu" });
  const model = new Predictor(openModel(bundle));
  const here = modelPredictor(model, { id: "here" });
  expect(there.id).toMatch(/^small@[0-9a-f]{12}$/);
  expect(there).toMatchObject({ objectives: here.objectives, serialisers: { yaml: "yaml/3" } });
  const long = "a: 1\n".repeat(60);
  expect(there.countTokens!(long)).toEqual(here.countTokens!(long));
  expect(there.countTokens!(long).truncated).toBeGreaterThan(0);

  const numbersOf = (rows: Awaited<ReturnType<typeof here.predict>>): number[][] =>
    rows.flat().map((number) => {
      const sketch = PredictiveSketch.of(number);
      const levels = Array.from({ length: 1000 }, (_, i) => sketch.quantile(i / 999));
      return [sketch.mean, sketch.median, sketch.std, ...levels];
    });
  expect(numbersOf(await there.predict(texts))).toEqual(numbersOf(await here.predict(texts)));
  model.dispose();

  // A second model beside it; the first goes, the second stays.
  const second = await thread.open(bundle, "again");
  there.dispose();
  expect(numbersOf(await second.predict(texts))).toHaveLength(9);
  await expect(there.predict(texts)).rejects.toThrow(/released/);
});

test("while the model computes, every new connection is taken, and all are answered in order", async () => {
  const numCallers = 64;
  const gate = new Int32Array(new SharedArrayBuffer(8));
  gate[0] = 1;
  const thread = await start({ gate });
  const release = (): void => {
    Atomics.store(gate, 0, 0);
    Atomics.notify(gate, 0);
  };
  onTestFinished(release);
  const service = await serve(await thread.open("gated", "m"), { maxBatchSize: 16 });
  const first = ask(service.url, "x 0");
  await expect.poll(() => Atomics.load(gate, 1), { timeout: 30_000 }).toBe(1);

  // The thread is held from here on. A loop that computes would take one connection per batch.
  const others = Array.from({ length: numCallers - 1 }, (_, n) => ask(service.url, `x ${n + 1}`));
  await expect
    .poll(() => metric(service.url, "auspex_queued_candidates"), { timeout: 30_000 })
    .toBe(numCallers - 1);
  expect((await fetch(`${service.url}/healthz`)).status).toBe(200);
  expect(Atomics.load(gate, 1)).toBe(1);

  release();
  const answers = await Promise.all([first, ...others]);
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
  expect(answers.map(({ json }) => json.scores[0].mean)).toEqual(answers.map((_, n) => n));
  // The one that was alone, then 63 in batches of 16.
  expect(Atomics.load(gate, 1)).toBe(5);
});

test("errors come back as what they were, and the next question is answered", async () => {
  const thread = await start();
  await expect(thread.open("missing", "m")).rejects.toMatchObject({
    code: "INPUT_INVALID",
    exitCode: 2,
    message: "there is no model",
    hint: "make one",
  });
  const { url } = await serve(await thread.open("any", "m"), { maxBatchSize: 1 });
  expect(await ask(url, "refuse this")).toMatchObject({
    status: 422,
    json: { error: { code: "INPUT_INVALID", message: "too odd", hint: "leave it out" } },
  });
  const bug = await ask(url, "bug");
  expect(bug).toMatchObject({ status: 500, json: { error: { code: "INTERNAL" } } });
  expect(JSON.stringify(bug.json)).not.toMatch(/not a function/);
  // Not a number: an error of this candidate alone.
  expect((await ask(url, "no digits")).json.error.message).toMatch(/not a finite number/);
  expect(await ask(url, "x 7")).toMatchObject({ status: 200, json: { scores: [{ mean: 7 }] } });
});

test("a bundle that is damaged and an engine that does not open say so when they are opened", async () => {
  const thread = kept(await ModelThread.start({ engine: "cpu" }));
  await expect(thread.open(join(tmpdir(), "auspex-no-such-bundle"), "m")).rejects.toMatchObject({
    code: "CORRUPT",
    exitCode: 65,
  });
  await expect(ModelThread.start({ engine: "webgpu" }, FAKE)).rejects.toMatchObject({
    code: "INPUT_INVALID",
    hint: "take another",
  });
});

test("when the thread ends by itself, who waits gets 503 with Retry-After, and its owner is told", async () => {
  const thread = await start();
  const predictor = await thread.open("any", "m");
  const { url } = await serve(predictor, { maxBatchSize: 1, maxDelayMs: 0 });
  const { status, headers, json } = await ask(url, "die");
  expect([status, json.error.code]).toEqual([503, "UNAVAILABLE"]);
  expect(headers.get("retry-after")).toBe("1");
  expect(json.error.message).toMatch(/the model's thread ended: exit code 3/);
  expect((await thread.broken).message).toMatch(/exit code 3/);
  expect((await ask(url, "x 3")).status).toBe(503);
  await expect(predictor.predict(["x 4"])).rejects.toMatchObject({ code: "UNAVAILABLE" });
});

test("close does what was asked before it, ends the thread, and takes nothing new", async () => {
  const thread = await ModelThread.start({}, FAKE);
  const predictor = await thread.open("any", "m");
  const asked = predictor.predict(["x 5", "x 6"]);
  const closed = thread.close();
  await expect(predictor.predict(["x 7"])).rejects.toThrow(/was closed/);
  expect((await asked).map(([number]) => number!.mean)).toEqual([5, 6]);
  await closed;
});
