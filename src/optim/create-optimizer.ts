import type { ParameterLayout } from "../core/index.ts";
import { AdamW } from "./adamw.ts";
import type { OptimizerConfig } from "./config.ts";
import type { Optimizer } from "./optimizer.ts";

/** The optimizer that a run's configuration names. */
export function createOptimizer(config: OptimizerConfig, layout: ParameterLayout): Optimizer {
  return new AdamW(config, layout);
}
