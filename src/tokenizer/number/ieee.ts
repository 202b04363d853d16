// Scientific notation, most important part first: sign, sign of the exponent, exponent digits, mantissa
// digits. value = s * b^(+-e) * (m / b^(M-1)). Two roundings:
//   nearest   ours: exact arithmetic, ties to even; decoding gives the double nearest to the digits
//   truncate  regress-lm's IEEEFloatTokenizer to the last bit of its floating-point noise, for parity

import { ConfigError, InputError } from "../../core/index.ts";
import { powerOf, roundToDigits, scaleByPower } from "./exact.ts";
import {
  digitTokens,
  MINUS,
  type NumberTokenizer,
  PLUS,
  SIGNS,
  signedInterval,
} from "./number-tokenizer.ts";
import { digitRange, expectTokens, readDigits, writeDigits } from "./positional.ts";

export interface IeeeOptions {
  readonly base: number;
  readonly numExponentDigits: number;
  readonly numMantissaDigits: number;
  readonly rounding: "nearest" | "truncate";
}

/** Magnitude as integers: value = digits * base^(exponent - (numMantissaDigits - 1)). */
interface Scientific {
  readonly digits: bigint | number;
  readonly exponent: number;
}

/**
 * With `nearest` (our default) a number beyond the largest is an error; one below the smallest becomes it or
 * zero, whichever is nearer. With `truncate` both ends clamp, as in the reference.
 *
 * @throws {ConfigError} when the sizes do not fit into a double.
 */
export function ieeeTokenizer(options: IeeeOptions): NumberTokenizer {
  checkOptions(options);
  const { base, numExponentDigits, numMantissaDigits, rounding } = options;
  const digits = digitTokens(base);
  const name = `ieee(base ${base}, ${numExponentDigits}+${numMantissaDigits} digits, ${rounding})`;
  const tokensPerObject = 2 + numExponentDigits + numMantissaDigits;
  const largestExponent = base ** numExponentDigits - 1;
  const largestDigits = base ** numMantissaDigits - 1;
  const firstMantissa = 2 + numExponentDigits;

  const allowedTokens = (position: number): readonly string[] => (position < 2 ? SIGNS : digits);

  const valueOf = (mantissa: number, exponent: number): number =>
    rounding === "nearest"
      ? scaleByPower(BigInt(mantissa), base, exponent - (numMantissaDigits - 1))
      : powerOf(base, exponent) * (mantissa / base ** (numMantissaDigits - 1));
  const largest = valueOf(largestDigits, largestExponent);
  const smallest = valueOf(base ** (numMantissaDigits - 1), -largestExponent);

  const write = (sign: string, { digits, exponent }: Scientific): string[] => [
    sign,
    exponent < 0 ? MINUS : PLUS,
    ...writeDigits(Math.abs(exponent), base, numExponentDigits),
    ...writeDigits(digits, base, numMantissaDigits),
  ];

  const nearest = (y: number): string[] => {
    const magnitude = Math.abs(y);
    const scientific: Scientific =
      magnitude === 0
        ? { digits: 0, exponent: 0 }
        : roundToDigits(magnitude, base, numMantissaDigits);
    if (scientific.exponent > largestExponent) {
      throw new InputError(`${name} cannot write ${y}: the largest number is ${largest}`, {
        hint: "raise numberTokenizer.numExponentDigits, scale y, or set specialValues for infinities",
      });
    }
    if (scientific.exponent >= -largestExponent) {
      // Zero has one spelling; a negative zero is zero.
      return write(y < 0 ? MINUS : PLUS, scientific);
    }
    return magnitude / smallest <= 0.5
      ? write(PLUS, { digits: 0, exponent: 0 })
      : write(y < 0 ? MINUS : PLUS, {
          digits: base ** (numMantissaDigits - 1),
          exponent: -largestExponent,
        });
  };

  const truncate = (y: number): string[] => {
    const magnitude = Math.abs(y);
    const sign = y < 0 ? MINUS : PLUS;
    if (magnitude === 0) return write(PLUS, { digits: 0, exponent: 0 });
    const exponent = magnitude === Infinity ? Infinity : truncatedExponent(magnitude, base);
    if (exponent > largestExponent) {
      return write(sign, { digits: largestDigits, exponent: largestExponent });
    }
    if (exponent < -largestExponent) {
      return [sign, MINUS, ...writeDigits(0, base, tokensPerObject - 2)];
    }
    // One double product, noise and all: 1.001 * 1000 is 1000.9999999999999.
    const scaled = Math.trunc(magnitude * powerOf(base, numMantissaDigits - 1 - exponent));
    return write(sign, { digits: Math.min(scaled, largestDigits), exponent });
  };

  return {
    name,
    tokensPerObject,
    tokens: [...SIGNS, ...digits],
    allowedTokens,
    encode(y) {
      if (
        typeof y === "string" ||
        Number.isNaN(y) ||
        (rounding === "nearest" && !Number.isFinite(y))
      ) {
        throw new InputError(`${name} cannot write ${y}`, {
          hint: "set numberTokenizer.specialValues to write NaN, infinities and keys",
        });
      }
      return rounding === "nearest" ? nearest(y) : truncate(y);
    },
    isClamped(y) {
      const magnitude = Math.abs(y);
      return magnitude > largest || (magnitude > 0 && magnitude < smallest);
    },
    decode(tokens) {
      expectTokens(name, tokens, tokensPerObject, allowedTokens);
      const exponent = readDigits(tokens, 2, numExponentDigits, base);
      const value = valueOf(
        readDigits(tokens, firstMantissa, numMantissaDigits, base),
        tokens[1] === MINUS ? -exponent : exponent,
      );
      // The reference has a negative zero; ours has not.
      return tokens[0] === MINUS && (value !== 0 || rounding === "truncate") ? -value : value;
    },
    interval(prefix) {
      if (prefix.length === 0) return { lo: -largest, hi: largest };
      const exponent = exponentRange(prefix, numExponentDigits, base);
      const mantissa = digitRange(prefix, firstMantissa, numMantissaDigits, base);
      return signedInterval(
        prefix[0]!,
        valueOf(mantissa.lo, exponent.lo),
        valueOf(mantissa.hi, exponent.hi),
      );
    },
  };
}

