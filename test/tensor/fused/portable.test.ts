import { beforeAll, describe } from "vitest";
import { openEngine } from "../../../src/tensor/index.ts";
import { PORTABLE_ENGINES } from "../support/engines.ts";
import { fusedOperationsContract } from "./fused-operations.contract.ts";

describe.each(PORTABLE_ENGINES)("on engine %s", (engine) => {
  beforeAll(async () => {
    await openEngine({ engine });
  });
  fusedOperationsContract();
});
