import { expect, test } from "vitest";
import { systemClock } from "../../src/core/index.ts";
import { type CandidateScore, openStudy, openSurrogate } from "../../src/evaluator/index.ts";
import { builtInKinds, type Candidate, KindHost } from "../../src/plugins/index.ts";
import { fakeHost, fakePredictor } from "./fake.ts";

const texts = (...values: string[]) => values.map((text) => ({ text }));

function scored(score: CandidateScore | undefined) {
  if (score === undefined || "error" in score) throw new Error("no score");
  return score;
}

test("candidates are ranked by the chosen objective, best first", async () => {
  const surrogate = openSurrogate({ predictor: fakePredictor(), plugins: fakeHost });
  const min = await surrogate.score(texts("x 3", "x 1", "x 2"));
  expect(min.ranking).toEqual([1, 2, 0]);
  expect(min.scores.map((score) => scored(score).rank)).toEqual([3, 1, 2]);
  const max = await surrogate.score(texts("x 3", "x 1", "x 2"), { direction: "max" });
  expect(max.ranking).toEqual([0, 2, 1]);
  const gain = await surrogate.score(texts("x 3", "x 1"), { objective: "gain" });
  expect(gain.ranking).toEqual([0, 1]);
  expect(scored(gain.scores[0]).median).toBe(-3);
});

test("a score carries mean, median, std, quantiles, interval, kind and hash of every objective", async () => {
  const surrogate = openSurrogate({ predictor: fakePredictor(), plugins: fakeHost });
  const { scores, model } = await surrogate.score(texts("y 10"));
  expect(model).toBe("fake-1");
  const score = scored(scores[0]);
  expect(score).toMatchObject({
    index: 0,
    rank: 1,
    kind: "text",
    cached: false,
    mean: 10,
    median: 10,
  });
  expect(score.hash).toMatch(/^[0-9a-f]{64}$/);
  expect(score.interval[0]).toBeCloseTo(9.1, 9);
  expect(score.interval[1]).toBeCloseTo(10.9, 9);
  expect(Object.keys(score.quantiles)).toEqual(["0.05", "0.25", "0.5", "0.75", "0.95"]);
  expect(score.objectives["gain"]!.mean).toBe(-10);
});

test("what a kind warns of comes back with the score, and with the study's", async () => {
  const plugins = new KindHost(builtInKinds());
  const surrogate = openSurrogate({ predictor: fakePredictor(), plugins });
  const candidates = [
    { kind: "code", language: "klingon", text: "x 1" },
    { kind: "code", language: "python", text: "x = 2" },
  ];
  const [unknown, known] = (await surrogate.score(candidates)).scores;
  expect(scored(unknown).warnings).toEqual(["language klingon is not known: comments are kept"]);
  expect(scored(known).warnings).toEqual([]);
  const objectives = [{ name: "cost", goal: "min" as const }];
  const study = await openStudy(surrogate, { id: "s", objectives });
  const inStudy = await study.score(candidates);
  expect(inStudy).toMatchObject([{ warnings: scored(unknown).warnings }, { warnings: [] }]);
});

test("one bad candidate has a typed error with place and hint; the others are scored", async () => {
  const surrogate = openSurrogate({ predictor: fakePredictor(), plugins: fakeHost });
  const { scores, ranking } = await surrogate.score([
    { text: "x 2" },
    { text: "bad" },
    { kind: "onnx", text: "?" },
    { text: "no number" },
    { text: "crash" },
    { text: "x 1" },
  ]);
  expect(ranking).toEqual([5, 0]);
  expect(scores[1]).toEqual({
    index: 1,
    error: {
      code: "TEXT_BAD",
      message: "line 2, column 1: bad is not allowed",
      hint: "leave it out",
      place: "line 2, column 1",
    },
  });
  expect(scores[2]).toMatchObject({ error: { code: "UNKNOWN_KIND" } });
  expect(scores[3]).toMatchObject({ error: { code: "INPUT_INVALID" } });
  expect(JSON.stringify(scores[4])).not.toContain("secret");
});

test("formatting-only differences, repeats and concurrent equals cost one evaluation", async () => {
  const predictor = fakePredictor();
  const surrogate = openSurrogate({ predictor, plugins: fakeHost });
  const [a, b] = await Promise.all([
    surrogate.score(texts("x 1", " x 1 ")),
    surrogate.score(texts("x 1")),
  ]);
  const c = await surrogate.score(texts("x 1\n"));
  expect(predictor.batches.flat()).toEqual(["x 1"]);
  expect(scored(a.scores[1]).hash).toBe(scored(b.scores[0]).hash);
  expect(scored(c.scores[0]).cached).toBe(true);
  expect(surrogate.stats()).toMatchObject({ cacheHits: 1, cacheEntries: 1 });
});

test("a caller that leaves does not take the shared question with it", async () => {
  const predictor = fakePredictor();
  const surrogate = openSurrogate({ predictor, plugins: fakeHost });
  const gone = new AbortController();
  const first = surrogate.score(texts("x 1"), { signal: gone.signal });
  const second = surrogate.score(texts("x 1"));
  gone.abort(new Error("left"));
  await expect(first).rejects.toThrow("left");
  expect(scored((await second).scores[0]).median).toBe(1);
});

