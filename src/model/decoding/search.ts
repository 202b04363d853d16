// Best-first expansion of the digit trie for many texts at once. What matters next is decided for each text
// by its own state alone, so a text's answer does not depend on those it shares a batch with; the decoder
// then runs on the chosen nodes of all texts together.

import type { DigitTrie } from "./digit-trie.ts";
import { Frontier } from "./frontier.ts";
import type { PrefixTable } from "./prefix-table.ts";

export interface SearchOptions {
  /** Stop when this share of the probability lies in intervals narrower than `width`. */
  readonly mass: number;
  /** Width of an interval that needs no further digits, as a share of its larger end. */
  readonly width: number;
  /** Nodes expanded per text and objective at most. */
  readonly maxNodes: number;
}

/** Where one text's search begins: the empty answer, or answers to earlier objectives with their weights. */
export interface WeightedRoot {
  readonly node: number;
  readonly weight: number;
}

/** An interval of values and the probability in it. */
export interface MassInterval {
  readonly lo: number;
  readonly hi: number;
  readonly mass: number;
  /** Distance to neighbouring numbers, where it is a point; 0 otherwise. */
  readonly spacing: number;
  /** Number of the prefix in the table. */
  readonly prefix: number;
}

/**
 * Nodes of one text per pass: few at first, where each answer changes what matters next, then half of what
 * was expanded so far. Small passes waste the engine, large ones expand what turns out not to matter.
 */
const FIRST_PASS_NODES = 16;

/**
 * Expands each text's trie until its stop rule holds.
 *
 * @param roots For each text, nodes at which the number to be told begins; weights sum to 1.
 * @returns For each text the leaves of what was expanded: their masses sum to 1.
 */
export async function searchTrie(
  trie: DigitTrie,
  roots: readonly (readonly WeightedRoot[])[],
  options: SearchOptions,
): Promise<MassInterval[][]> {
  const searches = roots.map((ofText) => new TextSearch(trie, ofText, options));
  for (;;) {
    const chosen = searches.map((search) => search.choose());
    const nodes = chosen.flat();
    if (nodes.length === 0) break;
    await trie.expand(nodes);
    searches.forEach((search, text) => {
      for (const node of chosen[text]!) search.absorb(node);
    });
  }
  return searches.map((search) => search.intervals());
}

class TextSearch {
  readonly #trie: DigitTrie;
  readonly #prefixes: PrefixTable;
  readonly #options: SearchOptions;
  readonly #frontier = new Frontier();
  readonly #settled: { node: number; scale: number }[] = [];
  /** Weight over probability of the root that a node descends from. */
  readonly #scaleOf = new Map<number, number>();
  #openMass = 0;
  #numExpanded = 0;

  constructor(trie: DigitTrie, roots: readonly WeightedRoot[], options: SearchOptions) {
    this.#trie = trie;
    this.#prefixes = trie.prefixes;
    this.#options = options;
    for (const { node, weight } of roots) {
      const scale = weight / trie.probability(node);
      this.#scaleOf.set(node, scale);
      this.#openMass += weight;
      this.#frontier.push(node, weight);
    }
  }

  /** The nodes whose digits are worth the most now. Empty: this text is done. */
  choose(): number[] {
    const { mass, maxNodes } = this.#options;
    const chosen: number[] = [];
    const passNodes = Math.max(FIRST_PASS_NODES, this.#numExpanded >> 1);
    let left = this.#openMass;
    while (
      left > 1 - mass &&
      chosen.length < passNodes &&
      this.#numExpanded < maxNodes &&
      this.#frontier.size > 0
    ) {
      const node = this.#frontier.pop()!;
      left -= this.#massOf(node);
      chosen.push(node);
      this.#numExpanded += 1;
    }
    return chosen;
  }

  /** Replaces an expanded node by its children. */
  absorb(node: number): void {
    const trie = this.#trie;
    const scale = this.#scaleOf.get(node)!;
    this.#openMass -= this.#massOf(node);
    this.#scaleOf.delete(node);
    const first = trie.firstChild(node);
    for (let child = first; child < first + trie.numChildren(node); child++) {
      const mass = trie.probability(child) * scale;
      const prefix = trie.prefix(child);
      if (this.#prefixes.relativeWidth[prefix]! <= this.#options.width) {
        this.#settled.push({ node: child, scale });
        continue;
      }
      this.#scaleOf.set(child, scale);
      this.#openMass += mass;
      this.#frontier.push(child, mass * this.#prefixes.ignorance[prefix]!);
    }
  }

  intervals(): MassInterval[] {
    const interval = (node: number, scale: number): MassInterval => {
      const prefix = this.#trie.prefix(node);
      const lo = this.#prefixes.lo[prefix]!;
      const hi = this.#prefixes.hi[prefix]!;
      const mass = this.#trie.probability(node) * scale;
      return { lo, hi, mass, spacing: hi > lo ? 0 : this.#prefixes.spacing(prefix), prefix };
    };
    return [
      ...this.#settled.map(({ node, scale }) => interval(node, scale)),
      ...this.#frontier.nodes().map((node) => interval(node, this.#scaleOf.get(node)!)),
    ];
  }

  #massOf(node: number): number {
    return this.#trie.probability(node) * this.#scaleOf.get(node)!;
  }
}
