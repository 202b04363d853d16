// The scale on which targets are compared and corrected: logarithmic where all are positive, as run times,
// latencies and sizes are; linear otherwise.

export type ValueScale = "log" | "linear";

/** Smallest magnitude that the logarithmic scale tells apart. */
const SMALLEST = 1e-300;

/** Logarithmic when every value is above zero. */
export function scaleOf(values: readonly number[]): ValueScale {
  return values.length > 0 && values.every((value) => value > 0) ? "log" : "linear";
}

export function toScale(value: number, scale: ValueScale): number {
  return scale === "log" ? Math.log(Math.max(value, SMALLEST)) : value;
}

export function fromScale(value: number, scale: ValueScale): number {
  return scale === "log" ? Math.exp(Math.min(value, 700)) : value;
}
