import type { ParameterLayout } from "../core/index.ts";
import { Adafactor } from "./adafactor.ts";
import { AdamW } from "./adamw.ts";
import type { OptimizerConfig } from "./config.ts";
import { Muon } from "./muon.ts";
import type { Optimizer } from "./optimizer.ts";

/** The optimizer that a run's configuration names. */
export function createOptimizer(config: OptimizerConfig, layout: ParameterLayout): Optimizer {
  switch (config.kind) {
    case "adamw":
      return new AdamW(config, layout);
    case "muon":
      return new Muon(config, layout);
    case "adafactor":
      return new Adafactor(config, layout);
    default:
      return config satisfies never;
  }
}
