// The library for people who never see the command line: build or load a model, teach it rows, ask it.

import { InputError, Random } from "../core/index.ts";
import type { TargetReport } from "../data/index.ts";
import {
  beam,
  type ConditionalDistribution,
  type Decodable,
  type DecodingOptions,
  expectationOverGrid,
  greedy,
  type ModelConfigInput,
  modelConfigSchema,
  type RaggedIds,
  type WeightedAnswer,
} from "../model/index.ts";
import { currentEngine, type EngineOptions, openEngine } from "../tensor/index.ts";
import {
  DEFAULT_NUMBER_TOKENIZER,
  defaultTextVocabulary,
  type NumberTokenizerConfig,
  type NumberTokenizerInput,
  numberTokenizerConfigSchema,
  type TextVocabulary,
} from "../tokenizer/index.ts";
import { type AdaptResult, adapt } from "./adapt.ts";
import { type AdaptRequest, checkAdaptRequest } from "./adapt-request.ts";
import { AnswerDistribution } from "./answer-distribution.ts";
import {
  type BeamRequest,
  checkAskRequest,
  type GreedyRequest,
  type GridRequest,
  type LogProbRequest,
  type SampleRequest,
} from "./ask-request.ts";
import { openModel, saveModel, type TrainedModel, trainedModel } from "./bundle.ts";
import { checkRows, targetCheckOf } from "./check-rows.ts";
import { type EpochState, fineTune } from "./fine-tune.ts";
import {
  checkFineTuneRequest,
  type FineTuneRequest,
  fineTuneOptions,
  type LabelledText,
  rowOf,
} from "./fine-tune-request.ts";
import { trainableOf } from "./gradient-ways.ts";
import { type PredictOptions, Predictor } from "./predictor.ts";
import { type CutReport, cutOf, type LimitOptions } from "./text-limit.ts";

/** What a new model is like. Every size of the model's configuration may be given. */
export interface FromScratchOptions extends Partial<ModelConfigInput> {
  /** Texts to ids; a general byte-pair vocabulary that comes with the package when absent. */
  readonly vocabulary?: TextVocabulary;
  /** How numbers are written; base 10, 2 exponent and 4 mantissa digits, rounded, when absent. */
  readonly numberTokenizer?: NumberTokenizerInput;
  /** Of the initial parameters. */
  readonly seed?: number;
  /** Where tensors live; the best engine that works here when absent and none is open. */
  readonly engine?: EngineOptions;
}

const DEFAULT_SIZES = {
  dModel: 256,
  numEncoderLayers: 2,
  numDecoderLayers: 2,
  numHeads: 8,
} as const;

/**
 * A regression language model.
 *
 * ```ts
 * const lm = await RegressLM.fromScratch({ maxInputTokens: 2048, maxObjectives: 2 });
 * await lm.fineTune([{ x: "hello", y: 0.3 }, { x: "world", y: [-0.2, 0.3] }]);
 * const [d] = await lm.distribution(["hi"]);
 * const samples = await lm.sample(["hi"], { numSamples: 128 });
 * await lm.save("model/");
 * ```
 *
 * It holds tensors on the engine: `dispose` it when done. Calls must not overlap with `fineTune` or `adapt`.
 */
export class RegressLM {
  #trained: TrainedModel;
  #predictor: Predictor | undefined;
  #taughtCut: CutReport = { numTexts: 0, shareCut: 0 };
  #taughtTargets: TargetReport | undefined;

  private constructor(trained: TrainedModel) {
    this.#trained = trained;
  }

  /**
   * A new, untrained model.
   *
   * @throws {InputError} when a size breaks a rule or is unknown.
   */
  static async fromScratch(options: FromScratchOptions = {}): Promise<RegressLM> {
    const { vocabulary, numberTokenizer, seed = 0, engine, ...sizes } = options;
    const checked = modelConfigSchema.safeParse({ ...DEFAULT_SIZES, ...sizes });
    if (!checked.success) {
      const issue = checked.error.issues[0]!;
      throw new InputError(`${issue.path.join(".") || "options"}: ${issue.message}`);
    }
    await ensureEngine(engine);
    return new RegressLM(
      trainedModel({
        modelConfig: checked.data,
        numberTokenizer:
          numberTokenizer === undefined
            ? DEFAULT_NUMBER_TOKENIZER
            : checkedTokenizer(numberTokenizer),
        textVocabulary: vocabulary ?? defaultTextVocabulary(),
        seed,
      }),
    );
  }

