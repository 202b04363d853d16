// The claims that compare models which differ in one thing: each variant is trained from every seed and asked about the
// test rows of its training tasks.

import type { Claim, Column, Trial } from "../claim.ts";
import { pointFigures } from "../measures.ts";
import { type AnsweringModel, answeringModel, type Workshop } from "../models.ts";
import { BASE_PLAN, basePlan, type ModelPlan, SEEDS } from "../plan.ts";

type Change = Partial<Omit<ModelPlan, "seed">>;

const COLUMNS: readonly Column[] = [
  { figure: "medianError", title: "median error %", digits: 1 },
  { figure: "spearman", title: "Spearman", digits: 3 },
  { figure: "numParameters", title: "parameters", digits: 0 },
];

/** Further figures of a trained variant. */
type MoreFigures = (
  model: AnsweringModel,
  workshop: Workshop,
  plan: ModelPlan,
) => Promise<Readonly<Record<string, number>>>;

function trialsOf(
  variants: Readonly<Record<string, Change>>,
  more: MoreFigures = async () => ({}),
): Trial[] {
  return Object.entries(variants).flatMap(([variant, change]) =>
    SEEDS.map((seed) => ({
      name: variant,
      seed,
      async run(workshop) {
        const plan = basePlan(seed, change);
        const model = await answeringModel(workshop, plan);
        try {
          const figures = {
            ...pointFigures(await model.answers(workshop.rows.test)),
            numParameters: model.numParameters,
            ...(await more(model, workshop, plan)),
          };
          return [{ variant, figures }];
        } finally {
          model.dispose();
        }
      },
    })),
  );
}

/** As deep as the decoder's model: three layers instead of two and one. */
const REGRESSION = {
  head: "regression",
  model: { ...BASE_PLAN.model, numEncoderLayers: 3 },
} as const;

const LOG = { ...REGRESSION, targetScale: "log" } as const;

export const HEADS: Claim = {
  name: "heads",
  title: "Decoder against regression head",
  columns: COLUMNS,
  trials: trialsOf({
    decoder: {},
    "regression, raw": { ...REGRESSION, targetScale: "raw" },
    "regression, standardised": { ...REGRESSION, targetScale: "standardised" },
    "regression, log": LOG,
    "regression, log standardised": { ...REGRESSION, targetScale: "log-standardised" },
  }),
};

/** Whether the head loses only because the learning rate or the number of steps suits the decoder. */
export const HEADS_TUNED: Claim = {
  name: "heads-tuned",
  title: "The same with other learning rates and more steps",
  columns: COLUMNS,
  trials: trialsOf({
    "regression, log, 800 steps": { ...LOG, numSteps: 800 },
    "decoder, 800 steps": { numSteps: 800 },
    "regression, log, rate 0.0005": { ...LOG, learningRate: 5e-4 },
    "regression, log, rate 0.005": { ...LOG, learningRate: 5e-3 },
  }),
};

/** A feed-forward width that gives 265,979 parameters, where the modern preset has 265,997. */
const REFERENCE = { ...BASE_PLAN.model, preset: "reference", dFf: 250, dDecoderFf: 250 } as const;

export const PRESETS: Claim = {
  name: "presets",
  title: "Reference against modern preset",
  columns: COLUMNS,
  trials: trialsOf({
    "modern, 0.002": {},
    "reference, 0.002": { model: REFERENCE },
    "modern, 0.0005": { learningRate: 5e-4 },
    "reference, 0.0005": { model: REFERENCE, learningRate: 5e-4 },
  }),
};

const keeping = (maxInputTokens: number): Change => ({
  model: { ...BASE_PLAN.model, maxInputTokens },
});

export const INPUT_LENGTH: Claim = {
  name: "input-length",
  title: "Length of the input kept",
  columns: [
    { figure: "tokensKept", title: "tokens kept", digits: 0 },
    { figure: "shareCut", title: "of the tokens cut %", digits: 1 },
    ...COLUMNS.slice(0, 2),
  ],
  trials: trialsOf(
    {
      "first 32": keeping(32),
      "first 48": keeping(48),
      "first 64": keeping(64),
      "first 96": keeping(96),
      all: {},
    },
    async (_answering, { rows, vocabulary }, { model }) => {
      const limit = model.maxInputTokens!;
      const lengths = rows.test.map(({ x }) => vocabulary.encode(x).length);
      const total = lengths.reduce((sum, length) => sum + length, 0);
      const kept = lengths.reduce((sum, length) => sum + Math.min(length, limit), 0);
      return { tokensKept: kept / lengths.length, shareCut: 100 * (1 - kept / total) };
    },
  ),
};

export const NUMBER_TOKENS: Claim = {
  name: "number-tokens",
  title: "IEEE against P10 and normalised digits",
  columns: [
    { figure: "sampledError", title: "median error %, 128 samples", digits: 1 },
    { figure: "sampledSpearman", title: "Spearman, 128 samples", digits: 3 },
    { figure: "medianError", title: "median error %, quick search", digits: 1 },
    { figure: "spearman", title: "Spearman, quick search", digits: 3 },
    COLUMNS[2]!,
  ],
  trials: trialsOf(
    {
      ieee: {},
      p10: { numberTokenizer: { kind: "p10" } },
      "normalised, of the task's range": {
        numberTokenizer: { kind: "normalized", length: 4 },
        targetScale: "log-unit",
      },
      "ieee, of the task's range": { targetScale: "log-unit" },
    },
    async (model, { rows }) => {
      const answers = (await model.sampledAnswers?.(rows.test)) ?? [];
      const { medianError, spearman } = pointFigures(answers);
      return { sampledError: medianError, sampledSpearman: spearman };
    },
  ),
};
