// What may be asked of `RegressLM.fineTune`, checked.

import { z } from "zod";
import { InputError } from "../core/index.ts";
import { callback, checkRequest, count, type RulesOf, share } from "./check-request.ts";
import { type TeachOptions, teachRules } from "./check-rows.ts";
import type { EpochState, FineTuneOptions } from "./fine-tune.ts";

/** A row: a text and one number, or one for each objective; NaN where an objective was not measured. */
export interface LabelledText {
  readonly x: string;
  readonly y: number | readonly number[];
}

export interface FineTuneRequest extends TeachOptions {
  readonly learningRate?: number;
  readonly maxEpochs?: number;
  /** Rows per update. */
  readonly batchSize?: number;
  /** Rows in memory together; their gradients are added. The whole batch when absent. */
  readonly microBatchSize?: number;
  /** Epochs without a better validation loss before it stops. */
  readonly patience?: number;
  /** Rows for early stopping; a share of the examples when absent. */
  readonly validation?: readonly LabelledText[];
  /** That share; a fifth when absent, none where there are fewer than 10 examples. */
  readonly validationShare?: number;
  /** `adamw` when absent. */
  readonly optimizer?: "adamw" | "muon" | "adafactor";
  readonly weightDecay?: number;
  /** Keeps the moving average of the parameters with this decay. */
  readonly emaDecay?: number;
  /** Low-rank updates instead of all parameters. */
  readonly lora?: {
    readonly rank?: number;
    readonly alpha?: number;
    /** Names of the matrices that get one, as a pattern; all matrices and the head when absent. */
    readonly targets?: RegExp;
  };
  /** Rows of earlier tasks mixed into every batch, and which share of it they are. */
  readonly replay?: readonly LabelledText[];
  readonly replayShare?: number;
  readonly seed?: number;
  readonly onEpoch?: (state: EpochState) => void;
}

const rows = z.array(
  z.looseObject({ x: z.string(), y: z.union([z.number(), z.nan(), z.array(z.unknown())]) }),
);

const requestRules: RulesOf<FineTuneRequest> = {
  ...teachRules,
  learningRate: z.number().positive().optional(),
  maxEpochs: count,
  batchSize: count,
  microBatchSize: count,
  patience: z.int().nonnegative().optional(),
  validation: rows.optional(),
  validationShare: share,
  optimizer: z.enum(["adamw", "muon", "adafactor"]).optional(),
  weightDecay: z.number().min(0).optional(),
  emaDecay: z.number().gt(0).lt(1).optional(),
  lora: z
    .strictObject({
      rank: count,
      alpha: z.number().positive().optional(),
      targets: z.instanceof(RegExp).optional(),
    })
    .optional(),
  replay: rows.optional(),
  replayShare: share,
  seed: z.int().optional(),
  onEpoch: callback,
};

const requestSchema = z.strictObject(requestRules);

/** @throws {InputError} naming the option and the rule. */
export function checkFineTuneRequest(request: FineTuneRequest): void {
  checkRequest("fineTune", requestSchema, request);
}

/** The request as the training loop takes it, for `numRows` rows. */
export function fineTuneOptions(request: FineTuneRequest, numRows: number): FineTuneOptions {
  const { lora, replay = [], seed = 0, onEpoch } = request;
  return {
    learningRate: request.learningRate ?? (lora === undefined ? 5e-4 : 2e-3),
    maxEpochs: request.maxEpochs ?? 30,
    batchSize: request.batchSize ?? Math.max(4, Math.min(32, Math.ceil(numRows / 8))),
    microBatchSize: request.microBatchSize,
    patience: request.patience ?? 5,
    optimizer: request.optimizer,
    emaDecay: request.emaDecay,
    ...(request.weightDecay === undefined ? {} : { weightDecay: request.weightDecay }),
    seed,
    replay: replay.map(rowOf),
    replayShare: request.replayShare ?? (replay.length > 0 ? 0.5 : 0),
    ...(onEpoch === undefined ? {} : { onEpoch }),
  };
}

/**
 * The row with its numbers as an array.
 *
 * @throws {InputError} naming the row's place, when it is no such row.
 */
export function rowOf({ x, y }: LabelledText, place: number): { x: string; y: readonly number[] } {
  const values: unknown = typeof y === "number" ? [y] : y;
  if (typeof x !== "string") throw new InputError(`row ${place + 1}: x must be a string`);
  if (!Array.isArray(values) || values.length === 0 || !values.every(isNumber)) {
    throw new InputError(`row ${place + 1}: y must be a number, or an array of numbers`, {
      hint: "NaN stands for an objective that was not measured.",
    });
  }
  return { x, y: values };
}

function isNumber(value: unknown): value is number {
  return typeof value === "number";
}
