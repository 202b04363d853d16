/** Whether a small or a large value is good. */
export type Direction = "min" | "max";

export interface Ranking {
  /** Indices of the values that exist, best first; equal values keep their order. */
  readonly ranking: readonly number[];
  /** Place of each value, 1 the best; undefined where there is no value. */
  readonly ranks: readonly (number | undefined)[];
}

/** Orders values, best first. Pure. */
export function rank(values: readonly (number | undefined)[], direction: Direction): Ranking {
  const sign = direction === "min" ? 1 : -1;
  const ranking = values
    .flatMap((value, index) => (value === undefined ? [] : [{ value, index }]))
    .toSorted((a, b) => sign * (a.value - b.value) || a.index - b.index)
    .map(({ index }) => index);
  const ranks: (number | undefined)[] = values.map(() => undefined);
  ranking.forEach((index, place) => {
    ranks[index] = place + 1;
  });
  return { ranking, ranks };
}
