import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { openJournal } from "../../../src/checkpoint/index.ts";
import {
  openStudy,
  openSurrogate,
  resumeStudy,
  type Study,
  type StudyLog,
  type StudySpecInput,
} from "../../../src/evaluator/index.ts";
import { fakeHost, fakePredictor } from "../fake.ts";

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

const surrogate = () => openSurrogate({ predictor: fakePredictor(), plugins: fakeHost });
const COST = [{ name: "cost", goal: "min" as const }];
const spec = (override: Partial<StudySpecInput> = {}): StudySpecInput => ({
  id: "s",
  objectives: COST,
  auditShare: 0,
  ...override,
});
const candidate = (text: string) => ({ text });

/** Tells the truth about candidates named by their number: that number itself. */
async function tellMany(study: Study, values: readonly number[]): Promise<void> {
  for (const value of values) await study.tell(candidate(`x ${value}`), { cost: value });
}

test("a tell becomes the incumbent; telling it again changes nothing; contradicting it is refused", async () => {
  const study = await openStudy(surrogate(), spec());
  const first = await study.tell(candidate("x 5"), { cost: 5 });
  expect(first).toMatchObject({ status: "told", isBest: true, trust: { state: "calibrating" } });
  expect(await study.tell(candidate(" x 5 "), { cost: 5 })).toMatchObject({
    status: "duplicate",
    hash: first.hash,
  });
  await expect(study.tell(candidate("x 5"), { cost: 6 })).rejects.toThrow(/another outcome/);
  expect(await study.tell(candidate("x 7"), { cost: 7 })).toMatchObject({ isBest: false });
  expect(study.report()).toMatchObject({
    numTells: 2,
    best: [{ text: "x 5", values: { cost: 5 } }],
  });
});

test("equal tells at the same time count once", async () => {
  const study = await openStudy(surrogate(), spec());
  const all = await Promise.all(
    Array.from({ length: 8 }, () => study.tell(candidate("x 5"), { cost: 5 })),
  );
  expect(all.filter(({ status }) => status === "told")).toHaveLength(1);
  expect(study.report().numTells).toBe(1);
});

test("wrong outcomes and candidates are refused with a reason, and count for nothing", async () => {
  const study = await openStudy(surrogate(), spec());
  await expect(study.tell(candidate("x 1"), { cost: Number.NaN })).rejects.toThrow(/finite/);
  await expect(study.tell(candidate("x 1"), {})).rejects.toThrow(/missing/);
  await expect(study.tell(candidate("x 1"), { cost: 1, speed: 2 })).rejects.toThrow(
    /no objective "speed"/,
  );
  await expect(study.tell(candidate("bad"), { cost: 1 })).rejects.toMatchObject({
    code: "TEXT_BAD",
    at: "line 2, column 1",
  });
  expect(study.report().numTells).toBe(0);
});

test("failures are labels: likes of what failed are rejected", async () => {
  const study = await openStudy(surrogate(), spec({ policy: { kind: "improve", p: 0.01 } }));
  await tellMany(study, [20, 21, 22, 23]);
  for (const n of [1, 2, 3, 4, 5])
    await study.tell(candidate(`unsafe flag set ${n}`), { failure: "crash" });
  const [risky, safe] = await study.decide([candidate("unsafe flag set 6"), candidate("x 19")]);
  expect(risky).toMatchObject({
    ok: true,
    verdict: "reject",
    reason: expect.stringContaining("does not fail"),
  });
  expect(safe).toMatchObject({ ok: true, verdict: "promote" });
  expect(study.report()).toMatchObject({ numFailures: 5, numTells: 9 });
});

test("after warm-up the promising are promoted and the others rejected, with reasons", async () => {
  const study = await openStudy(surrogate(), spec());
  const [early] = await study.decide([candidate("x 99")]);
  expect(early).toMatchObject({ verdict: "promote" });
  await tellMany(study, [50, 52, 55, 60]);
  const [good, poor, broken] = await study.decide([
    candidate("x 30"),
    candidate("x 90"),
    candidate("bad"),
  ]);
  expect(good).toMatchObject({ ok: true, verdict: "promote", pImprove: expect.any(Number) });
  expect(poor).toMatchObject({ ok: true, verdict: "reject" });
  expect(broken).toMatchObject({ ok: false, problem: { code: "TEXT_BAD" } });
});

