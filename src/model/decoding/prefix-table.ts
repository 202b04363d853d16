// The prefixes of one number, numbered as they are met and shared by all texts: which ids may follow, and
// between which values every completion lies. Rows of one task ask for the same prefixes again and again.

import { invariant } from "../../core/index.ts";
import type { DecoderVocabulary } from "../../tokenizer/index.ts";

/** Number of the empty prefix. */
export const EMPTY_PREFIX = 0;

/** Prefixes kept before the table starts over; some 100 bytes each. */
const MAX_PREFIXES = 1_000_000;

/** An interval wider than this, as a share of its larger end, spans more than a decade or both signs. */
export const UNKNOWN_MAGNITUDE = 0.95;

export class PrefixTable {
  readonly vocabulary: DecoderVocabulary;
  /** Smallest and largest value of each prefix; equal at points, NaN or infinite for special values. */
  readonly lo: number[] = [];
  readonly hi: number[] = [];
  /** Width over the larger end; 0 at points and at special values, which their first token settles. */
  readonly relativeWidth: number[] = [];
  /** What is not known of the value, in nats: the logarithm of the ratio of its ends. */
  readonly ignorance: number[] = [];
  /** Tokens in the prefix. */
  readonly depth: number[] = [];
  /** Last id of the prefix; the padding id for the empty one. */
  readonly id: number[] = [];
  readonly #parent: number[] = [];
  readonly #firstId: number[] = [];
  /** Number of the first child, children lying together in the order of their ids; -1 until met. */
  readonly #firstChild: number[] = [];
  #writesMagnitudeLast: boolean | undefined;

  constructor(vocabulary: DecoderVocabulary) {
    this.vocabulary = vocabulary;
    this.#add(-1, vocabulary.padId);
  }

  get size(): number {
    return this.depth.length;
  }

  /** True where only the last token of a number tells its order of magnitude, as in `p10`. */
  get writesMagnitudeLast(): boolean {
    this.#writesMagnitudeLast ??= this.#narrowestBeforeLast() > UNKNOWN_MAGNITUDE;
    return this.#writesMagnitudeLast;
  }

  /** Relative width of an ordinary prefix that lacks one token, always the narrowest child taken; 0 without any. */
  #narrowestBeforeLast(): number {
    let prefix = EMPTY_PREFIX;
    for (let depth = 1; depth < this.vocabulary.tokensPerObject; depth++) {
      const first = this.firstChild(prefix);
      const children = this.allowedIds(prefix).map((_, choice) => first + choice);
      const ordinary = [...children].filter((child) => this.relativeWidth[child]! > 0);
      if (ordinary.length === 0) return 0;
      prefix = ordinary.reduce((best, child) =>
        this.relativeWidth[child]! < this.relativeWidth[best]! ? child : best,
      );
    }
    return this.relativeWidth[prefix]!;
  }

  /** True when the prefix is a whole number. */
  isComplete(prefix: number): boolean {
    return this.depth[prefix] === this.vocabulary.tokensPerObject;
  }

  /** Ids that may follow, in rising order. */
  allowedIds(prefix: number): Int32Array {
    return this.vocabulary.allowedIds(this.depth[prefix]!, this.#firstId[prefix]);
  }

  /** Number of the first child; child k belongs to `allowedIds(prefix)[k]`. */
  firstChild(prefix: number): number {
    const known = this.#firstChild[prefix]!;
    if (known >= 0) return known;
    invariant(!this.isComplete(prefix), "a whole number has no children");
    const first = this.size;
    this.#firstChild[prefix] = first;
    for (const id of this.allowedIds(prefix)) this.#add(prefix, id);
    return first;
  }

  /** The ids of the prefix. */
  ids(prefix: number): number[] {
    const out: number[] = [];
    for (let at = prefix; at !== EMPTY_PREFIX; at = this.#parent[at]!) out.push(this.id[at]!);
    return out.reverse();
  }

  /** Distance to the neighbouring numbers that the last token can tell apart; 0 where it has no choice. */
  spacing(prefix: number): number {
    const parent = this.#parent[prefix]!;
    if (parent < 0) return 0;
    const numSiblings = this.allowedIds(parent).length;
    const width = this.hi[parent]! - this.lo[parent]!;
    return numSiblings > 1 && Number.isFinite(width) ? width / (numSiblings - 1) : 0;
  }

  #add(parent: number, id: number): void {
    const prefix = this.depth.length;
    const depth = parent < 0 ? 0 : this.depth[parent]! + 1;
    this.depth.push(depth);
    this.id.push(id);
    this.#parent.push(parent);
    this.#firstId.push(depth <= 1 ? id : this.#firstId[parent]!);
    this.#firstChild.push(-1);
    const { lo, hi } = this.vocabulary.interval(this.ids(prefix));
    this.lo.push(lo);
    this.hi.push(hi);
    const isInterval = hi > lo && Number.isFinite(lo) && Number.isFinite(hi);
    this.relativeWidth.push(isInterval ? (hi - lo) / Math.max(Math.abs(lo), Math.abs(hi)) : 0);
    this.ignorance.push(isInterval ? ignoranceOf(lo, hi) : 0);
  }
}

/** What counts for an interval that touches zero, or has both signs: some orders of magnitude. */
const IGNORANCE_AT_ZERO = 5;
const IGNORANCE_OF_SIGN = 10;

function ignoranceOf(lo: number, hi: number): number {
  if (lo < 0 && hi > 0) return IGNORANCE_OF_SIGN;
  if (lo === 0 || hi === 0) return IGNORANCE_AT_ZERO;
  return lo > 0 ? Math.log(hi) - Math.log(lo) : Math.log(-lo) - Math.log(-hi);
}

const TABLES = new WeakMap<DecoderVocabulary, PrefixTable>();

/** The table of a vocabulary. Begun anew when it has grown beyond its bound; holders keep their own. */
export function prefixTableOf(vocabulary: DecoderVocabulary): PrefixTable {
  const known = TABLES.get(vocabulary);
  if (known !== undefined && known.size < MAX_PREFIXES) return known;
  const table = new PrefixTable(vocabulary);
  TABLES.set(vocabulary, table);
  return table;
}
