import { beforeAll, describe, expect, test } from "vitest";
import { makeTrainBatch } from "../../src/data/index.ts";
import {
  disposeParameters,
  memory,
  openEngine,
  parametersFromFlat,
} from "../../src/tensor/index.ts";
import { fineTune } from "../../src/training/fine-tune.ts";
import {
  adapt,
  computeLeaf,
  type EpochState,
  evaluate,
  exampleLosses,
  Predictor,
  predictLines,
  RegressLM,
  type TrainedModel,
} from "../../src/training/index.ts";
import { trainSelected } from "../../src/training/trainable.ts";
import { linearTask, smallModel } from "./small.ts";

beforeAll(async () => {
  await openEngine({ engine: "cpu" });
});

async function scores(trained: TrainedModel): Promise<{ mre: number; spearman: number }> {
  const predictor = new Predictor(trained);
  try {
    const { overall } = await evaluate(predictor, linearTask(40).slice(20), { maxNodes: 40 });
    return { mre: overall.mre ?? Number.NaN, spearman: overall.spearman ?? 0 };
  } finally {
    predictor.dispose();
  }
}

describe("one leaf", () => {
  const trained = smallModel();
  const { model, parameters, textVocabulary, decoderVocabulary } = trained;
  const batch = (rows: ReturnType<typeof linearTask>, weights?: number[]) =>
    makeTrainBatch(rows, textVocabulary, decoderVocabulary, {
      ...model.config,
      ...(weights === undefined ? {} : { weights }),
    });

  test("is the sum of its examples' weighted gradients", async () => {
    const rows = linearTask(3);
    const tensors = parametersFromFlat(model.layout, parameters);
    const whole = await computeLeaf(model, tensors, batch(rows, [1, 2, 0.5]));
    const parts = [];
    for (const [row, weight] of [1, 2, 0.5].entries()) {
      parts.push(await computeLeaf(model, tensors, batch([rows[row]!], [weight])));
    }
    expect(whole.weightSum).toBeCloseTo(3.5, 6);
    expect(whole.lossSum).toBeCloseTo(
      parts.reduce((sum, part) => sum + part.lossSum, 0),
      4,
    );
    const largest = Math.max(...whole.gradient.map(Math.abs));
    for (let i = 0; i < whole.gradient.length; i += 37) {
      const sum = parts.reduce((total, part) => total + part.gradient[i]!, 0);
      expect(Math.abs(whole.gradient[i]! - sum)).toBeLessThan(1e-4 * largest);
    }
    disposeParameters(tensors);
  });

  test("agrees with finite differences of the loss", async () => {
    const rows = batch(linearTask(2));
    const lossAt = async (flat: Float32Array): Promise<number> => {
      const tensors = parametersFromFlat(model.layout, flat);
      const losses = await exampleLosses(model, tensors, rows);
      disposeParameters(tensors);
      return losses.reduce((sum, loss) => sum + loss, 0);
    };
    const tensors = parametersFromFlat(model.layout, parameters);
    const { gradient } = await computeLeaf(model, tensors, rows);
    disposeParameters(tensors);
    for (const spec of model.layout.specs) {
      // Along each tensor's own gradient: the steepest, so least lost in rounding.
      const part = gradient.subarray(spec.offset, spec.offset + spec.size);
      const norm = Math.hypot(...part);
      if (norm < 1e-3) continue;
      const step = 2e-3 / norm;
      const moved = (sign: number): Float32Array =>
        parameters.map((value, i) =>
          i >= spec.offset && i < spec.offset + spec.size
            ? value + sign * step * gradient[i]!
            : value,
        );
      const slope = ((await lossAt(moved(1))) - (await lossAt(moved(-1)))) / (2 * step);
      expect(slope / norm ** 2, spec.name).toBeCloseTo(1, 1);
    }
  });

  test("leaves no tensors behind", async () => {
    const tensors = parametersFromFlat(model.layout, parameters);
    const before = memory().numTensors;
    await computeLeaf(model, tensors, batch(linearTask(2)));
    expect(memory().numTensors).toBe(before);
    disposeParameters(tensors);
  });
});

