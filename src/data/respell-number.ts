// The same number written differently: what a file says as 1000 another says as 1e3 or 1000.0.

import type { Random } from "../core/index.ts";

// What JSON takes for a number; 007, 0x1f and 1_000 are names here.
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/u;
/** More digits than a double holds: another spelling could be another number. */
const MAX_DIGITS = 15;

/** Another spelling of exactly the same number, or the text itself where it is none. */
export function respellNumber(text: string, random: Random): string {
  if (!NUMBER.test(text)) return text;
  const mantissa = text.replace(/[eE].*$/u, "");
  if (mantissa.replaceAll(/\D/gu, "").length > MAX_DIGITS) return text;
  const value = Number(text);
  const plain = Math.abs(value) >= 1e15 || /e/iu.test(String(value)) ? mantissa : String(value);
  const exponential = value.toExponential();
  const candidates = [
    plain,
    plain.includes(".") ? `${plain}0` : `${plain}.0`,
    exponential.replace("e+", "e"),
    exponential,
    exponential.includes(".") ? exponential.replace("e", "0e") : exponential.replace("e", ".0e"),
  ].filter(
    (spelling, i, all) =>
      spelling !== text && Object.is(Number(spelling), value) && all.indexOf(spelling) === i,
  );
  return candidates.length === 0 ? text : candidates[random.int(candidates.length)]!;
}