  /**
   * A model from a bundle directory.
   *
   * @throws {CorruptError} when the bundle is damaged or of another version.
   */
  static async load(directory: string, engine?: EngineOptions): Promise<RegressLM> {
    await ensureEngine(engine);
    return new RegressLM(openModel(directory));
  }

  /** The model with its vocabularies, as the other functions of this package take it. */
  get trained(): TrainedModel {
    return this.#trained;
  }

  /**
   * Trains on rows, with early stopping; the best state seen is kept, the state before included. Rows may
   * have different numbers of objectives.
   *
   * @returns the epochs.
   */
  async fineTune(
    examples: readonly LabelledText[],
    request: FineTuneRequest = {},
  ): Promise<readonly EpochState[]> {
    checkFineTuneRequest(request);
    if (examples.length === 0) throw new InputError("fineTune: no rows were given");
    this.#noteTexts(examples, request);
    const { seed = 0, lora, validationShare = 0.2 } = request;
    const given = examples.map(rowOf);
    const targets = targetCheckOf(this.#trained, request);
    checkRows(this.#trained, given, "row", targets);
    checkRows(this.#trained, (request.validation ?? []).map(rowOf), "validation row", targets);
    checkRows(this.#trained, (request.replay ?? []).map(rowOf), "replay row", targets);
    this.#taughtTargets = targets.report;
    const rows = new Random("fine-tune", seed).shuffled(given);
    const keepsSome = request.validation === undefined && rows.length >= 10;
    const numValidation = keepsSome ? Math.round(rows.length * validationShare) : 0;
    const validation = request.validation?.map(rowOf) ?? rows.slice(0, numValidation);
    const trainable = trainableOf(this.#trained, lora === undefined ? "full" : "lora", {
      seed,
      loraRank: lora?.rank,
      loraAlpha: lora?.alpha,
      loraTargets: lora?.targets,
    });
    const result = await fineTune(
      this.#trained,
      trainable,
      rows.slice(numValidation),
      validation,
      fineTuneOptions(request, rows.length),
    );
    const numObjectives = Math.max(...rows.map(({ y }) => y.length));
    this.#replace({
      ...this.#trained,
      parameters: trainable.merge(result.trained),
      refinement: undefined,
      tasks: { ...this.#trained.tasks, rows: { numObjectives, numExamples: rows.length } },
    });
    return result.epochs;
  }

  /** What was cut off the texts that taught the model last, and off those it was asked about since. */
  get cut(): { readonly taught: CutReport; readonly asked: CutReport } {
    return { taught: this.#taughtCut, asked: this.#open().cut };
  }

  /**
   * Of the numbers that taught the model last: how many lie outside of what its number tokenizer writes, and were
   * learned as the nearest end of it.
   */
  get clamped(): TargetReport {
    return this.#taughtTargets ?? targetCheckOf(this.#trained).report;
  }

  #noteTexts(examples: readonly LabelledText[], options: LimitOptions): void {
    const texts = examples.map(({ x }) => x);
    this.#taughtCut = cutOf(this.#trained, texts, options);
  }

  /** Adapts to few rows of something new, the way chosen by errors on left-out rows. */
  async adapt(examples: readonly LabelledText[], options: AdaptRequest = {}): Promise<AdaptResult> {
    checkAdaptRequest(options);
    this.#noteTexts(examples, options);
    const shots = examples.map((example, place) => ({
      task: "rows",
      split: "train" as const,
      ...rowOf(example, place),
    }));
    const targets = targetCheckOf(this.#trained, options);
    // The instant way fits numbers as they are; the others learn them by their tokens.
    if (options.method !== "instant") {
      checkRows(this.#trained, shots, "row", targets);
      checkRows(this.#trained, options.validation ?? [], "validation row", targets);
      checkRows(this.#trained, options.replay ?? [], "replay row", targets);
    }
    this.#taughtTargets = targets.report;
    const result = await adapt(this.#trained, shots, options);
    this.#replace(result.trained);
    return result;
  }

  /** The exact predictive distribution of every text; `mass`, `width` and `maxNodes` bound the work. */
  async distribution(
    texts: readonly string[],
    options: PredictOptions = {},
  ): Promise<AnswerDistribution[]> {
    checkAskRequest("distribution", options);
    const joints: (readonly (readonly ConditionalDistribution[])[])[] = [];
    const all = await this.#open().distributions(texts, {
      mass: 0.999,
      width: 1e-3,
      maxNodes: 2048,
      ...options,
      onJoint(joint) {
        joints.push(joint);
        options.onJoint?.(joint);
      },
    });
    return all.map((objectives, text) => new AnswerDistribution(objectives, joints[text]!));
  }

  /** Seeded draws: `[text][sample][objective]`. */
  async sample(texts: readonly string[], request: SampleRequest = {}): Promise<number[][][]> {
    checkAskRequest("sample", request);
    const { numSamples = 64, ...options } = request;
    return this.#open().samples(texts, { numSamples, ...options });
  }

  /** The answer of the most probable token at each step: `[text][objective]`. */
  async greedy(texts: readonly string[], options: GreedyRequest = {}): Promise<number[][]> {
    checkAskRequest("greedy", options);
    const { decodable, text, settings } = this.#decoding(texts, options);
    return greedy(decodable, text, settings);
  }

  /** The most probable answers with their probabilities, the best first. */
  async beam(
    texts: readonly string[],
    width = 8,
    options: BeamRequest = {},
  ): Promise<WeightedAnswer[][]> {
    checkAskRequest("beam", options);
    const { decodable, text, settings } = this.#decoding(texts, options);
    return beam(decodable, text, { ...settings, width });
  }

  /** The mean of `grid` under the model's probabilities of its values (RAFT), for the first objective. */
  async expectationOverGrid(
    texts: readonly string[],
    grid: readonly number[],
    options: GridRequest = {},
  ): Promise<number[]> {
    checkAskRequest("expectationOverGrid", options);
    const { decodable, text, settings } = this.#decoding(texts, options);
    return expectationOverGrid(decodable, text, grid, settings);
  }

  #decoding(
    texts: readonly string[],
    options: BeamRequest,
  ): {
    readonly decodable: Decodable;
    readonly text: RaggedIds;
    readonly settings: DecodingOptions;
  } {
    const predictor = this.#open();
    const { numObjectives, temperature, decodable } = predictor;
    return {
      decodable,
      text: predictor.textBatch(texts, options),
      settings: { numObjectives, temperature, ...options },
    };
  }

  /** log p(y | x) in nats of each row. */
  async logProb(
    examples: readonly LabelledText[],
    request: LogProbRequest = {},
  ): Promise<number[]> {
    checkAskRequest("logProb", request);
    return [...(await this.#open().logProbs(examples.map(rowOf), request))];
  }

  /** Writes the model as a bundle directory. */
  async save(directory: string): Promise<void> {
    await Promise.resolve(saveModel(directory, this.#trained));
  }

  /** Frees the engine's tensors. The model can still be used: they come back when needed. */
  dispose(): void {
    this.#predictor?.dispose();
    this.#predictor = undefined;
  }

  #open(): Predictor {
    this.#predictor ??= new Predictor(this.#trained);
    return this.#predictor;
  }

  #replace(trained: TrainedModel): void {
    this.dispose();
    this.#trained = trained;
  }
}

function checkedTokenizer(input: NumberTokenizerInput): NumberTokenizerConfig {
  const checked = numberTokenizerConfigSchema.safeParse(input);
  if (checked.success) return checked.data;
  const issue = checked.error.issues[0]!;
  throw new InputError(`${["numberTokenizer", ...issue.path].join(".")}: ${issue.message}`);
}

async function ensureEngine(options: EngineOptions | undefined): Promise<void> {
  if (options === undefined && isEngineOpen()) return;
  await openEngine(options ?? {});
}

function isEngineOpen(): boolean {
  try {
    currentEngine();
    return true;
  } catch {
    return false;
  }
}
