import { expect, test } from "vitest";
import { Hold } from "../../src/coordinator/hold.ts";
import { Master } from "../../src/coordinator/master.ts";
import { layOutParameters } from "../../src/core/index.ts";
import { createOptimizer, type OptimizerConfig } from "../../src/optim/index.ts";

const PART = 1 << 20;
const size = 2 * PART + 3;
const layout = layOutParameters([{ name: "w", shape: [size], decay: true, role: "matrix" }]);
const fleet = { publish: () => {}, extend: () => {}, withdraw: () => {}, isLent: () => false };

const OPTIMIZER: OptimizerConfig = {
  kind: "adamw",
  learningRate: 1,
  beta1: 0.9,
  beta2: 0.95,
  epsilon: 1e-8,
  weightDecay: 0,
};

const turns = async (count: number): Promise<void> => {
  for (let i = 0; i < count; i++) await new Promise((resolve) => setImmediate(resolve));
};

test("a step changes what a checkpoint has written and waits for the rest", async () => {
  const master = new Master(
    {
      parameters: new Float32Array(size),
      optimizer: createOptimizer(OPTIMIZER, layout),
      numApplied: 0,
      average: undefined,
      finishStep: undefined,
    },
    fleet,
  );
  const { arrays } = master;
  const probes = [0, PART - 1, PART, size - 1];
  const changed = () =>
    Object.values(arrays).map((array) => probes.filter((at) => array[at] !== 0).length);
  const hold = master.hold();
  let isCommitted = false;
  const update = {
    gradient: new Float32Array(size).fill(1),
    learningRateFactor: 1,
    gradientScale: 1,
  };
  const committing = master
    .commit(1, update, { recorded: Promise.resolve(), onPublish: () => {} })
    .then(() => {
      isCommitted = true;
    });
  await turns(5);
  expect(changed()).toEqual([0, 0, 0]);
  hold.pass(PART + 1);
  await turns(5);
  expect(changed()).toEqual([2, 2, 2]);
  expect(isCommitted).toBe(false);
  hold.release();
  await committing;
  expect(changed()).toEqual([4, 4, 4]);
});

test("a hold lets values go in order, and all of them at its release", async () => {
  const hold = new Hold();
  const gone: number[] = [];
  const waiting = [5, 2, 9].map((count) => hold.passed(count).then(() => gone.push(count)));
  hold.pass(5);
  await hold.passed(4);
  await turns(1);
  expect(gone.toSorted((a, b) => a - b)).toEqual([2, 5]);
  hold.release();
  await Promise.all(waiting);
  expect(gone).toHaveLength(3);
});
