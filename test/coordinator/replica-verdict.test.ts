import { expect, test } from "vitest";
import { judgeReplicas, type ReplicaReport } from "../../src/coordinator/replica-verdict.ts";

const report = (worker: string, digest: string | undefined, isGone = false): ReplicaReport => ({
  worker,
  digest,
  isGone,
});
const judge = (reports: readonly ReplicaReport[], ...contributors: string[]) =>
  judgeReplicas(reports, new Set(contributors), "right");

test("contributors with the coordinator's digest are good; who did not contribute is not waited for", () => {
  const reports = [report("a", "right"), report("b", "right"), report("late", undefined)];
  expect(judge(reports, "a", "b")).toEqual({ kind: "known", isGood: true, wrong: [] });
});

test("a contributor that has not reported is waited for, but not one that is gone", () => {
  expect(judge([report("a", undefined)], "a")).toEqual({ kind: "wait", workers: ["a"] });
  const gone = [report("a", undefined, true)];
  expect(judge(gone, "a")).toEqual({ kind: "known", isGood: false, wrong: [] });
  expect(judge(gone)).toMatchObject({ isGood: true });
});

test("a contributor that reported before it was lost counts", () => {
  expect(judge([report("a", "right", true)], "a")).toMatchObject({ isGood: true });
  expect(judge([report("a", "wrong", true)], "a")).toMatchObject({ isGood: false, wrong: ["a"] });
});

test("who is wrong is named whether it contributed or not; only contributors spoil the step", () => {
  const reports = [report("a", "right"), report("b", "wrong")];
  expect(judge(reports, "a")).toEqual({ kind: "known", isGood: true, wrong: ["b"] });
  expect(judge(reports, "a", "b")).toEqual({ kind: "known", isGood: false, wrong: ["b"] });
});

test("two sessions of one name must both be right, and a contributor without any is not", () => {
  const reports = [report("a", "wrong", true), report("a", "right")];
  expect(judge(reports, "a")).toEqual({ kind: "known", isGood: false, wrong: ["a"] });
  expect(judge([], "a")).toMatchObject({ isGood: false });
});
