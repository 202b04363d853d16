// Answers from a trained model: distributions for texts, in order, whatever their number. Owns the model's
// tensors on the engine until it is disposed.

import { joinText, makeTrainBatch } from "../data/index.ts";
import {
  constrainedLogProbs,
  type Decodable,
  type Distribution,
  type DistributionOptions,
  distributions,
  type SampleOptions,
  samples,
} from "../model/index.ts";
import { disposeParameters, type ParameterTensors, parametersFromFlat } from "../tensor/index.ts";
import { openModel, type TrainedModel } from "./bundle.ts";
import { exampleLogProbs } from "./losses.ts";
import { refine, type SpeakingSiblings } from "./refinement.ts";
import { siblingValues } from "./siblings.ts";
import { CutCounter, type CutReport, type LimitOptions } from "./text-limit.ts";

/** Precise enough for point predictions and intervals, at a small share of the cost of the full expansion. */
const QUICK_SEARCH = { mass: 0.99, width: 0.02, maxNodes: 64 } as const;

export interface PredictOptions extends DistributionOptions, LimitOptions {}

export class Predictor {
  readonly trained: TrainedModel;
  readonly #parameters: ParameterTensors;
  readonly #cut: CutCounter;

  /** Uploads the parameters to the current engine. Dispose it when done. */
  constructor(trained: TrainedModel) {
    this.trained = trained;
    this.#parameters = parametersFromFlat(trained.model.layout, trained.parameters);
    this.#cut = new CutCounter(trained);
  }

  /** Opens a bundle directory on the current engine. */
  static open(directory: string): Predictor {
    return new Predictor(openModel(directory));
  }

  /** What was cut off the texts that were asked about so far. */
  get cut(): CutReport {
    return this.#cut.report;
  }

  /** Numbers that the model writes unless told otherwise: what its tasks have at most. */
  get numObjectives(): number {
    const known = Object.values(this.trained.tasks).map((task) => task.numObjectives);
    return known.length === 0 ? this.trained.model.config.maxObjectives : Math.max(...known);
  }

  /** Divides the logits: the calibrated one, or 1. */
  get temperature(): number {
    return this.trained.refinement?.config.temperature ?? 1;
  }

  /** Numbers in one row of `task`. */
  numObjectivesOf(task: string): number {
    return this.trained.tasks[task]?.numObjectives ?? this.numObjectives;
  }

  /**
   * The predictive distributions of every text, refined as the bundle says.
   *
   * @param options Search options; the quick ones of `QUICK_SEARCH` unless given.
   * @returns `[text][objective]`.
   */
  async distributions(
    texts: readonly string[],
    options: PredictOptions = {},
  ): Promise<Distribution[][]> {
    if (texts.length === 0) return [];
    const { refinement } = this.trained;
    const needsEmbeddings = refinement?.residuals.some((residual) => residual !== null) ?? false;
    const embeddings: Float32Array[] = [];
    const plain = await distributions(this.decodable, this.textBatch(texts, options), {
      ...QUICK_SEARCH,
      numObjectives: this.numObjectives,
      temperature: this.temperature,
      ...options,
      ...(needsEmbeddings ? { onEmbedding: (embedding) => void embeddings.push(embedding) } : {}),
    });
    if (refinement === undefined) return plain;
    const viewValues = needsEmbeddings ? await this.#viewValues(texts, options) : undefined;
    return plain.map((ofText, row) =>
      ofText.map((distribution, objective) =>
        refine(refinement, objective, distribution, {
          text: texts[row]!,
          embedding: embeddings[row],
          ...(viewValues === undefined ? {} : { viewValues: viewValues[row]![objective]! }),
        }),
      ),
    );
  }

