// All claims, in the order in which they are told.

import type { Claim } from "../claim.ts";
import { FEW_SHOT } from "./few-shot.ts";
import { HEADS, HEADS_TUNED, INPUT_LENGTH, NUMBER_TOKENS, PRESETS } from "./model-variants.ts";
import { SAMPLES } from "./samples.ts";
import { SPREAD } from "./spread.ts";

export const CLAIMS: readonly Claim[] = [
  HEADS,
  HEADS_TUNED,
  FEW_SHOT,
  SPREAD,
  SAMPLES,
  PRESETS,
  INPUT_LENGTH,
  NUMBER_TOKENS,
];
