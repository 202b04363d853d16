// Answers for a long text on engine `native`: 128 samples, and the exact distribution, of a 2,048-token input
// at d 512, 2+2 layers. regress-lm (PyTorch 1.13, CPU) takes 44 s for the samples. What counts is the whole
// over the cost of encoding alone, on a model that was trained: then answers share their beginnings. With drawn
// weights nearly every sample takes a path of its own, which is the hardest case; it has no limit.
//
// A distribution takes as many nodes as its spread needs, 2,048 at most: some 900 tell a decade of values apart to
// 1e-3. What a model of few steps believes is so spread out that it always takes them all.
//
// Encoding and the whole are timed inside the same run, so that their ratio holds on a busy machine too.

import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readExamples } from "../src/data/index.ts";
import { type Decodable, distributions, modelConfigSchema, samples } from "../src/model/index.ts";
import {
  disposeParameters,
  openEngine,
  type Precision,
  parametersFromFlat,
} from "../src/tensor/index.ts";
import { DEFAULT_NUMBER_TOKENIZER, trainBytePairVocabulary } from "../src/tokenizer/index.ts";
import { openModel, saveModel, type TrainedModel, trainedModel } from "../src/training/index.ts";
import { measureRounds, printRows, spreadOf } from "./measure.ts";
import { pretrainedOn } from "./pretrain.ts";

const [TOKENS, THREADS, RUNS] = [2048, 2, 7];
const PRETRAINING = { numSteps: 400, batchSize: 16, learningRate: 1e-3 };
/** Run times that a model which has learned only their spread knows up to a factor of three. */
const TASKS = "task=sempl/exastencils/*";
/** Trained once; later runs of the benchmark find it there. */
const BUNDLE = join(tmpdir(), `auspex-bench-decoding-${PRETRAINING.numSteps}`);

interface Figures {
  readonly encodeMs: number;
  readonly totalMs: number;
  /** Prefixes that the decoder ran on. */
  readonly numNodes: number;
}

interface Line {
  readonly name: string;
  /** Of the whole over encoding alone. */
  readonly limit?: number;
  readonly run: () => Promise<Figures>;
}

export async function main(): Promise<void> {
  const { trained, untrained, text } = await models();
  const lines: (readonly string[])[] = [];
  for (const precision of ["bf16", "f32"] as const) {
    lines.push(...(await measured(precision, { trained, untrained }, text)));
  }
  printRows(
    [
      `2,048 tokens, d 512, 2+2 layers, ${THREADS} threads; ms`,
      "nodes",
      "encode",
      "decode",
      "total",
      "p10",
      "p90",
      "total/enc",
      "limit",
      "share",
    ],
    lines,
  );
}

type Text = Parameters<typeof samples>[1];

async function measured(
  precision: Precision,
  models: { readonly trained: TrainedModel; readonly untrained: TrainedModel },
  text: Text,
): Promise<string[][]> {
  await openEngine({ engine: "native", threads: THREADS, precision });
  const [trained, untrained] = [clocked(models.trained), clocked(models.untrained)];
  const sampling = { numSamples: 128 };
  const lines: readonly Line[] = [
    {
      name: "128 samples",
      limit: 1.5,
      run: () => trained.time((model) => samples(model, text, sampling)),
    },
    {
      name: "exact distribution, defaults",
      limit: 2,
      run: () => trained.time((model) => distributions(model, text)),
    },
    {
      name: "128 samples, drawn weights",
      run: () => untrained.time((model) => samples(model, text, sampling)),
    },
    {
      name: "exact distribution, drawn weights",
      run: () => untrained.time((model) => distributions(model, text)),
    },
  ];
  const figures = await measureRounds(
    lines.map(({ run }) => run),
    RUNS,
  );
  trained.dispose();
  untrained.dispose();
  return lines.map(({ name, limit }, i) => cells(`${precision} ${name}`, limit, figures[i]!));
}

function cells(name: string, limit: number | undefined, figures: readonly Figures[]): string[] {
  const total = spreadOf(figures.map(({ totalMs }) => totalMs));
  const median = (value: (figures: Figures) => number): number =>
    spreadOf(figures.map(value)).median;
  const ratio = median(({ encodeMs, totalMs }) => totalMs / encodeMs);
  return [
    name,
    median(({ numNodes }) => numNodes).toFixed(0),
    median(({ encodeMs }) => encodeMs).toFixed(0),
    median(({ encodeMs, totalMs }) => totalMs - encodeMs).toFixed(0),
    total.median.toFixed(0),
    total.p10.toFixed(0),
    total.p90.toFixed(0),
    ratio.toFixed(2),
    limit === undefined ? "" : limit.toFixed(1),
    limit === undefined ? "" : `${((100 * ratio) / limit).toFixed(0)} %`,
  ];
}

/** A model whose encoding is timed apart. */
function clocked(trained: TrainedModel): {
  time(answer: (decodable: Decodable) => Promise<unknown>): Promise<Figures>;
  dispose(): void;
} {
  const parameters = parametersFromFlat(trained.model.layout, trained.parameters);
  let encodeMs = 0;
  let numNodes = 0;
  const decodable: Decodable = {
    parameters,
    vocabulary: trained.decoderVocabulary,
    model: {
      ...trained.model,
      encode(tensors, text) {
        const start = performance.now();
        const encoded = trained.model.encode(tensors, text);
        encodeMs += performance.now() - start;
        return encoded;
      },
      step(tensors, encoded, step) {
        numNodes += step.ids.length;
        return trained.model.step(tensors, encoded, step);
      },
    },
  };
  return {
    async time(answer) {
      encodeMs = 0;
      numNodes = 0;
      const start = performance.now();
      await answer(decodable);
      return { encodeMs, totalMs: performance.now() - start, numNodes };
    },
    dispose: () => disposeParameters(parameters),
  };
}

/** The two models, and a text of their language that is long enough: many configurations, one after the other. */
async function models(): Promise<{ trained: TrainedModel; untrained: TrainedModel; text: Text }> {
  const examples = await readExamples(["examples/data/sempl.jsonl.gz"], {
    where: [TASKS],
    splits: ["train"],
  });
  const untrained = trainedModel({
    modelConfig: modelConfigSchema.parse({
      dModel: 512,
      numEncoderLayers: 2,
      numDecoderLayers: 2,
      numHeads: 8,
    }),
    numberTokenizer: DEFAULT_NUMBER_TOKENIZER,
    textVocabulary: trainBytePairVocabulary(
      examples.filter((_, i) => i % 20 === 0).map(({ x }) => x),
      { size: 1024 },
    ),
    seed: 1,
  });
  if (!existsSync(BUNDLE)) {
    await openEngine({ engine: "native", threads: THREADS, precision: "bf16" });
    saveModel(BUNDLE, await pretrainedOn(examples, untrained, PRETRAINING));
  }
  const ids: number[] = [];
  for (const { x } of examples) {
    if (ids.length >= TOKENS) break;
    ids.push(...untrained.textVocabulary.encode(`${x}\n`));
  }
  const text = { ids: Int32Array.from(ids.slice(0, TOKENS)), offsets: Int32Array.of(0, TOKENS) };
  return { trained: openModel(BUNDLE), untrained, text };
}