  /** What the siblings of the refinement say of each text: `[text][objective][view]`. */
  async #viewValues(
    texts: readonly string[],
    // The joint is of the texts that were asked about, not of their views.
    { onJoint: _onJoint, ...options }: PredictOptions,
  ): Promise<number[][][]> {
    return await this.viewValues(texts, this.trained.refinement!.siblings, options);
  }

  /** What `siblings` say of each text: `[text][objective][view]`, measured or by the model as it is. */
  async viewValues(
    texts: readonly string[],
    siblings: SpeakingSiblings,
    options: PredictOptions = {},
  ): Promise<number[][][]> {
    const numObjectives = options.numObjectives ?? this.numObjectives;
    return await siblingValues(texts, siblings, numObjectives, async (seen, view) => {
      const { distributions: plain, embeddings } = await this.embedded(seen, {
        ...options,
        numObjectives,
      });
      const speaker = siblings.speakers[view];
      const answer = (distribution: Distribution, objective: number, row: number): number =>
        speaker === undefined
          ? distribution.median
          : refine(speaker, objective, distribution, {
              text: seen[row]!,
              embedding: embeddings[row],
            }).median;
      return plain.map((ofText, row) =>
        ofText.map((distribution, objective) => answer(distribution, objective, row)),
      );
    });
  }

  /** The model's own distributions, at its temperature, with the mean of the encoder's outputs for each text. */
  async embedded(
    texts: readonly string[],
    options: PredictOptions = {},
  ): Promise<{ readonly distributions: Distribution[][]; readonly embeddings: Float32Array[] }> {
    const embeddings: Float32Array[] = [];
    const plain = await distributions(this.decodable, this.textBatch(texts, options), {
      ...QUICK_SEARCH,
      numObjectives: this.numObjectives,
      temperature: this.temperature,
      ...options,
      onEmbedding: (embedding) => void embeddings.push(embedding),
    });
    return { distributions: plain, embeddings };
  }

  /** Seeded draws of the model itself, before any refinement but the temperature: `[text][sample][objective]`. */
  async samples(
    texts: readonly string[],
    options: SampleOptions & LimitOptions,
  ): Promise<number[][][]> {
    return samples(this.decodable, this.textBatch(texts, options), {
      numObjectives: this.numObjectives,
      temperature: this.temperature,
      ...options,
    });
  }

  /**
   * log p(y | x) in nats under the model, one value per example: over the numbers that can be written, at its
   * temperature. With `constrained: false` over all tokens and at temperature 1.
   */
  async logProbs(
    examples: readonly { readonly x: string; readonly y: readonly number[] }[],
    { constrained = true }: { readonly constrained?: boolean } = {},
  ): Promise<Float64Array> {
    const { model, textVocabulary, decoderVocabulary } = this.trained;
    const out = new Float64Array(examples.length);
    for (let first = 0; first < examples.length; first += LOG_PROB_BATCH) {
      const rows = examples.slice(first, first + LOG_PROB_BATCH);
      const batch = makeTrainBatch(
        rows.map(({ x, y }) => ({ task: "log-probability", x, y })),
        textVocabulary,
        decoderVocabulary,
        model.config,
      );
      const values = constrained
        ? await constrainedLogProbs(
            model,
            this.#parameters,
            decoderVocabulary,
            batch,
            this.temperature,
          )
        : await exampleLogProbs(model, this.#parameters, batch);
      out.set(values, first);
    }
    return out;
  }

  dispose(): void {
    disposeParameters(this.#parameters);
  }

  /** What the decoding functions of the model take. */
  get decodable(): Decodable {
    const { model, decoderVocabulary } = this.trained;
    return { model, parameters: this.#parameters, vocabulary: decoderVocabulary };
  }

  /** Ids of the texts, cut to the model's limit; `cut` then says how much was lost. */
  textBatch(
    texts: readonly string[],
    { refuseLongTexts = false }: LimitOptions = {},
  ): ReturnType<typeof joinText> {
    const { textVocabulary, model } = this.trained;
    const rows = texts.map((text) => textVocabulary.encode(text));
    const refusing = new CutCounter(this.trained, { refuseLongTexts });
    rows.forEach(({ length }, i) => {
      refusing.add(texts[i]!, length);
      this.#cut.add(texts[i]!, length);
    });
    return joinText(rows, textVocabulary.padId, model.config.maxInputTokens);
  }
}

const LOG_PROB_BATCH = 256;
