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

test("what cannot be removed or freed behind an accepted model takes nothing from it", async () => {
  const models = [model("tuned-1", (n) => truth(n) + 15 * Math.sin(7 * n * n)), good];
  const tuner = fakeTuner((version) => models[version - 1] ?? bad);
  const stuck: Tuner = {
    ...tuner,
    open: async (id, version) => ({
      ...(await tuner.open(id, version)),
      dispose: () => {
        throw new Error("in use");
      },
    }),
    discard: (id, version) => {
      tuner.discard(id, version);
      throw new Error("EBUSY");
    },
  };
  const warnings: string[] = [];
  const hear = ({ message }: Error) => void warnings.push(message);
  process.on("warning", hear);
  const study = await openStudy(surrogate(), spec, undefined, stuck);
  for (const to of [60, 100, 141]) {
    await tellSome(study, study.numTells, to);
    await study.settled();
  }
  const { model: answering, fineTuning } = study.report();
  expect([answering, fineTuning!.version]).toEqual(["tuned", 2]);
  expect(fineTuning!.last).toMatchObject({ version: 3, accepted: false });
  expect(tuner.discarded).not.toContain(2);
  expect(tuner.discarded).toContain(3);
  await new Promise((resolve) => setImmediate(resolve));
  process.off("warning", hear);
  expect(warnings.join()).toMatch(/tuned model 3 of s stays stored: EBUSY/);
});

test("a score that is being read while the model changes is answered by the new one", async () => {
  const models = [model("tuned-1", (n) => truth(n) + 15 * Math.sin(7 * n * n)), good];
  const tuner = fakeTuner((version) => models[version - 1]!);
  let release = (): void => {};
  const released = new Promise<void>((resolve) => (release = resolve));
  const { kinds, serialiserVersions } = fakeHost;
  const serialise = async (candidate: { text?: string }) => {
    if (candidate.text === "x 999") await released;
    return fakeHost.serialise(candidate);
  };
  const slow = openSurrogate({
    predictor: model("base", (n) => 50 + (n % 7)),
    plugins: { kinds, serialiserVersions, serialise },
  });
  const study = await openStudy(slow, spec, undefined, tuner);
  await tellSome(study, 0, 60);
  await study.settled();
  expect(study.model).toBe("tuned-1");
  const asked = medianOf(study, "x 999");
  await tellSome(study, 60, 100);
  await study.settled();
  expect(study.model).toBe("tuned");
  release();
  expect(Math.abs((await asked) - truth(999))).toBeLessThan(8);
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
