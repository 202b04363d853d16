// A curve of any length in bounded memory: when it is full, neighbours are joined to their mean.

export interface Point {
  readonly step: number;
  readonly value: number;
}

const MAX_POINTS = 512;

export class Series {
  #points: Point[] = [];
  #stepsPerPoint = 1;
  #open: { step: number; sum: number; count: number } | undefined;

  /** Steps ascend. What is not finite is left out: a curve cannot show it. */
  add(step: number, value: number | null): void {
    if (value === null || !Number.isFinite(value)) return;
    const open = this.#open;
    if (open !== undefined && step - open.step < this.#stepsPerPoint) {
      open.sum += value;
      open.count++;
      return;
    }
    this.#close();
    this.#open = { step, sum: value, count: 1 };
  }

  /** Forgets what came after `step`: a resumed run computes it again. */
  cutAfter(step: number): void {
    this.#close();
    this.#points = this.#points.filter((point) => point.step <= step);
  }

  get points(): Point[] {
    const { sum = 0, count = 0, step = 0 } = this.#open ?? {};
    return count === 0 ? [...this.#points] : [...this.#points, { step, value: sum / count }];
  }

  #close(): void {
    if (this.#open === undefined) return;
    this.#points = this.points;
    this.#open = undefined;
    if (this.#points.length < MAX_POINTS) return;
    this.#points = joinPairs(this.#points);
    this.#stepsPerPoint *= 2;
  }
}

function joinPairs(points: readonly Point[]): Point[] {
  return points.flatMap(({ step, value }, i) =>
    i % 2 === 1 ? [] : [{ step, value: (value + (points[i + 1]?.value ?? value)) / 2 }],
  );
}
