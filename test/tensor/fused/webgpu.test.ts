// Engine webgpu: on whatever GPU there is, else on SwiftShader, the software GPU that Debian's chromium
// package brings. The Vulkan loader must be found when a process starts, so that SwiftShader gets its own.

import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { messageOf } from "../../../src/core/index.ts";
import { closeEngine, currentEngine, openEngine } from "../../../src/tensor/index.ts";
import { fusedOperationsContract } from "./fused-operations.contract.ts";

const CHROMIUM = "/usr/lib/chromium";
const SWIFTSHADER = `${CHROMIUM}/vk_swiftshader_icd.json`;
const VITEST = new URL("../../../node_modules/vitest/vitest.mjs", import.meta.url).pathname;

const reason = await openEngine({ engine: "webgpu" }).then(
  () => undefined,
  (error: unknown) => messageOf(error),
);

describe.skipIf(reason !== undefined)("on engine webgpu", () => {
  test("is on a named device", () => {
    expect(currentEngine().device).toMatch(/^GPU \(.+\)$/);
  });
  fusedOperationsContract();
  test("closes, so that the process can end", async () => {
    await closeEngine();
    await expect(openEngine({ engine: "webgpu" })).rejects.toThrow("was closed");
  });
});

const canUseSwiftShader = reason !== undefined && existsSync(SWIFTSHADER);
const why = canUseSwiftShader ? "" : ` (skipped: ${reason ?? "there is a GPU"}; no ${SWIFTSHADER})`;
test.skipIf(!canUseSwiftShader)(`passes on SwiftShader${why}`, { timeout: 300_000 }, () => {
  const environment = {
    ...process.env,
    VK_DRIVER_FILES: SWIFTSHADER,
    LD_LIBRARY_PATH: CHROMIUM,
  };
  const file = "test/tensor/fused/webgpu.test.ts";
  const { status, stdout, stderr } = spawnSync(process.execPath, [VITEST, "run", file], {
    env: environment,
    encoding: "utf8",
  });
  expect(status, stdout + stderr).toBe(0);
});
