// Reading and writing runs of digit tokens, shared by the tokenizers.

import { InputError } from "../../core/index.ts";

/** `value` as exactly `count` digit tokens, the most significant first. */
export function writeDigits(value: bigint | number, base: number, count: number): string[] {
  const tokens = Array.from({ length: count }, () => "<0>");
  let rest = BigInt(value);
  const radix = BigInt(base);
  for (let i = count - 1; i >= 0 && rest > 0n; i--) {
    tokens[i] = `<${rest % radix}>`;
    rest /= radix;
  }
  return tokens;
}

/** The integer that `count` digit tokens from `first` on say. */
export function readDigits(
  tokens: readonly string[],
  first: number,
  count: number,
  base: number,
): number {
  let value = 0;
  for (let i = first; i < first + count; i++) value = value * base + digitOf(tokens[i]!);
  return value;
}

/** Smallest and largest integer of `count` digits whose first ones are given, as far as `prefix` reaches. */
export function digitRange(
  prefix: readonly string[],
  first: number,
  count: number,
  base: number,
): { lo: number; hi: number } {
  const known = Math.min(Math.max(prefix.length - first, 0), count);
  const value = readDigits(prefix, first, known, base);
  const span = base ** (count - known);
  return { lo: value * span, hi: value * span + span - 1 };
}

/** @throws {InputError} unless `tokens` are `count` tokens, each allowed in its place. */
export function expectTokens(
  name: string,
  tokens: readonly string[],
  count: number,
  allowedTokens: (position: number) => readonly string[],
): void {
  if (tokens.length !== count) {
    throw new InputError(`${name}: ${tokens.length} tokens, an object has ${count}`);
  }
  tokens.forEach((token, position) => {
    if (!allowedTokens(position).includes(token)) {
      throw new InputError(`${name}: ${token} cannot stand at position ${position}`);
    }
  });
}

function digitOf(token: string): number {
  return Number(token.slice(1, -1));
}
