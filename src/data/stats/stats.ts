// What is in a dataset: rows, lengths, objectives and repetitions, by task. One pass, bounded memory.

import { type Example, SPLITS, type Split } from "../example.ts";
import {
  DuplicateSketch,
  type DuplicateSummary,
  NumberSketch,
  type NumberSummary,
} from "./sketch.ts";

export interface LengthBin {
  /** Characters from this on, to twice as many. */
  readonly fromChars: number;
  readonly numRows: number;
}

export interface TaskStats {
  readonly task: string;
  readonly numRows: number;
  readonly numChars: number;
  readonly numTokens: number | null;
  readonly splits: Readonly<Partial<Record<Split, number>>>;
  /** One for each position of `y`. */
  readonly objectives: readonly NumberSummary[];
}

export interface DatasetStats extends DuplicateSummary {
  readonly numRows: number;
  readonly numChars: number;
  /** Null without a vocabulary. */
  readonly numTokens: number | null;
  readonly splits: Readonly<Partial<Record<Split, number>>>;
  readonly lengths: readonly LengthBin[];
  readonly tasks: readonly TaskStats[];
}

interface TaskSketch {
  numRows: number;
  numChars: number;
  numTokens: number;
  readonly splits: Partial<Record<Split, number>>;
  readonly objectives: NumberSketch[];
}

/** Takes rows one by one. */
export class StatsSketch {
  readonly #countTokens: ((text: string) => number) | undefined;
  readonly #tasks = new Map<string, TaskSketch>();
  readonly #duplicates = new DuplicateSketch();
  readonly #bins: number[] = [];

  /** @param countTokens Of a text; absent: tokens are not counted. */
  constructor(countTokens?: (text: string) => number) {
    this.#countTokens = countTokens;
  }

  /** @param numTokens Where they were counted before. */
  add({ task, x, y, split }: Example, numTokens = this.#countTokens?.(x) ?? 0): void {
    let sketch = this.#tasks.get(task);
    if (sketch === undefined) {
      sketch = { numRows: 0, numChars: 0, numTokens: 0, splits: {}, objectives: [] };
      this.#tasks.set(task, sketch);
    }
    sketch.numRows++;
    sketch.numChars += x.length;
    sketch.numTokens += numTokens;
    sketch.splits[split] = (sketch.splits[split] ?? 0) + 1;
    for (const [i, value] of y.entries()) {
      (sketch.objectives[i] ??= new NumberSketch(task, i)).add(value);
    }
    this.#duplicates.add(task, x, SPLITS.indexOf(split));
    const bin = x.length === 0 ? 0 : 1 + Math.floor(Math.log2(x.length));
    this.#bins[bin] = (this.#bins[bin] ?? 0) + 1;
  }

  summary(): DatasetStats {
    const hasTokens = this.#countTokens !== undefined;
    const tasks = [...this.#tasks]
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([task, sketch]) => ({
        task,
        numRows: sketch.numRows,
        numChars: sketch.numChars,
        numTokens: hasTokens ? sketch.numTokens : null,
        splits: sketch.splits,
        objectives: sketch.objectives.map((objective) => objective.summary()),
      }));
    const total = (of: (task: (typeof tasks)[number]) => number): number =>
      tasks.reduce((sum, task) => sum + of(task), 0);
    return {
      numRows: total(({ numRows }) => numRows),
      numChars: total(({ numChars }) => numChars),
      numTokens: hasTokens ? total(({ numTokens }) => numTokens ?? 0) : null,
      splits: Object.fromEntries(
        SPLITS.map((split) => [split, total(({ splits }) => splits[split] ?? 0)] as const).filter(
          ([, count]) => count > 0,
        ),
      ),
      ...this.#duplicates.summary(),
      lengths: Array.from({ length: this.#bins.length }, (_, bin) => ({
        fromChars: bin === 0 ? 0 : 2 ** (bin - 1),
        numRows: this.#bins[bin] ?? 0,
      })),
      tasks,
    };
  }
}
