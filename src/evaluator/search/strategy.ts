// Search strategies: each proposes one candidate at a time and is told its true cost (less is better).

import type { Random } from "../../core/index.ts";
import type { SearchSpace } from "./space.ts";

export interface Searcher {
  /** The next candidate; may repeat one that was evaluated before, which is then free. */
  ask(): number;
  tell(candidate: number, cost: number): void;
  /** Paid so far beside real evaluations, in units of one. */
  spent?(): number;
}

export interface Strategy {
  readonly name: string;
  /** Paid before the first evaluation, for labels; in units of one evaluation. */
  readonly paidBefore?: number;
  start(space: SearchSpace, random: Random): Searcher;
}

/** Every candidate once, in random order. */
export const randomSearch: Strategy = {
  name: "random",
  start(space, random) {
    const order = random.shuffled(Array.from({ length: space.size }, (_, i) => i));
    let next = 0;
    return { ask: () => order[next++ % space.size]!, tell: () => {} };
  },
};

/** Best guess first, by a figure that needs no label, such as FLOPs. */
export const freeGuessOrder: Strategy = {
  name: "free guess",
  start(space, random) {
    const guesses = Float64Array.from(
      { length: space.size },
      (_, i) => space.freeGuess?.value(i) ?? 0,
    );
    // Ties in random order.
    const order = random
      .shuffled(Array.from({ length: space.size }, (_, i) => i))
      .toSorted((a, b) => guesses[b]! - guesses[a]!);
    let next = 0;
    return { ask: () => order[next++ % space.size]!, tell: () => {} };
  },
};

/** Regularised evolution (Real et al., 2019): the child of a tournament's best replaces the oldest. */
export function regularisedEvolution(populationSize: number, sampleSize: number): Strategy {
  return {
    name: `evolution P${populationSize} S${sampleSize}`,
    start(space, random) {
      const population: { candidate: number; cost: number }[] = [];
      return {
        ask() {
          if (population.length < populationSize) return random.int(space.size);
          let best = population[random.int(population.length)]!;
          for (let i = 1; i < sampleSize; i++) {
            const other = population[random.int(population.length)]!;
            if (other.cost < best.cost) best = other;
          }
          return space.mutate(best.candidate, random);
        },
        tell(candidate, cost) {
          population.push({ candidate, cost });
          if (population.length > populationSize) population.shift();
        },
      };
    },
  };
}

/** Evaluates all neighbours of the best of its climb; starts anew at random where none is better. */
export const localSearch: Strategy = {
  name: "local search",
  start(space, random) {
    let here: { candidate: number; cost: number } | undefined;
    let best: { candidate: number; cost: number } | undefined;
    let queue: number[] = [];
    return {
      ask() {
        if (queue.length === 0 && best !== undefined) {
          // All neighbours are known: climb on, or give this hill up.
          here = here !== undefined && best.cost < here.cost ? best : undefined;
          best = here;
          if (here !== undefined) queue = random.shuffled(space.neighbours(here.candidate));
        }
        return queue.pop() ?? random.int(space.size);
      },
      tell(candidate, cost) {
        if (here === undefined) {
          here = { candidate, cost };
          best = here;
          queue = random.shuffled(space.neighbours(candidate));
        } else if (cost < best!.cost) best = { candidate, cost };
      },
    };
  },
};
