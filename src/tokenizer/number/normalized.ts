// Fractions in [0, 1] as digits after the point, truncated. The decoded value is the left edge of its bin,
// as a float32: regress-lm's NormalizedTokenizer.

import { ConfigError, InputError } from "../../core/index.ts";
import { digitTokens, type NumberTokenizer } from "./number-tokenizer.ts";
import { digitRange, expectTokens, readDigits, writeDigits } from "./positional.ts";

export interface NormalizedOptions {
  readonly base: number;
  readonly length: number;
}

/** `length` digits of `base`; numbers outside [0, 1] are errors, and 1 becomes the largest bin. */
export function normalizedTokenizer({ base, length }: NormalizedOptions): NumberTokenizer {
  if (!(base >= 2) || !(length >= 1) || base ** length > 2 ** 52) {
    throw new ConfigError(
      "numberTokenizer.length",
      `${length} digits of base ${base}: base must be 2 or more, length 1 or more, base^length at most 2^52`,
    );
  }
  const digits = digitTokens(base);
  const name = `normalized(base ${base}, ${length} digits)`;
  const numBins = base ** length;
  const valueOf = (bin: number): number => Math.fround(bin / numBins);
  const allowedTokens = (): readonly string[] => digits;

  return {
    name,
    tokensPerObject: length,
    tokens: digits,
    allowedTokens,
    encode(y) {
      if (typeof y === "string" || !(y >= 0 && y <= 1)) {
        throw new InputError(`${name} cannot write ${y}: it must lie between 0 and 1`, {
          hint: "scale y into 0..1, or use the ieee number tokenizer",
        });
      }
      return writeDigits(Math.min(Math.trunc(y * numBins), numBins - 1), base, length);
    },
    decode(tokens) {
      expectTokens(name, tokens, length, allowedTokens);
      return valueOf(readDigits(tokens, 0, length, base));
    },
    interval(prefix) {
      const bins = digitRange(prefix, 0, length, base);
      return { lo: valueOf(bins.lo), hi: valueOf(bins.hi) };
    },
  };
}