test("a shared question that stands twice in one request and fails leaves no promise without a listener", async () => {
  const surrogate = openSurrogate({ predictor: fakePredictor(), plugins: fakeHost });
  const gone = new AbortController();
  const first = surrogate.score(texts("x 1"), { signal: gone.signal });
  const second = surrogate.score(texts("x 1", "x 1"));
  const unheard: unknown[] = [];
  const hear = (reason: unknown) => void unheard.push(reason);
  process.on("unhandledRejection", hear);
  const refused = Promise.allSettled([first, second]);
  // Let both questions come to the queue, where nothing is asked again any more.
  await new Promise((resolve) => setImmediate(resolve));
  gone.abort(new Error("left"));
  await surrogate.close();
  expect((await refused).map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  await new Promise((resolve) => setImmediate(resolve));
  process.off("unhandledRejection", hear);
  expect(unheard).toEqual([]);
});

test("the context comes first in sorted order, and is part of the hash", async () => {
  const predictor = fakePredictor();
  const surrogate = openSurrogate({ predictor, plugins: fakeHost });
  const plain = await surrogate.score(texts("x 1"));
  const there = await surrogate.score(texts("x 1"), { context: { gpu: "a", device: "b" } });
  expect(predictor.batches[1]).toEqual(["device: b\ngpu: a\nx 1"]);
  expect(scored(there.scores[0]).hash).not.toBe(scored(plain.scores[0]).hash);
});

test("an unknown objective names those that there are", async () => {
  const surrogate = openSurrogate({ predictor: fakePredictor(), plugins: fakeHost });
  await expect(surrogate.score(texts("x 1"), { objective: "speed" })).rejects.toMatchObject({
    hint: "objectives of this model: cost, gain",
  });
});

/** A host whose reading waits until it is released. */
function gatedHost() {
  const read: string[] = [];
  let release = (): void => {};
  const released = new Promise<void>((resolve) => (release = resolve));
  const serialise = async (candidate: Candidate) => {
    read.push(candidate.text!);
    await released;
    return fakeHost.serialise(candidate);
  };
  const { kinds, serialiserVersions } = fakeHost;
  return { plugins: { kinds, serialiserVersions, serialise }, read, release: () => release() };
}

test("candidates that would not fit into the queue are refused before they are read", async () => {
  const { plugins, read, release } = gatedHost();
  const predictor = fakePredictor();
  const surrogate = openSurrogate({ predictor, plugins, batching: { maxQueued: 10 } });
  const many = (from: number) => texts(...Array.from({ length: 6 }, (_, n) => `x ${from + n}`));
  const first = surrogate.score(many(100));
  await expect(surrogate.score(many(200))).rejects.toMatchObject({ code: "OVERLOADED" });
  expect(read.every((text) => text.startsWith("x 10"))).toBe(true);
  release();
  expect((await first).ranking).toHaveLength(6);
  expect((await surrogate.score(many(200))).ranking).toHaveLength(6);
});

test("what the cache has is answered while the queue is full", async () => {
  let release = (): void => {};
  let isHeld = false;
  const released = new Promise<void>((resolve) => (release = resolve));
  const predictor = fakePredictor(async () => {
    if (isHeld) await released;
  });
  const surrogate = openSurrogate({
    predictor,
    plugins: fakeHost,
    batching: { maxQueued: 2, maxBatchSize: 1, maxDelayMs: 0 },
  });
  await surrogate.score(texts("x 1"));
  isHeld = true;
  const running = surrogate.score(texts("x 2"));
  await expect.poll(() => predictor.batches.length, { timeout: 20_000 }).toBe(2);
  const waiting = surrogate.score(texts("x 3", "x 4"));
  await expect.poll(() => surrogate.stats().numQueued, { timeout: 20_000 }).toBe(2);
  await expect(surrogate.score(texts("x 5"))).rejects.toMatchObject({ code: "OVERLOADED" });
  const cached = await surrogate.score(texts("x 1"));
  expect(scored(cached.scores[0])).toMatchObject({ cached: true, mean: 1 });
  release();
  await Promise.all([running, waiting]);
});

test("others have a turn of the loop while a long list of candidates is read", async () => {
  const events: string[] = [];
  // Every look at the clock is a slice's time.
  let nowMs = 0;
  const clock = {
    nowMs: () => (nowMs += 1000),
    after: (delayMs: number, run: () => void) => systemClock.after(delayMs, run),
  };
  const { kinds, serialiserVersions } = fakeHost;
  const serialise = (candidate: Candidate) => {
    events.push(candidate.text!);
    return fakeHost.serialise(candidate);
  };
  const plugins = { kinds, serialiserVersions, serialise };
  const surrogate = openSurrogate({ predictor: fakePredictor(), plugins, clock });
  const asked = surrogate.assess(texts(...Array.from({ length: 100 }, (_, n) => `x ${n}`)));
  setImmediate(() => events.push("the loop"));
  const results = await asked;
  const mediansInOrder = results.map((r) => (r.ok ? r.assessment.sketches[0]!.median : undefined));
  expect(mediansInOrder).toEqual(Array.from({ length: 100 }, (_, n) => n));
  expect(events.indexOf("the loop")).toBeLessThan(50);
});
