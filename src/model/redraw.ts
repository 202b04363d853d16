// New random directions for FAVOR+ encoders. A Performer that keeps one draw for ever learns that draw's
// errors; redrawn every so often, they average out. A redraw is a pure function of (seed, step), so every
// worker draws the same, and it scales its directions just as the first draw did.

import { Random } from "../core/index.ts";
import { fillOrthogonal } from "./declaration.ts";
import type { Model } from "./model.ts";

/**
 * Whether `step` of a run ends with a redraw: every `encoder.redrawEverySteps` steps, but not after the last,
 * since a model is kept with the directions that it was trained with.
 */
export function redrawsAfter({ config }: Model, step: number, numSteps: number): boolean {
  const { encoder } = config;
  if (encoder.kind !== "performer" || encoder.redrawEverySteps === undefined) return false;
  return step < numSteps && step % encoder.redrawEverySteps === 0;
}

/**
 * Replaces the random directions of every layer, in place. Without Performer layers nothing changes.
 *
 * @param parameters Laid out as `model.layout` says.
 */
export function redrawFeatures(
  { layout }: Model,
  parameters: Float32Array,
  seed: number,
  step: number,
): void {
  for (const { name, shape, offset, size, role } of layout.specs) {
    if (role !== "constant") continue;
    const out = parameters.subarray(offset, offset + size);
    fillOrthogonal(out, shape[1]!, new Random("redraw", seed, step, name));
  }
}
