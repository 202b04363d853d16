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
  const width = Math.max(...cases.map(({ name }) => name.length), title.length);
  const line = (cells: readonly string[]): void => {
    const [name, ...numbers] = cells;
    const row = [name!.padEnd(width), ...numbers.map((cell) => cell.padStart(11))].join("  ");
    process.stdout.write(`${row.trimEnd()}\n`);
  };
  line([title, unit, "limit", "share", "p10", "p90", "samples"]);
  cases.forEach(({ name, work, limit }, i) => {
    const figures = timesMs[i]!.map((ms) => work / scale / (ms / 1000)).toSorted((a, b) => a - b);
    const at = (q: number): number => figures[Math.round(q * (figures.length - 1))]!;
    const median = at(0.5);
    line([
      name,
      digits(median),
      limit === undefined ? "" : digits(limit),
      limit === undefined ? "" : `${((100 * median) / limit).toFixed(0)} %`,
      digits(at(0.1)),
      digits(at(0.9)),
      String(figures.length),
    ]);
  });
  process.stdout.write("\n");
}

function digits(value: number): string {
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
