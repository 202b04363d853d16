import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";

const hasPython = spawnSync("python3", ["--version"]).status === 0;

// Skipped without Python: the client is not needed to build or run auspex.
test.skipIf(!hasPython)(
  "the Python client passes its own tests against the running service",
  () => {
    const run = spawnSync("python3", ["-m", "unittest", "-q"], {
      cwd: "clients/python",
      encoding: "utf8",
    });
    expect(run.stderr).toMatch(/\nOK/);
  },
);
