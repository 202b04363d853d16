// Whole answers drawn from the trie by position: a number u in [0, 1) names the answer at that share of the
// probability, in the order of ids. Evenly spaced u give a stratified sample without noise; random u a plain
// one. Equal beginnings are the same nodes, so they are computed once.

import { InputError } from "../../core/index.ts";
import type { DigitTrie } from "./digit-trie.ts";

/** An answer being written: its node, and where in that node's probability it falls, in [0, 1). */
export interface Particle {
  readonly node: number;
  readonly u: number;
}

/** How a particle chooses among a node's children. */
export type ChooseChild = (particle: Particle, trie: DigitTrie) => Particle;

/**
 * Writes one whole number further for every particle, all in one batch per digit.
 *
 * @returns Particles at whole numbers, in the given order.
 */
export async function writeNumber(
  trie: DigitTrie,
  particles: readonly Particle[],
  choose: ChooseChild = childAt,
): Promise<Particle[]> {
  let current = [...particles];
  for (let digit = 0; digit < trie.prefixes.vocabulary.tokensPerObject; digit++) {
    await trie.expand([...new Set(current.map(({ node }) => node))]);
    current = current.map((particle) => choose(particle, trie));
  }
  return current;
}

/** Writes the number that each particle has begun to its end; what is whole already stays. */
export async function finishNumber(
  trie: DigitTrie,
  particles: readonly Particle[],
): Promise<Particle[]> {
  const isOpen = ({ node }: Particle): boolean => !trie.prefixes.isComplete(trie.prefix(node));
  let current = [...particles];
  while (current.some(isOpen)) {
    await trie.expand([...new Set(current.filter(isOpen).map(({ node }) => node))]);
    current = current.map((particle) => (isOpen(particle) ? childAt(particle, trie) : particle));
  }
  return current;
}

/** The child in whose share u falls; u is spread anew over that share, as in arithmetic decoding. */
export function childAt({ node, u }: Particle, trie: DigitTrie): Particle {
  const first = trie.firstChild(node);
  const count = trie.numChildren(node);
  const total = trie.probability(node);
  let below = 0;
  for (let child = first; child < first + count; child++) {
    const share = trie.probability(child) / total;
    if (u < below + share || child === first + count - 1) {
      return { node: child, u: Math.min(1 - 2 ** -53, Math.max(0, (u - below) / share)) };
    }
    below += share;
  }
  return { node, u };
}

/** The most probable child; of equals the one with the smaller id. */
export function likeliestChild({ node, u }: Particle, trie: DigitTrie): Particle {
  const first = trie.firstChild(node);
  let best = first;
  for (let child = first + 1; child < first + trie.numChildren(node); child++) {
    if (trie.probability(child) > trie.probability(best)) best = child;
  }
  return { node: best, u };
}

/**
 * A choice among the `topK` most probable children, and of these among the first that together reach `topP`.
 *
 * @throws {InputError} when one of them is out of range.
 */
export function truncatedChoice(topK: number | undefined, topP: number | undefined): ChooseChild {
  if (topK !== undefined && !(Number.isInteger(topK) && topK >= 1)) {
    throw new InputError(`topK (${topK}) must be a whole number above 0`);
  }
  if (topP !== undefined && !(topP > 0 && topP <= 1)) {
    throw new InputError(`topP (${topP}) must be above 0 and at most 1`);
  }
  return ({ node, u }, trie) => {
    const first = trie.firstChild(node);
    const total = trie.probability(node);
    const children = Array.from({ length: trie.numChildren(node) }, (_, k) => first + k).sort(
      (a, b) => trie.probability(b) - trie.probability(a) || a - b,
    );
    let kept = 0;
    let keptMass = 0;
    while (
      kept < Math.min(children.length, topK ?? children.length) &&
      (kept === 0 || keptMass < (topP ?? 2))
    ) {
      keptMass += trie.probability(children[kept]!) / total;
      kept += 1;
    }
    let below = 0;
    for (const [rank, child] of children.slice(0, kept).entries()) {
      const share = trie.probability(child) / total / keptMass;
      if (u < below + share || rank === kept - 1) {
        return { node: child, u: Math.min(1 - 2 ** -53, Math.max(0, (u - below) / share)) };
      }
      below += share;
    }
    return { node, u };
  };
}
