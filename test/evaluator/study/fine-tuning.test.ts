import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { openJournal } from "../../../src/checkpoint/index.ts";
import {
  openStudy,
  openSurrogate,
  type Predictor,
  resumeStudy,
  type Study,
  type StudySpecInput,
  type TunedPredictor,
  type TuneRequest,
  type Tuner,
} from "../../../src/evaluator/index.ts";
import { isHeldBack } from "../../../src/evaluator/study/tuning.ts";
import { fakeHost, uniform } from "../fake.ts";

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

/** What is true: nothing that a line through the base's answers, or likeness of words, could tell. */
const truth = (n: number): number => 50 + 40 * Math.sin(n * n);
const numberOf = (text: string): number => Number(/\d+/.exec(text)?.[0]);
const model = (id: string, answer: (n: number) => number): Predictor => ({
  id,
  objectives: ["cost"],
  predict: async (texts) => texts.map((text) => [uniform(answer(numberOf(text)), 4)]),
});
const surrogate = () =>
  openSurrogate({ predictor: model("base", (n) => 50 + (n % 7)), plugins: fakeHost });
const good = model("tuned", truth);
const bad = model("worse", (n) => 50 + 40 * Math.cos(3 * n));

interface FakeTuner extends Tuner {
  readonly requests: TuneRequest[];
  readonly discarded: number[];
  readonly disposed: string[];
}

/** "Trains" whatever `make` gives for a version. */
function fakeTuner(
  make: (version: number) => Predictor,
  training: () => Promise<void> = async () => {},
): FakeTuner {
  const [requests, discarded, disposed]: [TuneRequest[], number[], string[]] = [[], [], []];
  return {
    requests,
    discarded,
    disposed,
    tune: async (request) => {
      requests.push(request);
      await training();
    },
    open: async (_, version): Promise<TunedPredictor> => {
      const predictor = make(version);
      return { ...predictor, dispose: () => void disposed.push(predictor.id) };
    },
    discard: (_, version) => void discarded.push(version),
  };
}

const spec: StudySpecInput = {
  id: "s",
  objectives: [{ name: "cost", goal: "min" }],
  fineTuning: { kind: "lora", everyTells: 40 },
};

async function tellSome(study: Study, from: number, to: number): Promise<void> {
  for (let n = from; n < to; n++) await study.tell({ text: `x ${n}` }, { cost: truth(n) });
}

async function medianOf(study: Study, text: string): Promise<number> {
  const [score] = await study.score([{ text }]);
  return score?.ok === true ? score.predictions["cost"]!.median : Number.NaN;
}

test("a model that foretells held-back tells better takes over, and never saw them", async () => {
  const tuner = fakeTuner(() => good);
  const study = await openStudy(surrogate(), spec, undefined, tuner);
  await tellSome(study, 0, 60);
  await study.settled();
  const report = study.report();
  expect(report).toMatchObject({
    model: "tuned",
    fineTuning: { version: 1, isRunning: false, last: { accepted: true, numTells: 40 } },
  });
  expect(report.fineTuning!.last!.errorAfter).toBeLessThan(report.fineTuning!.last!.errorBefore!);
  expect(Math.abs((await medianOf(study, "x 500")) - truth(500))).toBeLessThan(8);
  const { rows } = tuner.requests[0]!;
  const texts = new Set(rows.map(({ text }) => text));
  const hashes = study
    .export()
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as { hash: string; text?: string });
  const heldBack = hashes.filter(({ hash }) => isHeldBack(hash, 0.25));
  expect(heldBack.length).toBeGreaterThan(5);
  expect(heldBack.some(({ text }) => text !== undefined && texts.has(text))).toBe(false);
});

test("a model that does not help is thrown away, and the next attempt waits for more tells", async () => {
  const tuner = fakeTuner(() => bad);
  const study = await openStudy(surrogate(), spec, undefined, tuner);
  await tellSome(study, 0, 70);
  await study.settled();
  expect(study.report()).toMatchObject({
    model: "base",
    fineTuning: {
      version: 0,
      last: { accepted: false, reason: expect.stringMatching(/no clear/) },
    },
  });
  expect(tuner).toMatchObject({ discarded: [1], disposed: ["worse"] });
  expect(tuner.requests).toHaveLength(1);
});

test("the study answers with the present model while another is trained", async () => {
  let finish = (): void => {};
  const trained = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const tuner = fakeTuner(
    () => good,
    () => trained,
  );
  const study = await openStudy(surrogate(), spec, undefined, tuner);
  await tellSome(study, 0, 45);
  expect(study.report()).toMatchObject({ model: "base", fineTuning: { isRunning: true } });
  expect((await study.decide([{ text: "x 99" }]))[0]).toMatchObject({ ok: true });
  expect(() => study.fineTune()).toThrow(/already/);
  const asked = Array.from({ length: 20 }, (_, n) => medianOf(study, `x ${900 + n}`));
  finish();
  await study.settled();
  expect((await Promise.all(asked)).every(Number.isFinite)).toBe(true);
  expect(study.report().model).toBe("tuned");
});

test("a restart goes on with the tuned model; where it is gone, with the bundle, and says so", async () => {
  const folder = mkdtempSync(join(tmpdir(), "auspex-tuning-"));
  folders.push(folder);
  const path = join(folder, "s.study");
  const tuner = fakeTuner(() => good);
  const study = await openStudy(surrogate(), spec, openJournal(path), tuner);
  await tellSome(study, 0, 60);
  await study.settled();
  const before = await medianOf(study, "x 777");
  await study.close();
  expect(tuner.disposed).toEqual(["tuned"]);

  const log = openJournal(path);
  const resumed = await resumeStudy(surrogate(), log.records, log, tuner);
  expect(resumed.report()).toMatchObject({ model: "tuned", fineTuning: { version: 1 } });
  expect(await medianOf(resumed, "x 777")).toBe(before);
  await resumed.close();
  log.close();

  for (const gone of [
    {
      ...tuner,
      open: () => {
        throw new Error("no such bundle");
      },
    },
    fakeTuner(() => bad),
  ]) {
    const again = openJournal(path);
    const reverted = await resumeStudy(surrogate(), again.records, again, gone);
    expect(reverted.report()).toMatchObject({ model: "base", fineTuning: { version: 0 } });
    expect(reverted.report().numTells).toBe(60);
    expect(Number.isFinite(await medianOf(reverted, "x 777"))).toBe(true);
    await reverted.close();
    again.close();
  }
});

test("training that fails is in the report, and the study lives", async () => {
  const tuner = fakeTuner(
    () => good,
    () => Promise.reject(new Error("out of memory")),
  );
  const study = await openStudy(surrogate(), spec, undefined, tuner);
  await tellSome(study, 0, 41);
  await study.settled();
  expect(study.report().fineTuning!.last).toMatchObject({
    accepted: false,
    reason: "failed: out of memory",
  });
  await expect(study.tell({ text: "x 900" }, { cost: 1 })).resolves.toMatchObject({ isBest: true });
});

test("fine-tuning that cannot be is refused with the reason", async () => {
  await expect(openStudy(surrogate(), spec)).rejects.toThrow(/nobody adapts models/);
  const tuner = fakeTuner(() => good);
  const off = await openStudy(surrogate(), { ...spec, fineTuning: undefined }, undefined, tuner);
  expect(() => off.fineTune()).toThrow(/not to be fine-tuned/);
  const study = await openStudy(surrogate(), spec, undefined, tuner);
  await tellSome(study, 0, 5);
  expect(() => study.fineTune()).toThrow(/too few tells/);
});
