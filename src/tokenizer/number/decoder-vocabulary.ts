// Token ids of a number tokenizer, in the reference's order: padding is 0 (and starts every sequence), then
// the tokens sorted by code point. Its rules are compiled once into a table, so that decoding looks up and
// never calls back.

import { InputError, invariant } from "../../core/index.ts";
import { type NumberTokenizer, PAD, type ValueInterval } from "./number-tokenizer.ts";

/** Which ids may follow: `allowed[ruleOfFirst[first id of the object]][position in the object]`. */
export interface MaskTable {
  /** Rule number for each first id. Rule 0 is the ordinary number's, and that of position 0. */
  readonly ruleOfFirst: Int32Array;
  readonly allowed: readonly (readonly Int32Array[])[];
}

export class DecoderVocabulary {
  readonly tokenizer: NumberTokenizer;
  /** Number of ids, padding included. */
  readonly size: number;
  /** Token of each id. */
  readonly tokens: readonly string[];
  /** Padding, and the id that starts every decoder input. */
  readonly padId = 0;
  readonly tokensPerObject: number;
  readonly maskTable: MaskTable;
  readonly #idOf: ReadonlyMap<string, number>;

  constructor(tokenizer: NumberTokenizer) {
    this.tokenizer = tokenizer;
    this.tokensPerObject = tokenizer.tokensPerObject;
    const sorted = [...new Set(tokenizer.tokens)].toSorted((a, b) => (a < b ? -1 : 1));
    this.tokens = [PAD, ...sorted];
    this.size = this.tokens.length;
    this.#idOf = new Map(this.tokens.map((token, id) => [token, id]));
    this.maskTable = this.#compileMaskTable();
  }

  /** Whether NaN is one of its special values. */
  get canWriteNaN(): boolean {
    return this.tokenizer
      .allowedTokens(0, undefined)
      .some((token) => Number.isNaN(this.tokenizer.interval([token]).lo));
  }

  /**
   * Ids of all objectives, one after the other, without a start id.
   *
   * @throws {InputError} when a value cannot be written.
   */
  encode(y: readonly (number | string)[]): Int32Array {
    const ids = new Int32Array(y.length * this.tokensPerObject);
    y.forEach((value, objective) => {
      this.tokenizer.encode(value).forEach((token, position) => {
        ids[objective * this.tokensPerObject + position] = this.#id(token);
      });
    });
    return ids;
  }

  /**
   * The numbers that `ids` say.
   *
   * @throws {InputError} when they are no whole objects, or break the tokenizer's rules.
   */
  decode(ids: ArrayLike<number>): number[] {
    return this.#objects(ids).map((tokens) => this.tokenizer.decode(tokens));
  }

  /** The key of each object that is a special value; undefined for ordinary numbers. */
  specialKeys(ids: ArrayLike<number>): (string | undefined)[] {
    return this.#objects(ids).map((tokens) => this.tokenizer.specialKey?.(tokens));
  }

  /**
   * Ids that may stand at `position` (counted over the whole sequence) of an object whose first id is
   * `firstId`. The array is shared: do not write to it.
   */
  allowedIds(position: number, firstId: number = this.padId): Int32Array {
    const rule = this.maskTable.ruleOfFirst[firstId];
    invariant(rule !== undefined, `no decoder id ${firstId}`);
    return this.maskTable.allowed[rule]![position % this.tokensPerObject]!;
  }

  /** Smallest and largest number that decodes from an object starting with `prefixIds`. */
  interval(prefixIds: ArrayLike<number>): ValueInterval {
    return this.tokenizer.interval(Array.from(prefixIds, (id) => this.#token(id)));
  }

  #compileMaskTable(): MaskTable {
    const rules: { key: string; allowed: Int32Array[] }[] = [];
    const ruleOfFirst = new Int32Array(this.size);
    const starts = this.tokenizer.allowedTokens(0, undefined);
    const ruleFor = (first: string): number => {
      const allowed = Array.from({ length: this.tokensPerObject }, (_, position) =>
        this.#sortedIds(position === 0 ? starts : this.tokenizer.allowedTokens(position, first)),
      );
      const key = allowed.join("|");
      const known = rules.findIndex((rule) => rule.key === key);
      return known >= 0 ? known : rules.push({ key, allowed }) - 1;
    };
    for (const first of starts) ruleOfFirst[this.#id(first)] = ruleFor(first);
    return { ruleOfFirst, allowed: rules.map((rule) => rule.allowed) };
  }

  #sortedIds(tokens: readonly string[]): Int32Array {
    return Int32Array.from(tokens, (token) => this.#id(token)).sort();
  }

  #objects(ids: ArrayLike<number>): string[][] {
    if (ids.length % this.tokensPerObject !== 0) {
      throw new InputError(
        `${ids.length} ids are no multiple of ${this.tokensPerObject} per object`,
      );
    }
    return Array.from({ length: ids.length / this.tokensPerObject }, (_, objective) =>
      Array.from({ length: this.tokensPerObject }, (_, position) =>
        this.#token(ids[objective * this.tokensPerObject + position]!),
      ),
    );
  }

  #id(token: string): number {
    const id = this.#idOf.get(token);
    invariant(
      id !== undefined,
      `${this.tokenizer.name} wrote ${token}, which is not in its tokens`,
    );
    return id;
  }

  #token(id: number): string {
    const token = this.tokens[id];
    if (token === undefined) throw new InputError(`no decoder id ${id}: there are ${this.size}`);
    return token;
  }
}
