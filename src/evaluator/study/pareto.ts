// Several objectives: who is not beaten in all of them, and how much of the space is beaten. In costs.

/** True where `a` is no worse anywhere and better somewhere. */
export function dominates(a: readonly number[], b: readonly number[]): boolean {
  return a.every((cost, i) => cost <= b[i]!) && a.some((cost, i) => cost < b[i]!);
}

/** Indices of the points that none dominates; of equal points the first. */
export function paretoFront(points: readonly (readonly number[])[]): number[] {
  return points.flatMap((point, i) => {
    const isBeaten = points.some(
      (other, j) =>
        dominates(other, point) || (j < i && other.every((cost, k) => cost === point[k])),
    );
    return isBeaten ? [] : [i];
  });
}

/**
 * Volume between the points and `reference` (the worst corner): points beyond it add nothing. Exact, by
 * slicing along the last objective; meant for fronts of some hundred points in few dimensions.
 */
export function hypervolume(
  points: readonly (readonly number[])[],
  reference: readonly number[],
): number {
  const inside = points.filter((point) => point.every((cost, i) => cost < reference[i]!));
  return volume(inside, reference);
}

/** What `point` adds to the hypervolume of a front: its own box, less what the front has of that box already. */
export function hypervolumeGain(
  point: readonly number[],
  front: readonly (readonly number[])[],
  reference: readonly number[],
): number {
  if (point.some((cost, i) => cost >= reference[i]!)) return 0;
  const box = point.reduce((product, cost, i) => product * (reference[i]! - cost), 1);
  const clipped = front.map((other) => other.map((cost, i) => Math.max(cost, point[i]!)));
  return Math.max(0, box - hypervolume(clipped, reference));
}

/** The plane in one pass, by the second objective: beaten points are passed over. */
function area(points: readonly (readonly number[])[], reference: readonly number[]): number {
  const sorted = points.toSorted((a, b) => a[1]! - b[1]! || a[0]! - b[0]!);
  let [best, from, sum] = [reference[0]!, 0, 0];
  for (const [x, y] of sorted as [number, number][]) {
    if (x >= best) continue;
    sum += (y - from) * (reference[0]! - best);
    [best, from] = [x, y];
  }
  return sum + (reference[1]! - from) * (reference[0]! - best);
}

function volume(points: readonly (readonly number[])[], reference: readonly number[]): number {
  if (points.length === 0) return 0;
  const last = reference.length - 1;
  if (last === 0) return reference[0]! - Math.min(...points.map((point) => point[0]!));
  if (last === 1) return area(points, reference);
  const front = paretoFront(points).map((i) => points[i]!);
  const sorted = front.toSorted((a, b) => a[last]! - b[last]!);
  let sum = 0;
  for (const [i, point] of sorted.entries()) {
    const height = (sorted[i + 1]?.[last] ?? reference[last]!) - point[last]!;
    if (height <= 0) continue;
    const slice = sorted.slice(0, i + 1).map((other) => other.slice(0, last));
    sum += height * volume(slice, reference.slice(0, last));
  }
  return sum;
}
