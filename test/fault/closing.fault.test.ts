// A coordinator with keys that ends while workers are being let in. What goes wrong there aborts the process: it is a
// child of the test.

import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const script = fileURLToPath(new URL("../support/closing-process.ts", import.meta.url));

test("a coordinator closes while keys are being checked, 150 times, without a warning", async () => {
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [
    "--import",
    "tsx",
    script,
  ]);
  expect(stdout.trim()).toBe("150");
  expect(stderr).toBe("");
}, 60_000);
