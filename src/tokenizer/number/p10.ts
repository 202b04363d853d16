// P10 (Charton, 2021): sign, digits, then one token for the power of ten. value = s * digits * 10^e.
// Same tokens and values as regress-lm's P10Tokenizer, ties to even and clamping included.

import { ConfigError, InputError } from "../../core/index.ts";
import { powerOf, roundToDigits } from "./exact.ts";
import {
  digitTokens,
  MINUS,
  type NumberTokenizer,
  PLUS,
  SIGNS,
  signedInterval,
} from "./number-tokenizer.ts";
import { digitRange, expectTokens, readDigits, writeDigits } from "./positional.ts";

export interface P10Options {
  readonly numDigits: number;
  /** Exponents run from -exponentRange to +exponentRange. */
  readonly exponentRange: number;
}

/**
 * Sign, `numDigits` digits, exponent token. Numbers beyond the largest are clamped to it, numbers below the
 * smallest become it or zero, whichever is nearer.
 *
 * @throws {ConfigError} when a size is out of range.
 */
export function p10Tokenizer({ numDigits, exponentRange }: P10Options): NumberTokenizer {
  if (numDigits < 1 || numDigits > 15) {
    throw new ConfigError("numberTokenizer.numDigits", `must be 1 to 15, got ${numDigits}`);
  }
  if (exponentRange < 0 || exponentRange > 290) {
    throw new ConfigError(
      "numberTokenizer.exponentRange",
      `must be 0 to 290, got ${exponentRange}`,
    );
  }
  const digits = digitTokens(10);
  const exponents = Array.from(
    { length: 2 * exponentRange + 1 },
    (_, i) => `<E${i - exponentRange}>`,
  );
  const name = `p10(${numDigits} digits, exponents to ${exponentRange})`;
  const tokensPerObject = numDigits + 2;
  const largest = (10 ** numDigits - 1) * powerOf(10, exponentRange);
  const smallest = 10 ** (numDigits - 1) * powerOf(10, -exponentRange);

  const allowedTokens = (position: number): readonly string[] =>
    position === 0 ? SIGNS : position <= numDigits ? digits : exponents;

  const write = (sign: string, mantissa: bigint, exponent: number): string[] => [
    sign,
    ...writeDigits(mantissa, 10, numDigits),
    `<E${exponent}>`,
  ];

  // Plain double products, as the reference computes them: 1000 * 10^-10 is not the double 1e-7.
  const valueOf = (mantissa: number, exponent: number): number => mantissa * powerOf(10, exponent);

  return {
    name,
    tokensPerObject,
    tokens: [...SIGNS, ...digits, ...exponents],
    allowedTokens,
    encode(y) {
      if (typeof y === "string" || Number.isNaN(y)) {
        throw new InputError(`${name} cannot write ${y}`, {
          hint: "set numberTokenizer.specialValues to write NaN, infinities and keys",
        });
      }
      const magnitude = Math.min(Math.abs(y), largest);
      const sign = y < 0 ? MINUS : PLUS;
      if (magnitude < smallest) {
        // Ratios at or below one half round to zero (ties to even).
        return magnitude / smallest <= 0.5
          ? write(sign, 0n, 0)
          : write(sign, 10n ** BigInt(numDigits - 1), -exponentRange);
      }
      const rounded = roundToDigits(magnitude, 10, numDigits);
      return write(sign, rounded.digits, rounded.exponent - (numDigits - 1));
    },
    isClamped(y) {
      const magnitude = Math.abs(y);
      return magnitude > largest || (magnitude > 0 && magnitude < smallest);
    },
    decode(tokens) {
      expectTokens(name, tokens, tokensPerObject, allowedTokens);
      const value = valueOf(readDigits(tokens, 1, numDigits, 10), exponentOf(tokens));
      return tokens[0] === MINUS && value !== 0 ? -value : value;
    },
    interval(prefix) {
      if (prefix.length === 0) return { lo: -largest, hi: largest };
      const mantissa = digitRange(prefix, 1, numDigits, 10);
      const whole = prefix.length === tokensPerObject;
      const exponentLo = whole ? exponentOf(prefix) : -exponentRange;
      const exponentHi = whole ? exponentLo : exponentRange;
      return signedInterval(
        prefix[0]!,
        valueOf(mantissa.lo, exponentLo),
        valueOf(mantissa.hi, exponentHi),
      );
    },
  };
}

function exponentOf(tokens: readonly string[]): number {
  return Number(tokens.at(-1)!.slice(2, -1));
}
