// The tests of the Python client, run by Python's own unittest against a running service.

import { spawn, spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const CLIENT = fileURLToPath(new URL("../../clients/python", import.meta.url));
const hasPython = spawnSync("python3", ["-c", "import unittest"]).status === 0;
if (!hasPython) process.stderr.write("python3 is not installed: its client is not tested\n");

test.skipIf(!hasPython)(
  "the Python client, and the exchange recorded with OpenEvolve",
  async () => {
    const { code, output } = await unittest();
    expect(code, output).toBe(0);
    expect(output).toMatch(/Ran \d\d tests/);
  },
  180_000,
);

function unittest(): Promise<{ code: number | null; output: string }> {
  const child = spawn("python3", ["-m", "unittest"], {
    cwd: CLIENT,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  child.stdout.on("data", (text: Buffer) => (output += text.toString()));
  child.stderr.on("data", (text: Buffer) => (output += text.toString()));
  return new Promise((resolve) => {
    child.once("close", (code) => resolve({ code, output }));
  });
}
