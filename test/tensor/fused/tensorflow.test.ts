// Engine tensorflow, where tfjs-node or tfjs-node-gpu is installed (docs/engines.md: how).

import { describe, expect, test } from "vitest";
import { messageOf } from "../../../src/core/index.ts";
import { currentEngine, openEngine } from "../../../src/tensor/index.ts";
import { fusedOperationsContract } from "./fused-operations.contract.ts";

const reason = await openEngine({ engine: "tensorflow" }).then(
  () => "",
  (error: unknown) => ` (skipped: ${messageOf(error)})`,
);

describe.skipIf(reason !== "")(`on engine tensorflow${reason}`, () => {
  test("says whether it found a GPU", () => {
    expect(["cuda", "tensorflow"]).toContain(currentEngine().kernelPath);
  });
  fusedOperationsContract();
});
