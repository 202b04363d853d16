// A cascade of two fidelities: several proposals of a strategy get the cheap evaluation, the best one the real.

import type { Strategy } from "./strategy.ts";

/**
 * Of `numProposals` of the strategy, the one of the best cheap evaluation is proposed; all others are told to
 * nobody. Over random search this is successive halving with two rungs.
 */
export function screened(inner: Strategy, numProposals: number): Strategy {
  return {
    name: `${inner.name}, best of ${numProposals} by cheap evaluation`,
    start(space, random) {
      const searcher = inner.start(space, random);
      const { cheap } = space;
      const known = new Set<number>();
      return {
        ask() {
          const proposals = Array.from({ length: numProposals }, () => searcher.ask());
          if (cheap === undefined) return proposals[0]!;
          for (const proposal of proposals) known.add(proposal);
          return proposals.reduce((a, b) => (cheap.value(b) < cheap.value(a) ? b : a));
        },
        tell: (candidate, cost) => searcher.tell(candidate, cost),
        spent: () => (cheap === undefined ? 0 : known.size * cheap.price),
      };
    },
  };
}
