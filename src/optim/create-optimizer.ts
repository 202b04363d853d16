import type { ParameterLayout } from "../core/index.ts";
import { orthogonaliseClass } from "../tensor/flat/index.ts";
import { Adafactor } from "./adafactor.ts";
import { AdamW } from "./adamw.ts";
import type { OptimizerConfig } from "./config.ts";
import { Muon } from "./muon.ts";
import { Nesterov } from "./nesterov.ts";
import { type Allocate, type Optimizer, plainMemory } from "./optimizer.ts";

/**
 * The optimizer that a run's configuration names.
 *
 * @param allocate Makes the arrays of its state.
 */
export function createOptimizer(
  config: OptimizerConfig,
  layout: ParameterLayout,
  allocate: Allocate = plainMemory,
): Optimizer {
  switch (config.kind) {
    case "adamw":
      return new AdamW(config, layout, allocate);
    case "muon":
      return new Muon(config, layout, allocate);
    case "adafactor":
      return new Adafactor(config, layout, allocate);
    case "nesterov":
      return new Nesterov(config, layout, allocate);
    default:
      return config satisfies never;
  }
}

/** Processes of equal classes apply the optimizer with equal bits. Only matrix products depend on the machine. */
export function optimizerClass({ kind }: OptimizerConfig): string {
  return kind === "muon" ? `muon/${orthogonaliseClass()}` : kind;
}
