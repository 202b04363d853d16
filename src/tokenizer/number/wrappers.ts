// Wrappers that add to any number tokenizer: values that are no ordinary numbers, and a separator.

import { ConfigError, InputError } from "../../core/index.ts";
import { type NumberTokenizer, PAD } from "./number-tokenizer.ts";

/** Key to value. A key with value NaN stands for "no number" (a failed run): write it by its key. */
export type SpecialValues = Readonly<Record<string, number>>;

/** The reference's keys. Of the keys whose value is NaN, a plain NaN is written as `NAN`. */
export const STANDARD_SPECIAL_VALUES: SpecialValues = {
  INVALID: Number.NaN,
  NAN: Number.NaN,
  INF: Number.POSITIVE_INFINITY,
  NINF: Number.NEGATIVE_INFINITY,
};

/**
 * Adds special values: each is one token, repeated over the whole object. It may only start an object, and
 * then fills it. A number equal to a key's value is written as that key; every key can be written by name.
 */
export function withSpecialValues(
  inner: NumberTokenizer,
  values: SpecialValues = STANDARD_SPECIAL_VALUES,
): NumberTokenizer {
  const tokenOfKey = new Map(Object.keys(values).map((key) => [key, `<${key}>`]));
  const keyOfToken = new Map([...tokenOfKey].map(([key, token]) => [token, key]));
  for (const [key, token] of tokenOfKey) {
    if (!/^[A-Z][A-Z0-9_]*$/.test(key) || inner.tokens.includes(token) || token === PAD) {
      throw new ConfigError(
        "numberTokenizer.specialValues",
        `${key} must be of capital letters, digits and _, and no token of ${inner.name}`,
      );
    }
  }
  const special = [...tokenOfKey.values()];
  const repeated = (token: string): string[] =>
    Array(inner.tokensPerObject).fill(token) as string[];
  const keyOf = (y: number | string): string | undefined => {
    if (typeof y === "string") return y;
    if (Number.isNaN(y) && "NAN" in values) return "NAN";
    return Object.keys(values).find((key) => Object.is(values[key], y));
  };
  const specialKey = (tokens: readonly string[]): string | undefined =>
    keyOfToken.get(tokens[0] ?? "");

  return {
    name: `${inner.name} with ${[...tokenOfKey.keys()].join(", ")}`,
    tokensPerObject: inner.tokensPerObject,
    tokens: [...inner.tokens, ...special],
    specialKey,
    encode(y) {
      const key = keyOf(y);
      if (key === undefined) return inner.encode(y);
      const token = tokenOfKey.get(key);
      if (token === undefined) {
        throw new InputError(
          `${key} is no special value: ${[...tokenOfKey.keys()].join(", ")} are`,
        );
      }
      return repeated(token);
    },
    isClamped: (y) => keyOf(y) === undefined && inner.isClamped?.(y) === true,
    decode(tokens) {
      const key = specialKey(tokens);
      if (key === undefined) return inner.decode(tokens);
      if (tokens.length !== inner.tokensPerObject || tokens.some((token) => token !== tokens[0])) {
        throw new InputError(`${tokens.join("")}: a special value fills its whole object`);
      }
      return values[key]!;
    },
    allowedTokens(position, first) {
      if (position === 0) return [...inner.allowedTokens(0, undefined), ...special];
      return first !== undefined && keyOfToken.has(first)
        ? [first]
        : inner.allowedTokens(position, first);
    },
    interval(prefix) {
      const key = specialKey(prefix);
      return key === undefined ? inner.interval(prefix) : { lo: values[key]!, hi: values[key]! };
    },
  };
}

/** Adds one padding token after each object; it carries no loss and no information. */
export function withSeparator(inner: NumberTokenizer): NumberTokenizer {
  const count = inner.tokensPerObject;
  const strip = (tokens: readonly string[]): readonly string[] => tokens.slice(0, count);
  const wrapped: NumberTokenizer = {
    name: `${inner.name} with separator`,
    tokensPerObject: count + 1,
    tokens: inner.tokens,
    encode: (y) => [...inner.encode(y), PAD],
    isClamped: (y) => inner.isClamped?.(y) === true,
    decode(tokens) {
      if (tokens.length !== count + 1 || tokens[count] !== PAD) {
        throw new InputError(`${tokens.join("")}: expected ${count} tokens and ${PAD}`);
      }
      return inner.decode(strip(tokens));
    },
    allowedTokens: (position, first) =>
      position === count ? [PAD] : inner.allowedTokens(position, first),
    interval: (prefix) => inner.interval(strip(prefix)),
  };
  const specialKey = inner.specialKey?.bind(inner);
  return specialKey === undefined
    ? wrapped
    : { ...wrapped, specialKey: (tokens) => specialKey(strip(tokens)) };
}
