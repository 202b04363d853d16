// F24: a process that writes a checkpoint is gone at every single operation on files, before it or in the middle
// of it. Whatever lies on the disk then, the newest checkpoint loads and is whole.

import type * as nodeFs from "node:fs";
import { cpSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import type * as nodeFsPromises from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import {
  pruneCheckpoints,
  readLatestCheckpoint,
  type TrainingCheckpoint,
  writeCheckpoint,
} from "../../src/checkpoint/index.ts";

/** Counts operations that change the disk; from the one that is fatal on, none happens any more. */
const disk = vi.hoisted(() => {
  const state = { numOperations: 0, fatal: Number.POSITIVE_INFINITY, isTorn: false };
  /** @param half What of the operation may have happened when the process went in the middle of it. */
  const guard = <A extends unknown[], R>(
    run: (...args: A) => R,
    half?: (...args: A) => unknown,
  ) => {
    return (...args: A): R => {
      const number = state.numOperations++;
      if (number < state.fatal) return run(...args);
      if (number === state.fatal && state.isTorn) half?.(...args);
      throw new Error("the process is gone");
    };
  };
  return { state, guard };
});

vi.mock("node:fs", async (importOriginal) => {
  const fs = await importOriginal<typeof nodeFs>();
  const { guard } = disk;
  const halfOf = (bytes: Uint8Array): Uint8Array => bytes.subarray(0, bytes.byteLength >> 1);
  return {
    ...fs,
    mkdirSync: guard(fs.mkdirSync),
    openSync: guard(fs.openSync, (...args) => fs.closeSync(fs.openSync(...args))),
    writeSync: guard(fs.writeSync as (fd: number, bytes: Uint8Array) => number, (fd, bytes) =>
      fs.writeSync(fd, halfOf(bytes)),
    ),
    // What a killed process had written stays without it; only a power cut would tell.
    fsyncSync: guard(() => {}),
    renameSync: guard(fs.renameSync, fs.renameSync),
    rmSync: guard(fs.rmSync, (path) => {
      // Some of a directory's files are gone, and it is not.
      if (!fs.statSync(path).isDirectory()) return;
      fs.rmSync(`${String(path)}/${fs.readdirSync(path)[0]}`);
    }),
  };
});

vi.mock("node:fs/promises", async (importOriginal) => {
  const fs = await importOriginal<typeof nodeFsPromises>();
  const { guard } = disk;
  const open = async (...args: Parameters<typeof fs.open>) => {
    const file = await fs.open(...args);
    const write = (bytes: Uint8Array, from: number, length: number, at: number) =>
      file.write(bytes, from, length, at);
    return {
      write: guard(write, (bytes, from, length, at) => write(bytes, from, length >> 1, at)),
      sync: guard(() => Promise.resolve()),
      read: file.read.bind(file),
      close: () => file.close(),
    };
  };
  return { ...fs, open: guard(open, (...args) => void open(...args).then((file) => file.close())) };
});

const directory = mkdtempSync(join(tmpdir(), "auspex-test-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));
const before = join(directory, "before");
let numRoots = 0;

const at = (step: number) => ({
  step,
  identity: { config: "c" },
  progress: { examples: step },
  arrays: { parameters: Float32Array.from({ length: 16_400 }, (_, i) => step + i) },
});

beforeAll(async () => {
  for (const step of [1, 2, 3, 4]) await writeCheckpoint(before, at(step));
});

const sumOf = ({ arrays }: Pick<TrainingCheckpoint, "arrays">): number =>
  arrays["parameters"]!.reduce((sum, value) => sum + value, 0);

interface Life {
  readonly root: string;
  /** Whether the last checkpoint was known to be written. */
  readonly isWritten: boolean;
  readonly numOperations: number;
}

/** Four checkpoints are on the disk; a process writes the fifth, removes old ones, and writes it again, until it is gone. */
async function live(fatal: number, isTorn: boolean): Promise<Life> {
  const root = join(directory, String(numRoots++));
  cpSync(before, root, { recursive: true });
  const { state } = disk;
  Object.assign(state, { numOperations: 0, fatal, isTorn });
  let isWritten = false;
  try {
    await writeCheckpoint(root, at(5));
    isWritten = true;
    pruneCheckpoints(root, 10);
    // A resumed run writes a checkpoint that is there again.
    await writeCheckpoint(root, at(5));
  } catch {
    // Gone.
  }
  const { numOperations } = state;
  state.fatal = Number.POSITIVE_INFINITY;
  return { root, isWritten, numOperations };
}

test.each([
  ["before it", false],
  ["in the middle of it", true],
])("F24: gone at each operation of a checkpoint, %s", async (_, isTorn) => {
  const { numOperations } = await live(Number.POSITIVE_INFINITY, isTorn);
  expect(numOperations).toBeGreaterThan(20);
  for (let fatal = 0; fatal < numOperations; fatal++) {
    const { root, isWritten } = await live(fatal, isTorn);
    const { checkpoint } = readLatestCheckpoint(root);
    // What was known to be written is there; while it is replaced by its equal the one before may be the newest.
    expect([4, 5], `operation ${fatal}`).toContain(checkpoint?.step);
    const names = readdirSync(root);
    const mustBeNewest = isWritten && names.includes("step-00000005");
    expect(!mustBeNewest || checkpoint?.step === 5, `operation ${fatal}`).toBe(true);
    expect(sumOf(checkpoint!)).toBe(sumOf(at(checkpoint!.step)));
    // Who comes next writes it once more, whatever was left behind.
    await writeCheckpoint(root, at(5));
    expect(readLatestCheckpoint(root).checkpoint?.step).toBe(5);
    rmSync(root, { recursive: true });
  }
});
