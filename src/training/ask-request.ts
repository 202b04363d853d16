// What a `RegressLM` may be asked about texts, checked.

import { z } from "zod";
import type { DecodingOptions, SampleOptions } from "../model/index.ts";
import { callback, checkRequest, count, limitRules, type RulesOf } from "./check-request.ts";
import type { PredictOptions } from "./predictor.ts";
import type { LimitOptions } from "./text-limit.ts";

/** `temperature` is the model's calibrated one when absent. */
export interface BeamRequest extends DecodingOptions, LimitOptions {}

/** The most probable token is the same at any temperature. */
export interface GreedyRequest extends Omit<BeamRequest, "temperature"> {}

/** A grid is one of the first objective. */
export interface GridRequest extends Omit<BeamRequest, "numObjectives"> {}

export interface SampleRequest extends Partial<SampleOptions>, LimitOptions {}

export interface LogProbRequest {
  /**
   * Over the numbers that can be written, at the calibrated temperature, as decoding draws them; this unless
   * given. False: over all tokens and at temperature 1, as regress-lm computes it, never larger.
   */
  readonly constrained?: boolean;
}

const beamRules: RulesOf<BeamRequest> = {
  ...limitRules,
  numObjectives: count,
  temperature: z.number().positive().optional(),
  maxTokens: count,
  maxCachedNodes: count,
};

const sampleRules: RulesOf<SampleRequest> = {
  ...beamRules,
  numSamples: count,
  seed: z.int().optional(),
  topK: count,
  topP: z.number().gt(0).max(1).optional(),
};

const distributionRules: RulesOf<PredictOptions> = {
  ...beamRules,
  mass: z.number().gt(0).max(1).optional(),
  width: z.number().min(0).optional(),
  maxNodes: count,
  numBranches: count,
  onProgress: callback,
  onEmbedding: callback,
  onJoint: callback,
};

const logProbRules: RulesOf<LogProbRequest> = { constrained: z.boolean().optional() };

const SCHEMAS = {
  distribution: z.strictObject(distributionRules),
  sample: z.strictObject(sampleRules),
  greedy: z.strictObject(beamRules).omit({ temperature: true }),
  beam: z.strictObject(beamRules),
  expectationOverGrid: z.strictObject(beamRules).omit({ numObjectives: true }),
  logProb: z.strictObject(logProbRules),
} as const;

/** @throws {InputError} naming the method, the option and the rule. */
export function checkAskRequest(method: keyof typeof SCHEMAS, request: object): void {
  checkRequest(method, SCHEMAS[method], request);
}