test("instant adaptation predicts unseen rows of a smooth task from twenty", async () => {
  const before = await scores(smallModel());
  const { trained, candidates } = await adapt(smallModel(), linearTask(20), { method: "instant" });
  const after = await scores(trained);
  expect(after.mre).toBeLessThan(15);
  expect(after.mre).toBeLessThan(before.mre);
  expect(after.spearman).toBeGreaterThan(0.9);
  expect(candidates.map(({ name }) => name).toSorted()).toEqual([
    "affine",
    "gaussian-process",
    "zero-shot",
  ]);
});

test("auto tries three learning rates on folds of few rows, or the one that is given", async () => {
  const options = { method: "auto", effort: "normal", maxEpochs: 1 } as const;
  const names = async (learningRate?: number): Promise<string[]> => {
    const given = learningRate === undefined ? options : { ...options, learningRate };
    const { candidates } = await adapt(smallModel(), linearTask(12), given);
    return candidates.map(({ name }) => name).filter((name) => name.startsWith("full"));
  };
  expect((await names()).toSorted()).toEqual([
    "full at 0.0001",
    "full at 0.0001 + affine",
    "full at 0.0003",
    "full at 0.0003 + affine",
    "full at 0.0009",
    "full at 0.0009 + affine",
  ]);
  expect((await names(0.02)).toSorted()).toEqual(["full at 0.02", "full at 0.02 + affine"]);
}, 60_000);

test("fine-tuning lowers the loss, starts at the model as it was and restores the best epoch", async () => {
  const epochs: EpochState[] = [];
  const shots = linearTask(20);
  const { trained } = await adapt(smallModel(), shots, {
    method: "full",
    learningRate: 5e-3,
    maxEpochs: 4,
    onEpoch: (state) => epochs.push(state),
  });
  expect(epochs[0]).toMatchObject({ epoch: 0, isBest: true });
  const best = Math.min(...epochs.map(({ validationLoss }) => validationLoss));
  expect(best).toBeLessThan(epochs[0]!.validationLoss);
  expect(epochs.at(-1)!.bestLoss).toBe(best);
  expect(trained.parameters).not.toEqual(smallModel().parameters);
});

test.each(["head", "lora"] as const)("%s changes only what it may", async (method) => {
  const base = smallModel();
  const { trained } = await adapt(base, linearTask(12), { method, maxEpochs: 2, patience: 9 });
  const mayChange = (name: string, role: string): boolean =>
    method === "lora" ? role === "matrix" || role === "head" : /head|decoder\.norm/.test(name);
  const changed = base.model.layout.specs.filter(({ offset, size }) =>
    trained.parameters
      .subarray(offset, offset + size)
      .some((value, i) => value !== base.parameters[offset + i]),
  );
  expect(changed.filter(({ name, role }) => !mayChange(name, role))).toEqual([]);
  expect(trained.parameters).not.toEqual(base.parameters);
});

test("micro-batches give the update of the whole batch", async () => {
  const base = smallModel();
  const tuned = async (microBatchSize?: number): Promise<Float32Array> => {
    const trainable = trainSelected(base.model.layout, base.parameters, () => true);
    const { trained } = await fineTune(base, trainable, linearTask(8), [], {
      learningRate: 1e-3,
      maxEpochs: 1,
      batchSize: 8,
      microBatchSize,
      patience: 1,
      seed: 1,
    });
    return trained;
  };
  const whole = await tuned();
  const parts = await tuned(3);
  const moved = whole.reduce((sum, value, i) => sum + Math.abs(value - base.parameters[i]!), 0);
  const apart = whole.reduce((sum, value, i) => sum + Math.abs(value - parts[i]!), 0);
  expect(apart).toBeLessThan(0.01 * moved);
});