test("select takes the best of a pool, each meaning once, none told before", async () => {
  const study = await openStudy(surrogate(), spec());
  await tellMany(study, [10, 30]);
  const pool = ["x 10", "x 8", " x 8", "bad", "x 6", "x 20"].map(candidate);
  const { picks, results } = await study.select(pool, 2);
  expect(picks).toEqual([4, 1]);
  expect(results[3]).toMatchObject({ ok: false });
  expect((await study.select(pool, 99)).picks).toHaveLength(3);
});

test("the first choice of all is the one that the model predicts best", async () => {
  const study = await openStudy(surrogate(), spec());
  const pool = ["x 30", "x 10", "x 20"].map(candidate);
  expect((await study.select(pool, 3)).picks).toEqual([1, 2, 0]);
});

test("screen runs the truth for promoted candidates only, and tells it", async () => {
  const study = await openStudy(surrogate(), spec({ warmupTells: 2 }));
  let numRuns = 0;
  const evaluate = study.screen(async ({ text }: { text: string }) => {
    numRuns++;
    return { cost: Number(text.slice(2)) };
  });
  expect(await evaluate({ text: "x 50" })).toMatchObject({ promoted: true, values: { cost: 50 } });
  await evaluate({ text: "x 40" });
  const rejected = await evaluate({ text: "x 80" });
  expect(rejected.promoted).toBe(false);
  expect(rejected.values!["cost"]).toBeGreaterThan(40);
  expect(await evaluate({ text: "x 40" })).toMatchObject({ promoted: false, values: { cost: 40 } });
  expect(await evaluate({ text: "bad" })).toMatchObject({ promoted: false, values: undefined });
  expect([numRuns, study.report().numTells]).toEqual([2, 2]);
});

test("a truth that throws is told as a failure and thrown on", async () => {
  const study = await openStudy(surrogate(), spec());
  const evaluate = study.screen(async () => {
    throw new Error("segfault");
  });
  await expect(evaluate(candidate("x 1"))).rejects.toThrow("segfault");
  expect(study.report()).toMatchObject({ numTells: 1, numFailures: 1 });
});

test("the budget ends evaluations", async () => {
  const study = await openStudy(surrogate(), spec({ budget: 2, warmupTells: 0 }));
  await tellMany(study, [5, 6]);
  const [decision] = await study.decide([candidate("x 1")]);
  expect(decision).toMatchObject({ verdict: "reject", reason: "the budget is spent" });
  expect(study.report().budgetLeft).toBe(0);
});

test("promotions on their way hold their place in the budget, in one batch and beside each other", async () => {
  const study = await openStudy(surrogate(), spec({ budget: 10 }));
  const numbered = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, i) => candidate(`x ${from + i}`));
  const promoted = async (candidates: { text: string }[]) =>
    (await study.decide(candidates)).filter((d) => d.ok && d.verdict === "promote").length;
  expect(await promoted(numbered(0, 4))).toBe(4);
  const counts = [numbered(4, 50), numbered(50, 100)].map(promoted);
  expect((await Promise.all(counts)).reduce((a, b) => a + b)).toBe(6);
  expect(study.report()).toMatchObject({ numPromoted: 10, budgetLeft: 0 });
  // Asked again, a promotion stands: the same client may have lost the answer.
  expect(await promoted(numbered(0, 6))).toBe(6);
  await tellMany(study, [0, 1, 2]);
  expect(await promoted(numbered(100, 110))).toBe(0);
  expect(study.report()).toMatchObject({ numTells: 3, numPromoted: 10, budgetLeft: 0 });
});

test("asking again about a candidate does not rewrite why it was evaluated", async () => {
  const records: unknown[] = [];
  const log = { append: async (record: unknown) => void records.push(record) } as StudyLog;
  const study = await openStudy(surrogate(), spec({ auditShare: 1, warmupTells: 2 }), log);
  await study.decide([50, 60].map((n) => candidate(`x ${n}`)));
  await tellMany(study, [50, 60]);
  const [audit] = await study.decide([candidate("x 90")]);
  expect(audit).toMatchObject({ verdict: "promote", isAudit: true });
  expect(await study.decide([candidate("x 90")])).toMatchObject([{ isAudit: true }]);
  await study.tell(candidate("x 90"), { cost: 90 });
  const before = study.report();
  expect(before).toMatchObject({ numPromoted: 3, numAudits: 1, falseRejectRate: 0, savings: 1 });
  const again = await study.decide([50, 60, 90].map((n) => candidate(`x ${n}`)));
  expect(again.map((d) => d.ok && d.verdict)).toEqual(["reject", "reject", "reject"]);
  expect(study.report()).toEqual(before);
  // A log of before: there the question was written down.
  const asked = records.find((r) => (r as { verdict?: string }).verdict === "promote") as object;
  const resumed = await resumeStudy(surrogate(), [...records, { ...asked, verdict: "reject" }]);
  expect(resumed.report()).toEqual(before);
});

