// Best-first expansion of the digit trie for many texts at once. What matters next is decided for each text
// by its own state alone, so a text's answer does not depend on those it shares a batch with; the decoder
// then runs on the chosen nodes of all texts together.

import type { DigitTrie } from "./digit-trie.ts";
import { Frontier } from "./frontier.ts";
import { finishNumber, type Particle } from "./particles.ts";
import { type PrefixTable, UNKNOWN_MAGNITUDE } from "./prefix-table.ts";

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
  /** Of the trie; whole numbers that were drawn more than once come as often. */
  readonly node: number;
}

/**
 * Nodes of one text per pass: few at first, where each answer changes what matters next, then as many as were
 * expanded so far. Small passes waste the engine; large ones have not been seen to expand more in the end.
 */
const FIRST_PASS_NODES = 32;

/** With more of the probability than this in such intervals the median means nothing. */
const MAX_UNKNOWN_MASS = 0.1;
/** Numbers that are drawn in their place at most. */
const MAX_DRAWN = 256;

/**
 * Expands each text's trie until its stop rule holds. Where the tokenizer writes the exponent last and few nodes leave
 * part of a text's probability without so much as an order of magnitude, that part is told by evenly spread draws instead:
 * whole numbers of equal mass.
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
  const drawn = searches.map((search) => search.drawUnknown());
  const finished = await finishNumber(trie, drawn.flat());
  let first = 0;
  return searches.map((search, text) => {
    const end = first + drawn[text]!.length;
    const ofText = finished.slice(first, end);
    first = end;
    return search.intervals(ofText);
  });
}

/**
 * What a node's mass counts by. Mass alone settles the most with the fewest nodes, mass times ignorance bounds the mean
 * best and finds the magnitude first. In between: a fifth fewer nodes than the latter, quantiles as good at every number of
 * nodes, and no median inside an interval of decades.
 */
function urgency(ignorance: number): number {
  return ignorance > 1 ? ignorance : Math.sqrt(ignorance);
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
    const passNodes = Math.max(FIRST_PASS_NODES, this.#numExpanded);
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
      this.#frontier.push(child, mass * urgency(this.#prefixes.ignorance[prefix]!));
    }
  }

  /** Starts of evenly spread draws from the open nodes of unknown magnitude; none where they matter little. */
  drawUnknown(): Particle[] {
    if (!this.#prefixes.writesMagnitudeLast) return [];
    const open = this.#unknownNodes();
    const total = open.reduce((sum, node) => sum + this.#massOf(node), 0);
    if (total <= MAX_UNKNOWN_MASS) return [];
    const numDrawn = Math.min(MAX_DRAWN, this.#options.maxNodes);
    const particles: Particle[] = [];
    let below = 0;
    for (const node of open) {
      const share = this.#massOf(node) / total;
      for (;;) {
        const u = ((particles.length + 0.5) / numDrawn - below) / share;
        if (particles.length === numDrawn || u >= 1) break;
        particles.push({ node, u: Math.max(0, u) });
      }
      below += share;
    }
    return particles;
  }

  /** @param drawn Whole numbers that stand for all nodes of unknown magnitude together; may be empty. */
  intervals(drawn: readonly Particle[]): MassInterval[] {
    const unknown = drawn.length === 0 ? [] : this.#unknownNodes();
    const isUnknown = new Set(unknown);
    const drawnMass = unknown.reduce((sum, node) => sum + this.#massOf(node), 0) / drawn.length;
    const known = this.#frontier.nodes().filter((node) => !isUnknown.has(node));
    return [
      ...this.#settled.map(({ node, scale }) =>
        this.#interval(node, this.#trie.probability(node) * scale),
      ),
      ...known.map((node) => this.#interval(node, this.#massOf(node))),
      ...drawn.map(({ node }) => this.#interval(node, drawnMass)),
    ];
  }

  /** Open nodes inside a number that is begun, in the order of making. */
  #unknownNodes(): number[] {
    const { relativeWidth, depth } = this.#prefixes;
    return this.#frontier
      .nodes()
      .filter((node) => {
        const prefix = this.#trie.prefix(node);
        return (
          relativeWidth[prefix]! > UNKNOWN_MAGNITUDE &&
          depth[prefix]! > 0 &&
          !this.#prefixes.isComplete(prefix)
        );
      })
      .toSorted((a, b) => a - b);
  }

  #interval(node: number, mass: number): MassInterval {
    const prefix = this.#trie.prefix(node);
    const lo = this.#prefixes.lo[prefix]!;
    const hi = this.#prefixes.hi[prefix]!;
    return { lo, hi, mass, spacing: hi > lo ? 0 : this.#prefixes.spacing(prefix), prefix, node };
  }

  #massOf(node: number): number {
    return this.#trie.probability(node) * this.#scaleOf.get(node)!;
  }
}