test.each(["muon", "adafactor"] as const)("%s and an average fine-tune too", async (optimizer) => {
  const lm = await RegressLM.fromScratch({
    dModel: 8,
    numHeads: 2,
    numEncoderLayers: 1,
    vocabulary: smallModel().textVocabulary,
  });
  const rows = linearTask(12).map(({ x, y }) => ({ x, y }));
  const epochs = await lm.fineTune(rows, {
    optimizer,
    learningRate: 0.02,
    emaDecay: 0.8,
    maxEpochs: 4,
    microBatchSize: 2,
  });
  expect(epochs.at(-1)!.bestLoss).toBeLessThan(epochs[0]!.validationLoss);
  lm.dispose();
});

test("LoRA moves the targets that were asked for", async () => {
  const base = smallModel();
  const { trained } = await adapt(base, linearTask(12), {
    method: "lora",
    maxEpochs: 2,
    patience: 9,
    loraTargets: /query|value/u,
  });
  const changed = base.model.layout.specs
    .filter(({ offset, size }) =>
      trained.parameters
        .subarray(offset, offset + size)
        .some((value, i) => value !== base.parameters[offset + i]),
    )
    .map(({ name }) => name);
  expect(changed.length).toBeGreaterThan(1);
  expect(changed.filter((name) => !/query|value/u.test(name))).toEqual([]);
  await expect(
    adapt(base, linearTask(12), { method: "lora", loraTargets: /nothing/u }),
  ).rejects.toThrow("no matrix is among its targets");
});

test("a learning rate that ruins the model is not kept", async () => {
  const base = smallModel();
  const { trained, epochs } = await adapt(base, linearTask(10), {
    method: "full",
    learningRate: 100,
    maxEpochs: 3,
  });
  expect(epochs[0]!.isBest).toBe(true);
  expect(trained.parameters).toEqual(base.parameters);
});

test("rows may lack objectives that others have; one that no row has is refused", async () => {
  const [first, second, third] = linearTask(3);
  const rows = [first!, { ...second!, y: [2, 7] }, { ...third!, y: [Number.NaN, 8] }];
  const { trained } = await adapt(smallModel(), rows, { method: "instant" });
  expect(trained.tasks["toy/linear"]?.numObjectives).toBe(2);
  await expect(adapt(smallModel(), [{ ...first!, y: [1, Number.NaN] }])).rejects.toThrow(
    "objective 2 was measured in no row",
  );
  await expect(adapt(smallModel(), [{ ...first!, y: [1, 2, 3] }])).rejects.toThrow(
    "3 objectives; model.maxObjectives is 2",
  );
});

test("prediction lines come in order, with arrays where a task has several objectives", async () => {
  const trained = {
    ...smallModel(),
    tasks: { one: { numObjectives: 1, numExamples: 1 }, two: { numObjectives: 2, numExamples: 1 } },
  };
  const predictor = new Predictor(trained);
  const lines = [];
  const rows = ["one", "two", "one"].map((task, i) => ({ task, x: `a: ${i}` }));
  for await (const line of predictLines(predictor, rows, { maxNodes: 20 })) lines.push(line);
  predictor.dispose();
  expect(lines.map(({ task }) => task)).toEqual(["one", "two", "one"]);
  expect(typeof lines[0]!.median).toBe("number");
  expect(lines[1]!.median).toHaveLength(2);
  expect(Object.keys(lines[0]!.quantiles).toSorted()).toEqual([
    "0.05",
    "0.25",
    "0.5",
    "0.75",
    "0.95",
  ]);
});

test("a refinement of other weights does not outlive a gradient way", async () => {
  const { trained } = await adapt(smallModel(), linearTask(12), { method: "instant" });
  expect(trained.refinement).toBeDefined();
  const tuned = await adapt(trained, linearTask(12), { method: "head", maxEpochs: 1 });
  expect(tuned.trained.refinement).toBeUndefined();
});

test("embeddings of tuned weights are no part of a gradient way", async () => {
  const options = { maxEpochs: 1, learningRate: 3e-4 };
  const { candidates } = await adapt(smallModel(), linearTask(12), options);
  const names = candidates.map(({ name }) => name);
  expect(names).toContain("gaussian-process");
  expect(names.filter((name) => name.startsWith("full")).toSorted()).toEqual([
    "full at 0.0003",
    "full at 0.0003 + affine",
  ]);
});