test("another bundle is not corrected by what was learnt about the one before", async () => {
  const records: unknown[] = [];
  const log = { append: async (record: unknown) => void records.push(record) } as StudyLog;
  const study = await openStudy(surrogate(), spec(), log);
  // Its model says a tenth of what comes out.
  for (let n = 10; n < 22; n++) await study.tell(candidate(`x ${n}`), { cost: 10 * n });
  const [learnt] = await study.score([candidate("x 16")]);
  expect(learnt?.ok === true && learnt.predictions["cost"]!.median).toBeGreaterThan(100);

  const predictor = { ...fakePredictor(), id: "fake-2" };
  const other = openSurrogate({ predictor, plugins: fakeHost });
  const resumed = await resumeStudy(other, records, log);
  expect(records.at(-1)).toEqual({ type: "rebased", model: "fake-2" });
  expect(resumed.report()).toMatchObject({
    model: "fake-2",
    numTells: 12,
    trust: { state: "calibrating", reasons: [{ code: "FEW_TELLS", value: 0 }] },
  });
  const [fresh] = await resumed.score([candidate("x 16")]);
  expect(fresh?.ok === true && fresh.predictions["cost"]!.median).toBe(16);
  for (let n = 30; n < 34; n++) await resumed.tell(candidate(`x ${n}`), { cost: n });
  const again = await resumeStudy(other, records, log);
  expect(again.report()).toEqual(resumed.report());
  expect(await again.score([candidate("x 16")])).toEqual(await resumed.score([candidate("x 16")]));
  // Back to the first bundle: what was learnt about it counts again.
  const back = await resumeStudy(surrogate(), records, log);
  const [known] = await back.score([candidate("x 16")]);
  expect(known?.ok === true && known.predictions["cost"]!.median).toBeGreaterThan(100);
});

test("a surrogate that turns out wrong loses trust, and everything is evaluated", async () => {
  const study = await openStudy(surrogate(), spec({ correction: "none" }));
  for (let i = 0; i < 12; i++) await study.tell(candidate(`x ${10 + i}`), { cost: 100 - 5 * i });
  const { trust } = study.report();
  expect(trust.state).toBe("untrusted");
  expect(trust.reasons.map(({ code }) => code)).toEqual(["COVERAGE_LOW", "RANK_LOW", "BIASED"]);
  const [decision] = await study.decide([candidate("x 500")]);
  expect(decision).toMatchObject({
    verdict: "promote",
    reason: "the surrogate is not trusted here",
  });
});

test("a study continues from its log as if nothing had happened", async () => {
  const folder = mkdtempSync(join(tmpdir(), "auspex-study-"));
  folders.push(folder);
  const journal = openJournal(join(folder, "study.log"));
  const study = await openStudy(
    surrogate(),
    spec({ objectives: [{ name: "cost", goal: "min", scale: "log" }] }),
    journal,
  );
  await tellMany(study, [50, 20, 70, 33, 41]);
  await study.tell(candidate("x stuck 9"), { failure: "timeout" });
  await study.decide([candidate("x 10"), candidate("x 60")]);
  journal.close();

  const again = openJournal(join(folder, "study.log"));
  const resumed = await resumeStudy(surrogate(), again.records, again);
  expect(resumed.report()).toEqual(study.report());
  const probe = [candidate("x 15"), candidate("x 45")];
  expect(await resumed.score(probe)).toEqual(await study.score(probe));
  expect(await resumed.tell(candidate("x 20"), { cost: 20 })).toMatchObject({
    status: "duplicate",
  });
  again.close();
});