function exponentRange(
  prefix: readonly string[],
  numExponentDigits: number,
  base: number,
): { lo: number; hi: number } {
  const magnitude = digitRange(prefix, 2, numExponentDigits, base);
  if (prefix.length < 2) return { lo: -magnitude.hi, hi: magnitude.hi };
  return prefix[1] === MINUS ? { lo: -magnitude.hi, hi: -magnitude.lo } : magnitude;
}

/** floor(log_b(magnitude)) as the reference computes it: one up where the next power is reached exactly. */
function truncatedExponent(magnitude: number, base: number): number {
  const exponent = Math.floor(Math.log(magnitude) / Math.log(base));
  return powerOf(base, exponent + 1) <= magnitude ? exponent + 1 : exponent;
}

function checkOptions({ base, numExponentDigits, numMantissaDigits }: IeeeOptions): void {
  const expect = (ok: boolean, field: string, rule: string): void => {
    if (!ok) throw new ConfigError(`numberTokenizer.${field}`, rule);
  };
  expect(
    Number.isInteger(base) && base >= 2 && base <= 256,
    "base",
    `must be 2 to 256, got ${base}`,
  );
  expect(
    numExponentDigits >= 1,
    "numExponentDigits",
    `must be at least 1, got ${numExponentDigits}`,
  );
  expect(
    numMantissaDigits >= 1,
    "numMantissaDigits",
    `must be at least 1, got ${numMantissaDigits}`,
  );
  expect(
    base ** numMantissaDigits <= 2 ** 52,
    "numMantissaDigits",
    `${numMantissaDigits} digits of base ${base} exceed the 52 bits of a double`,
  );
  expect(
    base ** numExponentDigits * Math.log2(base) <= 1000,
    "numExponentDigits",
    `${numExponentDigits} digits of base ${base} exceed the range of a double`,
  );
}
