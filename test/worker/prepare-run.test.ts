// The real compute of a worker in this process: what it computes is a function of its arguments alone, and
// microshards add up to the whole.

import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test, vi } from "vitest";
import { prepareRun as prepareWithFailpoints } from "../../src/cli/chaos/faulty-compute.ts";
import { localParts, prepareDataset } from "../../src/data/index.ts";
import { trainBytePairVocabulary } from "../../src/tokenizer/index.ts";
import { runSpecSchema } from "../../src/training/index.ts";
import type { RunCompute } from "../../src/worker/compute.ts";
import { prepareRun } from "../../src/worker/prepare-run.ts";
import { temporaryDirectory } from "../support/toy-run.ts";

const DATA = fileURLToPath(new URL("../fixtures/runs/objectives.jsonl", import.meta.url));

function specification(numMicroshards: number): unknown {
  return {
    name: "prepared",
    seed: 1,
    engine: { engine: "cpu", threads: 1, precision: "f32" },
    data: [{ file: DATA, where: [] }],
    holdOut: [],
    textVocabulary: trainBytePairVocabulary(["one a: 1 b: 2"], { size: 320 }).toJson(),
    numberTokenizer: { kind: "p10", numDigits: 4, exponentRange: 10 },
    model: {
      dModel: 8,
      numEncoderLayers: 1,
      numDecoderLayers: 1,
      numHeads: 2,
      maxObjectives: 3,
    },
    batch: { globalBatchSize: 8, numMicroshards },
    mixture: { temperature: 1 },
    evalExamples: 9,
  };
}

async function prepared(numMicroshards: number): Promise<RunCompute> {
  return prepareRun(runSpecSchema.parse(specification(numMicroshards)), {});
}

function drawnParameters({ parameterCount }: RunCompute): Float32Array {
  return Float32Array.from({ length: parameterCount }, (_, i) => Math.sin(i) / 10);
}

test("microshards of objectives of varying number add up to the whole batch", async () => {
  const parts = await prepared(4);
  const parameters = drawnParameters(parts);
  const sum = new Float32Array(parts.parameterCount);
  let numExamples = 0;
  let lossSum = 0;
  for (let microshard = 0; microshard < 4; microshard++) {
    const out = new Float32Array(parts.parameterCount);
    const leaf = await parts.gradient(parameters, 0, 1, microshard, out);
    out.forEach((value, i) => {
      sum[i]! += value;
    });
    numExamples += leaf.numExamples;
    lossSum += leaf.lossSum;
  }
  const whole = await prepared(1);
  const out = new Float32Array(whole.parameterCount);
  const leaf = await whole.gradient(parameters, 0, 1, 0, out);
  expect([numExamples, leaf.numExamples]).toEqual([8, 8]);
  expect(leaf.weightSum).toBe(8);
  expect(leaf.lossSum).toBeCloseTo(lossSum, 3);
  expect(leaf.tasks.map(({ task }) => task)).toContain("objectives/three");
  out.forEach((value, i) => expect(sum[i]).toBeCloseTo(value, 4));
});

test("asked again, a microshard gives the same bits; another step gives others", async () => {
  const compute = await prepared(4);
  const parameters = drawnParameters(compute);
  const at = async (parametersId: number, step: number): Promise<Float32Array> => {
    const out = new Float32Array(compute.parameterCount);
    await compute.gradient(parameters, parametersId, step, 2, out);
    return out;
  };
  const first = await at(0, 1);
  expect(await at(7, 1)).toEqual(first);
  expect(await at(0, 2)).not.toEqual(first);
});

test("validation parts cover each validation row once", async () => {
  const compute = await prepared(4);
  const parameters = drawnParameters(compute);
  let numExamples = 0;
  for (let part = 0; part < 4; part++) {
    const leaf = await compute.evaluate(parameters, 0, part);
    numExamples += leaf.numExamples;
    expect(Number.isFinite(leaf.lossSum)).toBe(true);
  }
  expect(numExamples).toBe(9);
});

test("a specification that breaks a rule is refused before anything is read", async () => {
  await expect(prepareRun({ ...(specification(4) as object), seed: 0.5 }, {})).rejects.toThrow(
    "seed",
  );
});

const PREPARE = { "a worker": prepareRun, "one with failpoints": prepareWithFailpoints };

test.each(Object.entries(PREPARE))("%s trains a replica part by part", async (_, prepare) => {
  const local = {
    localSteps: 3,
    optimizer: { kind: "nesterov", learningRate: 0.1 },
    schedule: { kind: "constant", warmupSteps: 0 },
    clipNorm: 1,
    totalSteps: 3,
  };
  const spec = runSpecSchema.parse({ ...(specification(4) as object), local });
  const compute = await prepare(spec, {});
  const parameters = drawnParameters(compute);
  const partDone = vi.fn<() => void>();
  const control = { block: 1, partDone, isRevoked: () => false };
  const out = new Float32Array(compute.parameterCount);
  await compute.gradient(parameters, 0, 1, 0, out, control);
  expect(partDone).toHaveBeenCalledTimes(3);
});

test.each(Object.entries(PREPARE))(
  "%s fetches a microshard's own rows alone; fetched ahead, it finds them here",
  async (_, prepare) => {
    const directory = join(temporaryDirectory(), "set");
    const manifest = await prepareDataset([DATA], directory, { blockBytes: 1, allowMissing: true });
    const parts = localParts(directory);
    let numBlocks = 0;
    const data = [{ file: "elsewhere", where: [], access: "streamed", sha256: manifest!.sha256 }];
    const compute = await prepare(
      runSpecSchema.parse({ ...(specification(4) as object), data }),
      {},
      (_source, part) => {
        if (part.kind === "block") numBlocks++;
        return parts.read(part);
      },
    );
    const parameters = drawnParameters(compute);
    const out = new Float32Array(compute.parameterCount);
    await compute.gradient(parameters, 0, 1, 3, out);
    // One row a block, eight examples in four microshards.
    expect(numBlocks).toBe(2);
    compute.prefetch!(2, [3]);
    await vi.waitFor(() => expect(numBlocks).toBe(4));
    await compute.gradient(parameters, 0, 2, 3, out);
    expect(numBlocks).toBe(4);
    parts.close();
  },
);
