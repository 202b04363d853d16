// Speeds and counts as people write them: 1gbit, 50mbit, 60e6, 60M.

import { UsageError } from "../../core/index.ts";

const BITS: Readonly<Record<string, number>> = {
  kbit: 1e3,
  mbit: 1e6,
  gbit: 1e9,
  mbps: 1e6,
  gbps: 1e9,
  // Bytes, as tools that copy files print them.
  "mb/s": 8e6,
  "gb/s": 8e9,
};

/** @returns bits per second in each direction. @throws {UsageError} for anything but a number and a unit. */
export function parseLink(text: string): number {
  const match = /^(\d+(?:\.\d+)?)\s*(?:([kmg]bit)(?:\/s)?|([mg]bps|[mg]b\/s))$/i.exec(text.trim());
  const unit = (match?.[2] ?? match?.[3] ?? "").toLowerCase();
  const value = Number(match?.[1]) * (BITS[unit] ?? Number.NaN);
  if (value > 0) return value;
  throw new UsageError(`--link ${JSON.stringify(text)} is not a speed`, {
    hint: "For example 1gbit, 50mbit or 125MB/s; each direction counts for itself.",
  });
}

const SUFFIXES: Readonly<Record<string, number>> = { "": 1, k: 1e3, m: 1e6, g: 1e9, b: 1e9 };

/** @throws {UsageError} for anything but a positive number, with or without k, M or G. */
export function parseCount(name: string, text: string): number {
  const match = /^(\d+(?:\.\d+)?(?:e\d+)?)([kmgb]?)$/i.exec(text.trim());
  const value = Number(match?.[1]) * (SUFFIXES[match?.[2]!.toLowerCase() ?? "none"] ?? Number.NaN);
  if (value > 0) return value;
  throw new UsageError(`${name} ${JSON.stringify(text)} is not a positive number`, {
    hint: "For example 60e6, 60M or 16384.",
  });
}
