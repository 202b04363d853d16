// The ways of adapting that move parameters: which of them, and the settings that each is used with.

import type { TrainedModel } from "./bundle.ts";
import { type Trainable, trainLowRank, trainSelected } from "./trainable.ts";

export type GradientMethod = "full" | "head" | "lora";

export interface TrainableOptions {
  /** Of the low-rank factors' first values. */
  readonly seed?: number | undefined;
  readonly loraRank?: number | undefined;
  readonly loraAlpha?: number | undefined;
  /** Names of the matrices that get a low-rank update; all matrices and the head when absent. */
  readonly loraTargets?: RegExp | undefined;
}

const DEFAULT_LORA = { rank: 8, alpha: 16 };
const HEAD = /(^|\.)(head|generator)\.|decoder\.norm/u;

/** What a method may move of a model. */
export function trainableOf(
  { model, parameters }: Pick<TrainedModel, "model" | "parameters">,
  method: GradientMethod,
  { seed = 0, loraRank, loraAlpha, loraTargets }: TrainableOptions,
): Trainable {
  switch (method) {
    case "full":
      return trainSelected(model.layout, parameters, ({ role }) => role !== "constant");
    case "head":
      return trainSelected(
        model.layout,
        parameters,
        ({ role, name }) => role === "head" || HEAD.test(name),
      );
    case "lora":
      return trainLowRank(model.layout, parameters, {
        rank: loraRank ?? DEFAULT_LORA.rank,
        alpha: loraAlpha ?? DEFAULT_LORA.alpha,
        seed,
        ...(loraTargets && { targets: ({ name }) => loraTargets.test(name) }),
      });
    default:
      return method satisfies never;
  }
}
