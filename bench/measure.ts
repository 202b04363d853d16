// How benchmarks measure and print. Cases run interleaved, so that a slow minute of the machine falls on all
// of them alike; a line gives the median figure, its limit, the share of the limit, and the spread. Kernels on
// one thread are timed by the processor time that this process used: other programs then disturb less.

export interface Case {
  readonly name: string;
  /** What the figure counts in one run: floating-point operations, bytes, tokens. */
  readonly work: number;
  /** The most that the hardware gives, in the unit of the figure; absent where there is no such number. */
  readonly limit?: number;
  readonly run: () => void;
}

export interface TableOptions {
  readonly title: string;
  /** Unit of the figure, and how much work one of it is: { unit: "GFLOP/s", scale: 1e9 }. */
  readonly unit: string;
  readonly scale: number;
  /** How long each case is measured in all, in milliseconds. */
  readonly budgetMs?: number;
}

const ROUNDS = 5;
/** Shorter runs are repeated until one sample takes this long. */
const SAMPLE_MS = 2;

/** Milliseconds of processor time that this process has used, in all its threads. */
function processorMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Milliseconds of single runs of each case, interleaved, after some unmeasured ones. */
function measure(cases: readonly Case[], budgetMs: number): number[][] {
  const timesMs = cases.map((): number[] => []);
  const repeats = cases.map((item) => {
    item.run();
    const start = processorMs();
    item.run();
    return Math.max(1, Math.ceil(SAMPLE_MS / Math.max(processorMs() - start, 1e-3)));
  });
  for (let round = 0; round < ROUNDS; round++) {
    for (const [i, item] of cases.entries()) {
      const start = processorMs();
      do {
        const from = processorMs();
        for (let repeat = 0; repeat < repeats[i]!; repeat++) item.run();
        timesMs[i]!.push((processorMs() - from) / repeats[i]!);
      } while (processorMs() - start < budgetMs / ROUNDS);
    }
  }
  return timesMs;
}

/** Measures the cases and prints one table. */
export function printTable(cases: readonly Case[], options: TableOptions): void {
  const { title, unit, scale, budgetMs = 400 } = options;
  const timesMs = measure(cases, budgetMs);
  const rows = cases.map(({ name, work, limit }, i) => {
    const { median, p10, p90 } = spreadOf(timesMs[i]!.map((ms) => work / scale / (ms / 1000)));
    return [
      name,
      digits(median),
      limit === undefined ? "" : digits(limit),
      limit === undefined ? "" : `${((100 * median) / limit).toFixed(0)} %`,
      digits(p10),
      digits(p90),
      String(timesMs[i]!.length),
    ];
  });
  printRows([title, unit, "limit", "share", "p10", "p90", "samples"], rows);
}

/**
 * Figures of cases that measure themselves (what is asynchronous, or runs on several threads), `[case][round]`:
 * interleaved, after one unmeasured round.
 */
export async function measureRounds<Figures>(
  cases: readonly (() => Promise<Figures>)[],
  numRounds: number,
): Promise<Figures[][]> {
  const figures = cases.map((): Figures[] => []);
  for (let round = -1; round < numRounds; round++) {
    for (const [i, run] of cases.entries()) {
      const measured = await run();
      if (round >= 0) figures[i]!.push(measured);
    }
  }
  return figures;
}

/** Median and the tenths of either side. */
export function spreadOf(values: readonly number[]): { median: number; p10: number; p90: number } {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (q: number): number => sorted[Math.round(q * (sorted.length - 1))]!;
  return { median: at(0.5), p10: at(0.1), p90: at(0.9) };
}

/** Prints a table, its first column to the left and the others to the right. */
export function printRows(header: readonly string[], rows: readonly (readonly string[])[]): void {
  const widths = header.map((title, column) =>
    Math.max(column === 0 ? 0 : 9, title.length, ...rows.map((row) => row[column]!.length)),
  );
  for (const cells of [header, ...rows]) {
    const padded = cells.map((cell, column) =>
      column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!),
    );
    process.stdout.write(`${padded.join("  ").trimEnd()}\n`);
  }
  process.stdout.write("\n");
}

export function digits(value: number): string {
  return value >= 1000 ? value.toFixed(0) : value.toPrecision(3);
}

/** Values in [-0.5, 0.5), the same at every run. */
export function randomFloats(size: number, seed = 1): Float32Array {
  let state = seed;
  return Float32Array.from({ length: size }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32 - 0.5;
  });
}
