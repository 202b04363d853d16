import { expect, test } from "vitest";
import type { JournalRecord } from "../../src/checkpoint/index.ts";
import { verifyRecords } from "../../src/coordinator/index.ts";
import { Mixture } from "../../src/data/index.ts";

const taskSizes = { a: 20, b: 7 };
const mixture = new Mixture(taskSizes, { seed: 1 });
const open = {
  type: "open",
  runId: "r",
  configHash: "",
  datasetHash: "",
  layoutHash: "",
  numSteps: 9,
  globalBatchSize: 6,
  numMicroshards: 2,
  sampling: { seed: 1, taskSizes },
};

function commit(step: number, counts?: readonly number[]): JournalRecord {
  const firstExample = 6 * (step - 1);
  const quotas = counts ?? mixture.quotas(firstExample, 6);
  return {
    type: "commit",
    step,
    parametersBefore: "",
    applied: true,
    firstExample,
    numExamples: 6,
    numTokens: 60,
    lossSum: 1,
    weightSum: 6,
    gradientNorm: 1,
    nodes: [[0, 2, "w"]],
    tasks: mixture.tasks.map((task, i) => [task, quotas[i]!, 0.5]),
  };
}

test("a journal whose steps hold what the mixture says is proved, epoch by epoch", () => {
  const steps = Array.from({ length: 9 }, (_, i) => commit(i + 1));
  expect(verifyRecords([open, ...steps], "journal")).toMatchObject({
    numExamples: 54,
    tasks: [
      { task: "a", completedEpochs: 2, examplesInNextEpoch: 0 },
      { task: "b", completedEpochs: 2, examplesInNextEpoch: 0 },
    ],
  });
});

test("a step that counted another task's examples is named", () => {
  const [a, b] = mixture.quotas(6, 6);
  const wrong = commit(2, [a! - 1, b! + 1]);
  expect(() => verifyRecords([open, commit(1), wrong], "journal")).toThrow(
    `journal: step 2: ${a! - 1} examples of a, due were ${a!}`,
  );
});
