// A worker that dies while the coordinator's queue of its tensors is full: ZeroMQ's own heartbeats would end the
// process of the coordinator. That process is a child of the test.

import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";

const script = fileURLToPath(new URL("../support/full-queue-process.ts", import.meta.url));

test.each(["tcp", "ipc"])(
  "over %s the coordinator outlives it, and reads what was queued",
  async (kind) => {
    const directory = mkdtempSync(join(tmpdir(), "auspex-full-queue-"));
    onTestFinished(() => rmSync(directory, { recursive: true }));
    const address = kind === "tcp" ? "tcp://127.0.0.1:*" : `ipc://${join(directory, "s")}`;
    const args = ["--import", "tsx", script, address, "coordinator"];
    const { stdout } = await promisify(execFile)(process.execPath, args);
    expect(Number(stdout)).toBeGreaterThanOrEqual(32);
  },
  60_000,
);
