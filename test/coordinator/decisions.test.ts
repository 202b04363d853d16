import { describe, expect, test } from "vitest";
import { decideAdmission, type RunIdentity } from "../../src/coordinator/admission.ts";
import {
  decideBackup,
  leaseTtlMs,
  msPerMicroshardAfterExpiry,
  updatedMsPerMicroshard,
} from "../../src/coordinator/lease-policy.ts";
import { sumLeaves } from "../../src/coordinator/sums.ts";

describe("admission", () => {
  const run: RunIdentity = {
    configHash: "c",
    datasetHash: "d",
    layoutHash: "l",
    numericClass: undefined,
  };
  const join = {
    workerName: "w",
    configHash: "c",
    datasetHash: "d",
    layoutHash: "l",
    numericClass: "x",
  };

  test("the first worker is admitted with any class, later ones with the same", () => {
    expect(decideAdmission(join, run, 0, 2)).toEqual({ kind: "admit" });
    const fixed = { ...run, numericClass: "y" };
    expect(decideAdmission(join, fixed, 1, 2)).toMatchObject({ code: "CLASS_NOT_ALLOWED" });
  });

  test.each([
    [{ configHash: "?" }, "CONFIG_MISMATCH"],
    [{ datasetHash: "?" }, "DATASET_MISMATCH"],
    [{ layoutHash: "?" }, "LAYOUT_MISMATCH"],
  ])("%j is refused as %s", (override, code) => {
    expect(decideAdmission({ ...join, ...override }, run, 0, 2)).toMatchObject({ code });
  });

  test("a full run refuses", () => {
    expect(decideAdmission(join, run, 2, 2)).toMatchObject({ code: "FULL" });
  });
});

describe("leases", () => {
  const policy = { leaseFactor: 3, leaseMinMs: 100, leaseMaxMs: 1000, firstLeaseMs: 9999 };

  test.each([
    [undefined, 9999],
    [10, 100],
    [50, 150],
    [5000, 1000],
  ])("a worker that takes %s ms a microshard has %i ms without progress", (ms, ttl) => {
    expect(leaseTtlMs(ms, policy)).toBe(ttl);
  });

  test("the time per microshard follows the newest measurements", () => {
    expect(updatedMsPerMicroshard(undefined, 100, 2)).toBe(50);
    expect(updatedMsPerMicroshard(50, 100, 1)).toBe(65);
  });

  test("a lease that ended without progress shows how slow the worker is at least", () => {
    expect(msPerMicroshardAfterExpiry(50, 3000)).toBe(3000);
    expect(msPerMicroshardAfterExpiry(9000, 3000)).toBe(9000);
    expect(msPerMicroshardAfterExpiry(undefined, 3000)).toBe(3000);
  });

  const late = { leaseId: 1, ageMs: 1000, numMissing: 4 };
  const backup = (override: object) =>
    decideBackup({
      doneShare: 0.75,
      msPerMicroshard: [100, 100, 900],
      leases: [late],
      ...override,
    });

  test("a lease that took longer than 1.5 times what a middling worker needs is backed up", () => {
    expect(backup({})).toBe(1);
    expect(backup({ leases: [{ ...late, ageMs: 600 }] })).toBeUndefined();
    expect(backup({ leases: [{ ...late, numMissing: 0 }] })).toBeUndefined();
  });

  test("nothing is backed up early in a step or while no speed is known", () => {
    expect(backup({ doneShare: 0.4 })).toBeUndefined();
    expect(backup({ msPerMicroshard: [] })).toBeUndefined();
  });

  test("of several late leases the latest is taken", () => {
    expect(backup({ leases: [late, { leaseId: 2, ageMs: 3000, numMissing: 4 }] })).toBe(2);
  });
});

test("totals add in the order of the microshards, losses by task", () => {
  const leaf = (microshard: number, lossSum: number) => ({
    microshard,
    numExamples: 1,
    numTokens: 2,
    lossSum,
    weightSum: 1,
    tasks: [{ task: microshard === 0 ? "a" : "b", lossSum, weightSum: 1 }],
  });
  expect(sumLeaves([leaf(0, 1), leaf(1, 2), leaf(2, 4)])).toEqual({
    lossSum: 7,
    weightSum: 3,
    numTokens: 6,
    taskLosses: { a: 1, b: 3 },
    tasks: [
      { task: "a", lossSum: 1, weightSum: 1 },
      { task: "b", lossSum: 6, weightSum: 2 },
    ],
  });
});
