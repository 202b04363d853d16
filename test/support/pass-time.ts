// Virtual time for tests whose work is partly real: hashes are made in the background.

import { expect } from "vitest";
import type { ManualClock } from "../../src/core/index.ts";

/** Real time that a test may take until something is so. */
const PATIENCE_MS = 40_000;

/** Lets virtual time pass until something is so; ends by real time. */
export async function passTime(clock: ManualClock, isSo: () => boolean): Promise<void> {
  const endMs = performance.now() + PATIENCE_MS;
  for (let turn = 0; performance.now() < endMs && !isSo(); turn++) {
    // Promises between two points of virtual time settle in one turn of the loop; a busy machine needs a while for hashes.
    await new Promise((resolve) =>
      turn % 64 === 63 ? setTimeout(resolve, 1) : setImmediate(resolve),
    );
    if (turn % 4 === 0) clock.advanceToNext();
  }
  expect(isSo()).toBe(true);
}
