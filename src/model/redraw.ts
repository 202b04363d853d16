// New random directions for FAVOR+ encoders. A Performer that keeps one draw for ever learns that draw's
// errors; redrawn every so often, they average out. A redraw is a pure function of (seed, step), so every
// worker draws the same, and it scales its directions just as the first draw did.

import { Random } from "../core/index.ts";
import { fillOrthogonal } from "./declaration.ts";
import type { Model } from "./model.ts";

/** Names of random directions in both presets. */
const FEATURES = /(?:projection_matrix|attention\.features)$/u;

/** True for tensors that hold random directions: never trained. */
export function isRandomFeatures(name: string): boolean {
  return FEATURES.test(name);
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
  for (const { name, shape, offset, size } of layout.specs) {
    if (!isRandomFeatures(name)) continue;
    const out = parameters.subarray(offset, offset + size);
    fillOrthogonal(out, shape[1]!, new Random("redraw", seed, step, name));
  }
}