test("values too large to reckon with are refused, and answers of absurd size leave a log that can be read", async () => {
  const study = await openStudy(surrogate(), spec());
  await expect(study.tell(candidate("x 1"), { cost: 1e308 })).rejects.toThrow(/within 1e100 of 0/);
  const log = await openStudy(
    surrogate(),
    spec({ objectives: [{ name: "cost", goal: "min", scale: "log" }] }),
  );
  await expect(log.tell(candidate("x 1"), { cost: 1e-200 })).rejects.toThrow(/between 1e-100/);

  for (const scale of ["linear", "log"] as const) {
    const records: unknown[] = [];
    const append = async (record: unknown) => {
      // As a journal keeps it.
      records.push(JSON.parse(JSON.stringify(record)));
    };
    const objectives = [{ name: "cost", goal: "min" as const, scale }];
    const absurd = await openStudy(surrogate(), spec({ objectives, warmupTells: 0 }), {
      append,
    } as StudyLog);
    const texts = [1, 2, 3, 4].map((digit) => candidate(`x ${digit}${"0".repeat(300)}`));
    for (const [i, text] of texts.entries()) await absurd.tell(text, { cost: 10 ** (99 - 60 * i) });
    const [decision] = await absurd.decide([candidate(`x 7${"0".repeat(300)}`)]);
    expect(decision).toMatchObject({ ok: true });
    expect(JSON.stringify(decision)).not.toContain("null");
    const resumed = await resumeStudy(surrogate(), records);
    expect(resumed.report()).toMatchObject({ numTells: 4, numDecisions: 1 });
  }
});

test("a log that is no study's is refused", async () => {
  await expect(resumeStudy(surrogate(), [{ type: "told" }])).rejects.toThrow(
    /record 1: not an event of a study/,
  );
  await expect(resumeStudy(surrogate(), [])).rejects.toThrow(/begins with its creation/);
});

test("two objectives keep a Pareto front and its hypervolume", async () => {
  const study = await openStudy(
    surrogate(),
    spec({
      objectives: [
        { name: "cost", goal: "min" },
        { name: "gain", goal: "max" },
      ],
      referencePoint: [10, 0],
    }),
  );
  await study.tell(candidate("x 1"), { cost: 2, gain: 3 });
  await study.tell(candidate("x 2"), { cost: 4, gain: 6 });
  await study.tell(candidate("x 3"), { cost: 5, gain: 1 });
  const report = study.report();
  expect(report.best.map(({ text }) => text)).toEqual(["x 1", "x 2"]);
  expect(report.hypervolume).toBe((10 - 2) * 3 + (10 - 4) * 3);
  const [score] = await study.score([candidate("x 4")]);
  expect(score).toMatchObject({ ok: true, predictions: { gain: { median: expect.any(Number) } } });
});

test.each([
  [{ objectives: [] }, /study.objectives/],
  [{ objectives: [{ name: "speed", goal: "max" as const }] }, /no objective "speed"/],
  [{ id: "../x" }, /study.id/],
  [{ referencePoint: [1, 2] }, /2 values for 1 objectives/],
  [{ referencePoint: [1e200] }, /study.referencePoint: cost must be within/],
  [
    { objectives: [{ name: "cost", goal: "min" as const, scale: "log" }], referencePoint: [0] },
    /study.referencePoint: cost is on a log scale/,
  ],
  [{ policy: { kind: "improve", q: 1 } }, /study.policy/],
])("a wrong specification is refused: %o", async (override, message) => {
  await expect(openStudy(surrogate(), { ...spec(), ...override })).rejects.toThrow(message);
});

test("with a biased surrogate, learning from tells finds the optimum with fewer evaluations", async () => {
  // The surrogate says: x alone. The truth: the preset matters as much, and it cannot see it.
  const truth = (x: number, preset: number) => x + 40 * Math.abs(preset - 3);
  const pool = Array.from({ length: 120 }, (_, i) => ({
    text: `x ${20 + (i % 20)}\npreset: p${i % 6}`,
  }));
  const best = Math.min(...pool.map(({ text }, i) => truth(Number(text.slice(2, 4)), i % 6)));
  const evaluationsToBest = async (correction: "none" | "residual") => {
    const study = await openStudy(
      surrogate(),
      spec({ correction, policy: { kind: "ei", share: 0.2 } }),
    );
    for (let n = 1; n <= pool.length; n++) {
      const { picks } = await study.select(pool, 1);
      const pick = pool[picks[0]!]!;
      const cost = truth(Number(pick.text.slice(2, 4)), pool.indexOf(pick) % 6);
      await study.tell(pick, { cost });
      if (cost === best) return n;
    }
    return Infinity;
  };
  const [without, withLearning] = [
    await evaluationsToBest("none"),
    await evaluationsToBest("residual"),
  ];
  expect(withLearning).toBeLessThanOrEqual(without);
  expect(withLearning).toBeLessThan(15);
});
