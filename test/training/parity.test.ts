import { readFileSync } from "node:fs";
import { beforeAll, expect, test } from "vitest";
import { memory, openEngine } from "../../src/tensor/index.ts";
import { runParity } from "../../src/training/index.ts";

function fixture(name: string): Uint8Array {
  return readFileSync(new URL(`../fixtures/regress-lm/${name}.safetensors`, import.meta.url));
}

beforeAll(async () => {
  await openEngine({ engine: "cpu" });
});

test.each(["vanilla_p10", "vanilla_ieee_zloss", "performer_relu", "performer_softmax"])(
  "%s gives the reference's memory, logits, loss, log-probability and gradients",
  async (name) => {
    const before = memory().numTensors;
    const report = await runParity(fixture(name));
    expect(report).toMatchObject({
      ok: true,
      memory: { ok: true },
      logits: { ok: true },
      loss: { ok: true },
      logProb: { ok: true },
      gradients: { ok: true },
    });
    expect(report.gradients.numTensors).toBeGreaterThan(60);
    expect(memory().numTensors).toBe(before);
  },
);
