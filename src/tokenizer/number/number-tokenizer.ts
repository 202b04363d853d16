// What every number tokenizer offers: a number becomes a fixed count of tokens, and back. A tokenizer
// knows nothing of ids; DecoderVocabulary numbers its tokens and compiles its rules into tables.

/** The values that decoding can give, from the smallest to the largest. Both ends belong to it. */
export interface ValueInterval {
  readonly lo: number;
  readonly hi: number;
}

export interface NumberTokenizer {
  /** Short name with its sizes, for messages: `ieee(base 10, 2+4 digits, nearest)`. */
  readonly name: string;
  /** Every number takes exactly this many tokens. */
  readonly tokensPerObject: number;
  /** Every token it can write, without padding. */
  readonly tokens: readonly string[];
  /**
   * The tokens of `y`. A string is the key of a special value (see `withSpecialValues`).
   *
   * @throws {InputError} when `y` cannot be written: the message says the value and the rule.
   */
  encode(y: number | string): string[];
  /** Whether `y` lies outside of what can be written and becomes the nearest that can. Absent: never. */
  isClamped?(y: number): boolean;
  /**
   * The number that a whole object's tokens say. Leading zero digits are legal.
   *
   * @throws {InputError} when the tokens are too few, too many or not in their place.
   */
  decode(tokens: readonly string[]): number;
  /** The key that the tokens say, where they are a special value. */
  specialKey?(tokens: readonly string[]): string | undefined;
  /** What may stand at `position` of an object whose first token is `first` (undefined at position 0). */
  allowedTokens(position: number, first: string | undefined): readonly string[];
  /**
   * The smallest and the largest number that decodes from tokens starting with `prefix`. A special value
   * is a point: both ends equal it (NaN included). The empty prefix spans all ordinary numbers.
   */
  interval(prefix: readonly string[]): ValueInterval;
}

export const PLUS = "<+>";
export const MINUS = "<->";
export const SIGNS: readonly string[] = [PLUS, MINUS];
/** The token that pads and separates; id 0 in every decoder vocabulary. */
export const PAD = "<pad>";

/** `<0>` .. `<base-1>`. */
export function digitTokens(base: number): string[] {
  return Array.from({ length: base }, (_, digit) => `<${digit}>`);
}

/** Orders an interval by sign: for a negative sign the larger magnitude is the smaller number. */
export function signedInterval(sign: string, smallest: number, largest: number): ValueInterval {
  return sign === MINUS ? { lo: -largest, hi: -smallest } : { lo: smallest, hi: largest };
}
