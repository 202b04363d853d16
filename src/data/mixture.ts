// Which example is the n-th sample of a run. A pure function of n: any worker can compute any sample, a
// resumed run needs no position, and the fleet has no influence.
//
// Samples come in periods of fixed length. In each, every task has a whole number of places (its quota, by
// the largest remainder), so shares never drift. Places are permuted anew in each period. A task's own samples
// are numbered through, and run over its examples in a new seeded order in each of its epochs: each example
// exactly once per epoch of its task, and all of one epoch before any of the next.

import { ConfigError } from "../core/index.ts";
import { Permutation } from "./permutation.ts";

export interface MixtureOptions {
  readonly seed: number;
  /** Share of each task, in any unit. Tasks not named get none. Excludes `temperature`. */
  readonly weights?: Readonly<Record<string, number>>;
  /** Shares go with size^(1/temperature): 1 (the default) by size, larger makes tasks more equal. */
  readonly temperature?: number;
}

export interface MixturePlace {
  /** Index into `tasks`. */
  readonly taskIndex: number;
  /** Index into that task's examples. */
  readonly exampleIndex: number;
  /** Which pass over that task's examples this is, from 0. */
  readonly epoch: number;
}

export class Mixture {
  /** Task names in code-unit order; `taskIndex` counts in it. */
  readonly tasks: readonly string[];
  /** Places of each task in one period. */
  readonly quotas: readonly number[];
  /** Samples in one period. With shares by size a period is exactly one epoch of every task. */
  readonly period: number;
  readonly #sizes: readonly number[];
  readonly #firstPlace: Int32Array;
  readonly #seed: number;
  readonly #permutations = new Map<string, Permutation>();
  #ranks: { readonly periodIndex: number; readonly ofSlot: Int32Array } | undefined;

  /** @throws {ConfigError} when there is no example, or a weight or the temperature is out of range. */
  constructor(taskSizes: Readonly<Record<string, number>>, options: MixtureOptions) {
    this.tasks = Object.keys(taskSizes).toSorted((a, b) => (a < b ? -1 : 1));
    this.#sizes = this.tasks.map((task) => taskSizes[task]!);
    this.#seed = options.seed;
    this.period = this.#sizes.reduce((sum, size) => sum + size, 0);
    const shares = sharesOf(this.tasks, this.#sizes, options);
    if (shares.every((share) => share === 0)) {
      throw new ConfigError("training.mixture", "no task has examples and a share above zero");
    }
    this.quotas = largestRemainder(shares, this.period);
    this.#firstPlace = new Int32Array(this.tasks.length + 1);
    this.quotas.forEach((quota, task) => {
      this.#firstPlace[task + 1] = this.#firstPlace[task]! + quota;
    });
  }

  /** The place of global sample `n` = (step - 1) * globalBatchSize + index in the batch; n counts from 0. */
  at(n: number): MixturePlace {
    const periodIndex = Math.floor(n / this.period);
    const slot = n % this.period;
    const taskIndex = this.#taskAt(periodIndex, slot);
    const size = this.#sizes[taskIndex]!;
    const taskSample = periodIndex * this.quotas[taskIndex]! + this.#rankAt(periodIndex, slot);
    const epoch = Math.floor(taskSample / size);
    const order = this.#permutation(`task ${this.tasks[taskIndex]!}`, epoch, size);
    return { taskIndex, exampleIndex: order.at(taskSample % size), epoch };
  }

  #taskAt(periodIndex: number, slot: number): number {
    const place = this.#permutation("places", periodIndex, this.period).at(slot);
    return lastAtMost(this.#firstPlace, place);
  }

  /** How many earlier slots of the period belong to the same task: its samples come in turn. */
  #rankAt(periodIndex: number, slot: number): number {
    if (this.#ranks?.periodIndex !== periodIndex) {
      const counts = new Int32Array(this.tasks.length);
      const ofSlot = new Int32Array(this.period);
      for (let i = 0; i < this.period; i++) {
        const task = this.#taskAt(periodIndex, i);
        ofSlot[i] = counts[task]!;
        counts[task]! += 1;
      }
      this.#ranks = { periodIndex, ofSlot };
    }
    return this.#ranks.ofSlot[slot]!;
  }

  #permutation(name: string, epoch: number, size: number): Permutation {
    const key = `${epoch}:${name}`;
    const known = this.#permutations.get(key);
    if (known !== undefined) return known;
    // A running window of epochs: what is dropped can be made again.
    if (this.#permutations.size > 4 * this.tasks.length + 64) this.#permutations.clear();
    const made = new Permutation(size, "mixture", this.#seed, name, epoch);
    this.#permutations.set(key, made);
    return made;
  }
}

/** Which global samples a microshard of a step covers. */
export function microshardRange(
  step: number,
  index: number,
  { globalBatchSize, numMicroshards }: { globalBatchSize: number; numMicroshards: number },
): { first: number; count: number } {
  const start = Math.floor((index * globalBatchSize) / numMicroshards);
  const end = Math.floor(((index + 1) * globalBatchSize) / numMicroshards);
  return { first: (step - 1) * globalBatchSize + start, count: end - start };
}

function sharesOf(
  tasks: readonly string[],
  sizes: readonly number[],
  { weights, temperature = 1 }: MixtureOptions,
): number[] {
  if (!(temperature > 0)) {
    throw new ConfigError("training.mixture.temperature", `must be above 0, got ${temperature}`);
  }
  for (const [task, weight] of Object.entries(weights ?? {})) {
    if (!tasks.includes(task)) {
      throw new ConfigError("training.mixture.weights", `no task ${task} in the data`);
    }
    if (!(weight >= 0) || weight === Infinity) {
      throw new ConfigError(`training.mixture.weights.${task}`, `must be 0 or more, got ${weight}`);
    }
  }
  return tasks.map((task, i) => {
    if (sizes[i] === 0) return 0;
    return weights === undefined ? sizes[i]! ** (1 / temperature) : (weights[task] ?? 0);
  });
}

/** Whole numbers with the given sum, as near to the shares as can be; a share above zero gets at least one. */
function largestRemainder(shares: readonly number[], sum: number): number[] {
  const total = shares.reduce((a, b) => a + b, 0);
  const exact = shares.map((share) => (share / total) * sum);
  const quotas = exact.map((value, i) => (shares[i]! > 0 ? Math.max(1, Math.floor(value)) : 0));
  let missing = sum - quotas.reduce((a, b) => a + b, 0);
  const remainder = (i: number): number => exact[i]! - quotas[i]!;
  const candidates = shares.flatMap((share, i) => (share > 0 ? [i] : []));
  // Ties go to the earlier task.
  while (missing > 0) {
    const best = candidates.reduce((a, b) => (remainder(b) > remainder(a) ? b : a));
    quotas[best]! += 1;
    missing -= 1;
  }
  while (missing < 0) {
    const able = candidates.filter((i) => quotas[i]! > 1);
    const worst = able.reduce((a, b) => (remainder(b) < remainder(a) ? b : a));
    quotas[worst]! -= 1;
    missing += 1;
  }
  return quotas;
}

/** Index of the last entry that is at most `value`, skipping empty ranges. */
function lastAtMost(sorted: Int32Array, value: number): number {
  let low = 0;
  let high = sorted.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! <= value) low = middle;
    else high = middle;
  }
  return low;
}
