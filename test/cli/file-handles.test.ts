import { expect, test } from "vitest";
import {
  type FileHandles,
  maxWorkersFor,
  outOfFileHandles,
  readFileHandles,
  type WorkerCounts,
} from "../../src/cli/file-handles.ts";
import { UnavailableError } from "../../src/core/index.ts";

const counts: WorkerCounts = { numWanted: 1, maxWorkers: 256, numLocalWorkers: 0 };

test.each<[FileHandles, Partial<WorkerCounts>, number]>([
  [{ limit: 1024, numOpen: 30 }, {}, 256],
  [{ limit: 64, numOpen: 28 }, {}, 6],
  [{ limit: 64, numOpen: 28 }, { numWanted: 6 }, 6],
  [{ limit: 64, numOpen: 28 }, { maxWorkers: 4 }, 4],
  [{ limit: 64, numOpen: 28 }, { numWanted: 3, numLocalWorkers: 3 }, 3],
])("%j and %j: %i workers are let in", (handles, override, expected) => {
  expect(maxWorkersFor(handles, { ...counts, ...override })).toBe(expected);
});

test.each<[FileHandles, Partial<WorkerCounts>]>([
  [{ limit: 64, numOpen: 28 }, { numWanted: 7 }],
  [{ limit: 64, numOpen: 60 }, {}],
  [
    { limit: 64, numOpen: 28 },
    { numWanted: 4, numLocalWorkers: 4 },
  ],
])("%j and %j: an error that names the limit and what raises it", (handles, override) => {
  expect(() => maxWorkersFor(handles, { ...counts, ...override })).toThrow(
    expect.objectContaining({
      code: "FILE_HANDLES",
      exitCode: 74,
      message: expect.stringContaining("64 files"),
      hint: expect.stringContaining("ulimit -n"),
    }),
  );
});

test("an error says what to do where a file handle was wanting, however deep that lies", () => {
  const cause = Object.assign(new Error("EMFILE: too many open files"), { code: "EMFILE" });
  const wrapped = new UnavailableError("cannot listen", { cause });
  const thread = new Error("Worker initialization failure: EMFILE");
  for (const error of [cause, wrapped, thread]) {
    expect(outOfFileHandles(error)).toMatchObject({
      code: "FILE_HANDLES",
      hint: expect.stringContaining("ulimit -n"),
    });
  }
  expect(outOfFileHandles(new UnavailableError("cannot listen"))).toBeUndefined();
  expect(outOfFileHandles("EMFILE")).toBeUndefined();
});

test.runIf(process.platform === "linux")("this process knows its limit", () => {
  const { limit, numOpen } = readFileHandles()!;
  expect(numOpen).toBeGreaterThan(2);
  expect(limit).toBeGreaterThan(numOpen);
});
