// Shares a step's examples out among its microshards, so that none takes much longer than the others: workers
// that compute different ones wait for each other at the end of every step.

/**
 * Deals items of different costs out to `numParts` parts of as many items each, costs as equal as is easy to reach:
 * the costliest first, each to the cheapest part that has room. A pure function of the costs.
 *
 * @returns the indices of each part's items, ascending.
 */
export function dealEvenly(costs: readonly number[], numParts: number): number[][] {
  const parts = Array.from({ length: numParts }, () => ({ cost: 0, items: [] as number[] }));
  const room = Math.ceil(costs.length / numParts);
  const order = costs.map((_, i) => i).toSorted((a, b) => costs[b]! - costs[a]! || a - b);
  for (const item of order) {
    let cheapest = parts[0]!;
    for (const part of parts) {
      if (part.items.length === room) continue;
      if (cheapest.items.length === room || part.cost < cheapest.cost) cheapest = part;
    }
    cheapest.cost += costs[item]!;
    cheapest.items.push(item);
  }
  return parts.map(({ items }) => items.toSorted((a, b) => a - b));
}
