// Which example is the n-th sample of a run. A pure function of n: any worker can compute any sample, a
// resumed run needs no position, and the fleet has no influence.
//
// Each task takes its turns at a steady pace: turn k of a task with share w is due at time (k + phase) / w, and
// sample n is the n-th turn of all that is due. So after any number of steps every task has had a whole number of
// samples next to its share, without drawing and without counting from the start. A task's own samples
// run over its examples in a new seeded order in each of its epochs: each example exactly once per epoch of its
// task, and all of one epoch before any of the next. With shares by size all epochs end together.

import { ConfigError, hash32 } from "../core/index.ts";
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
  /** Of all samples, by task; their sum is 1. */
  readonly shares: readonly number[];
  readonly #sizes: readonly number[];
  /** Where in its turn each task begins, between 0 and 1: tasks of equal shares do not come in one clump. */
  readonly #phases: readonly number[];
  readonly #seed: number;
  readonly #orders: ({ readonly epoch: number; readonly permutation: Permutation } | undefined)[];
  #window: Window | undefined;

  /** @throws {ConfigError} when there is no example, or a weight or the temperature is out of range. */
  constructor(taskSizes: Readonly<Record<string, number>>, options: MixtureOptions) {
    this.tasks = Object.keys(taskSizes).toSorted((a, b) => (a < b ? -1 : 1));
    this.#sizes = this.tasks.map((task) => taskSizes[task]!);
    this.#seed = options.seed;
    const shares = sharesOf(this.tasks, this.#sizes, options);
    const total = shares.reduce((sum, share) => sum + share, 0);
    if (total === 0) {
      throw new ConfigError("training.mixture", "no task has examples and a share above zero");
    }
    this.shares = shares.map((share) => share / total);
    // Away from the ends, so that rounding never moves a turn over the end of an epoch.
    this.#phases = this.tasks.map(
      (task) => 0.05 + (0.9 * hash32(0, "mixture phase", options.seed, task)) / 2 ** 32,
    );
    this.#orders = this.tasks.map(() => undefined);
  }

  /** The place of global sample `n` = (step - 1) * globalBatchSize + index in the batch; n counts from 0. */
  at(n: number): MixturePlace {
    const numSlots = WINDOW_SLOTS;
    const windowIndex = Math.floor(n / numSlots);
    if (this.#window?.index !== windowIndex) this.#window = this.#windowAt(windowIndex);
    const { taskIndex, turn } = this.#window.turns[n % numSlots]!;
    const size = this.#sizes[taskIndex]!;
    const epoch = Math.floor(turn / size);
    return { taskIndex, exampleIndex: this.#order(taskIndex, epoch).at(turn % size), epoch };
  }

  /** How many of `count` samples from `first` on belong to each task: the quotas of a step. */
  quotas(first: number, count: number): number[] {
    const quotas = this.tasks.map(() => 0);
    for (let n = first; n < first + count; n++) quotas[this.at(n).taskIndex]! += 1;
    return quotas;
  }

  /** The turns of all tasks near the window, merged in order of when they are due. */
  #windowAt(index: number): Window {
    const numTasks = this.tasks.length;
    const first = index * WINDOW_SLOTS;
    // At time x between x - numTasks and x + numTasks turns were due: one rounding a task.
    const fromTime = first - numTasks;
    const toTime = first + WINDOW_SLOTS + numTasks;
    const turns: DueTurn[] = [];
    let numBefore = 0;
    for (let task = 0; task < numTasks; task++) {
      if (this.shares[task] === 0) continue;
      let turn = this.#firstTurnAfter(task, fromTime);
      numBefore += turn;
      for (; this.#dueTime(task, turn) <= toTime; turn++) {
        turns.push({ taskIndex: task, turn, dueTime: this.#dueTime(task, turn) });
      }
    }
    turns.sort((a, b) => a.dueTime - b.dueTime || a.taskIndex - b.taskIndex);
    return { index, turns: turns.slice(first - numBefore, first - numBefore + WINDOW_SLOTS) };
  }

  #dueTime(task: number, turn: number): number {
    return (turn + this.#phases[task]!) / this.shares[task]!;
  }

  #firstTurnAfter(task: number, time: number): number {
    let turn = Math.max(0, Math.floor(time * this.shares[task]! - this.#phases[task]!));
    while (turn > 0 && this.#dueTime(task, turn - 1) > time) turn--;
    while (this.#dueTime(task, turn) <= time) turn++;
    return turn;
  }

  #order(task: number, epoch: number): Permutation {
    const known = this.#orders[task];
    if (known?.epoch === epoch) return known.permutation;
    const name = `task ${this.tasks[task]!}`;
    const permutation = new Permutation(this.#sizes[task]!, "mixture", this.#seed, name, epoch);
    this.#orders[task] = { epoch, permutation };
    return permutation;
  }
}

interface Turn {
  readonly taskIndex: number;
  /** Counts the samples of the task from 0. */
  readonly turn: number;
}

interface DueTurn extends Turn {
  readonly dueTime: number;
}

/** Slots are merged so many at a time; the result does not depend on it. */
const WINDOW_SLOTS = 4096;

interface Window {
  readonly index: number;
  readonly turns: readonly Turn[];
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
