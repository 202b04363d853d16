import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import {
  acquireRunLock,
  pruneCheckpoints,
  readLatestCheckpoint,
  writeCheckpoint,
} from "../../src/checkpoint/index.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "auspex-checkpoint-"));
});
afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

const at = (step: number) => ({
  step,
  identity: { config: "c" },
  progress: { examples: step * 8 },
  arrays: { parameters: Float32Array.of(step, -0, NaN), adamwM: Float32Array.of(1, 2, 3) },
});

test("the newest checkpoint comes back with every bit", async () => {
  await writeCheckpoint(root, at(1));
  const digest = await writeCheckpoint(root, at(2));
  const { checkpoint } = readLatestCheckpoint(root);
  expect(checkpoint).toEqual({ ...at(2), digest });
  expect(Object.is(checkpoint?.arrays["parameters"]?.[1], -0)).toBe(true);
});

test("a damaged newest checkpoint falls back to the one before and says so", async () => {
  await writeCheckpoint(root, at(1));
  await writeCheckpoint(root, at(2));
  writeFileSync(join(root, "step-00000002", "state.safetensors"), "rubbish");
  const { checkpoint, passedOver } = readLatestCheckpoint(root);
  expect(checkpoint?.step).toBe(1);
  expect(passedOver).toHaveLength(1);
  expect(passedOver[0]).toContain("step-00000002");
});

test("without checkpoints there is none, and a limit passes newer ones over", async () => {
  expect(readLatestCheckpoint(join(root, "none")).checkpoint).toBeUndefined();
  await writeCheckpoint(root, at(5));
  expect(readLatestCheckpoint(root, 4).checkpoint).toBeUndefined();
});

test("pruning keeps the newest three and every tenth", async () => {
  for (let step = 1; step <= 14; step++) await writeCheckpoint(root, at(step));
  pruneCheckpoints(root, 1);
  expect(readdirSync(root).map((name) => Number(name.slice(5)))).toEqual([10, 12, 13, 14]);
});

test("a run directory has one coordinator, and a dead one's lock is taken over", async () => {
  const lock = acquireRunLock(root);
  expect(() => acquireRunLock(root)).toThrow(`in use by process ${process.pid}`);
  lock.release();
  const gone = { pid: process.pid, bootId: "another boot", startTicks: "1" };
  writeFileSync(join(root, "coordinator.lock"), JSON.stringify(gone));
  acquireRunLock(root).release();
  expect(readdirSync(root)).toEqual([]);
});

test("values may change as soon as they are said to be written", async () => {
  const numValues = (1 << 20) + 5;
  const arrays = {
    small: Float32Array.of(1, 2),
    parameters: new Float32Array(numValues).fill(3),
    state: new Float32Array(numValues).fill(4),
  };
  const written: number[] = [];
  await writeCheckpoint(root, { ...at(1), arrays }, (count) => {
    written.push(count);
    arrays.small.fill(0);
    arrays.parameters.fill(0, 0, count);
    arrays.state.fill(0, 0, count);
  });
  expect(written).toEqual([1 << 20, numValues]);
  const read = readLatestCheckpoint(root).checkpoint!.arrays;
  expect([...read["small"]!]).toEqual([1, 2]);
  expect(read["parameters"]!.length).toBe(numValues);
  expect(read["parameters"]!.every((value) => value === 3)).toBe(true);
  expect(read["state"]!.every((value) => value === 4)).toBe(true);
});
