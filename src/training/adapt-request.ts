// What may be asked of `RegressLM.adapt`, checked.

import { z } from "zod";
import type { AdaptOptions } from "./adapt.ts";
import { callback, checkRequest, count, type RulesOf, share } from "./check-request.ts";
import { type TeachOptions, teachRules } from "./check-rows.ts";

export interface AdaptRequest extends AdaptOptions, TeachOptions {}

const rows = z
  .array(z.looseObject({ x: z.string(), y: z.array(z.union([z.number(), z.nan()])) }))
  .optional();

const adaptRules: RulesOf<AdaptRequest> = {
  ...teachRules,
  method: z.enum(["auto", "instant", "full", "head", "lora"]).optional(),
  effort: z.enum(["instant", "normal", "full"]).optional(),
  seed: z.int().optional(),
  learningRate: z.number().positive().optional(),
  maxEpochs: count,
  batchSize: count,
  patience: z.int().nonnegative().optional(),
  validationShare: share,
  validation: rows,
  microBatchSize: count,
  loraRank: count,
  loraAlpha: z.number().positive().optional(),
  loraTargets: z.instanceof(RegExp).optional(),
  replay: rows,
  replayShare: share,
  sources: rows,
  useMeasured: z.boolean().optional(),
  onEpoch: callback,
  onProgress: callback,
};

const adaptSchema = z.strictObject(adaptRules);

/** @throws {InputError} naming the option and the rule. */
export function checkAdaptRequest(request: AdaptRequest): void {
  checkRequest("adapt", adaptSchema, request);
}
