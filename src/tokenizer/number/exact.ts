// Exact arithmetic on doubles. A double is a ratio of integers; rounding it to digits of any base by
// BigInt has no noise, where the same in floating point turns 1.001 into 1.000.

export interface Significand {
  /** Exactly `numDigits` digits in the base: the first is not zero. */
  readonly digits: bigint;
  /** Power of the base that the first digit stands for. */
  readonly exponent: number;
}

/**
 * The `numDigits` leading digits of `value` in `base`, rounded to nearest, ties to even.
 *
 * @param value Finite and above zero.
 */
export function roundToDigits(value: number, base: number, numDigits: number): Significand {
  const ratio = toRatio(value);
  let exponent = Math.floor(Math.log(value) / Math.log(base));
  // The logarithm may be one off next to a power of the base.
  if (isBelowPower(ratio, base, exponent)) exponent -= 1;
  else if (!isBelowPower(ratio, base, exponent + 1)) exponent += 1;
  const digits = divideHalfEven(ratio, base, numDigits - 1 - exponent);
  return digits < BigInt(base) ** BigInt(numDigits)
    ? { digits, exponent }
    : { digits: digits / BigInt(base), exponent: exponent + 1 };
}

/** The double nearest to `base^power`. The engine's own power is off by a bit here and there. */
export function powerOf(base: number, power: number): number {
  return scaleByPower(1n, base, power);
}

/** The double nearest to `digits * base^power`. */
export function scaleByPower(digits: bigint, base: number, power: number): number {
  if (digits === 0n) return 0;
  if (base === 10) return Number(`${digits}e${power}`);
  if (power >= 0) return Number(digits * BigInt(base) ** BigInt(power));
  return ratioToDouble(digits, BigInt(base) ** BigInt(-power));
}

interface Ratio {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

function toRatio(value: number): Ratio {
  BITS.setFloat64(0, value);
  const high = BITS.getUint32(0);
  const biased = (high >>> 20) & 0x7ff;
  const fraction = (BigInt(high & 0xfffff) << 32n) | BigInt(BITS.getUint32(4));
  const mantissa = biased === 0 ? fraction : fraction | (1n << 52n);
  const power = Math.max(biased, 1) - 1075;
  return power >= 0
    ? { numerator: mantissa << BigInt(power), denominator: 1n }
    : { numerator: mantissa, denominator: 1n << BigInt(-power) };
}

const BITS = new DataView(new ArrayBuffer(8));

function isBelowPower({ numerator, denominator }: Ratio, base: number, power: number): boolean {
  const scale = BigInt(base) ** BigInt(Math.abs(power));
  return power >= 0 ? numerator < denominator * scale : numerator * scale < denominator;
}

/** ratio * base^power, to the nearest integer, ties to even. */
function divideHalfEven({ numerator, denominator }: Ratio, base: number, power: number): bigint {
  const scale = BigInt(base) ** BigInt(Math.abs(power));
  const top = power >= 0 ? numerator * scale : numerator;
  const bottom = power >= 0 ? denominator : denominator * scale;
  const quotient = top / bottom;
  const twice = 2n * (top - quotient * bottom);
  const up = twice > bottom || (twice === bottom && (quotient & 1n) === 1n);
  return up ? quotient + 1n : quotient;
}

function ratioToDouble(numerator: bigint, denominator: bigint): number {
  // 66 bits or more of quotient, the last one sticky: converting it then rounds as the true ratio would.
  const shift = Math.max(0, 66 + bitLength(denominator) - bitLength(numerator));
  const top = numerator << BigInt(shift);
  const quotient = top / denominator;
  const sticky = quotient * denominator === top ? quotient : quotient | 1n;
  return Number(sticky) * 2 ** -shift;
}

function bitLength(value: bigint): number {
  return value.toString(2).length;
}
