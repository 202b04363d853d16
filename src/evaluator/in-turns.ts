// Long work on this thread in slices: between them the loop reads what others sent and answers them.

import { type Clock, sleep } from "../core/index.ts";

/** Long enough that a turn of the loop costs nothing beside it, short enough that nobody notices. */
const SLICE_MS = 10;
/** At work together, where work waits for something else than this thread. */
const NUM_TOGETHER = 8;

/** Does `work` for every item, in order, and lets others have a turn of the loop after each slice. */
export async function inTurns<T, R>(
  items: readonly T[],
  clock: Clock,
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  let sliceStartMs = clock.nowMs();
  for (let at = 0; at < items.length; at += NUM_TOGETHER) {
    if (clock.nowMs() - sliceStartMs >= SLICE_MS) {
      await sleep(clock, 0);
      sliceStartMs = clock.nowMs();
    }
    results.push(...(await Promise.all(items.slice(at, at + NUM_TOGETHER).map(work))));
  }
  return results;
}
