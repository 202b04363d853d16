// The conformance kit: what every kind plugin must hold, as one function that plugin authors run in their own
// tests. It needs no test framework: it returns what it found wrong.

import { Buffer } from "node:buffer";
import { messageOf, Random } from "../core/index.ts";
import { KindHost } from "./host.ts";
import { type AnyKindPlugin, CandidateError } from "./kind.ts";

export interface ConformanceCases {
  /** Candidates that must serialise. */
  readonly valid: readonly (string | Uint8Array)[];
  /** Candidates that must be refused. */
  readonly invalid: readonly (string | Uint8Array)[];
  /** Pairs that mean the same: equal hashes. */
  readonly same?: readonly (readonly [string | Uint8Array, string | Uint8Array])[];
  /** Pairs that mean different things: different hashes. */
  readonly different?: readonly (readonly [string | Uint8Array, string | Uint8Array])[];
  /** Damaged copies tried for each valid candidate; the default is 200. */
  readonly numDamaged?: number;
  readonly language?: string;
}

const NUM_REPEATS = 20;

/** Everything that the plugin does wrong, one line each; empty when it conforms. */
export async function testKind(plugin: AnyKindPlugin, cases: ConformanceCases): Promise<string[]> {
  const problems: string[] = [];
  const host = new KindHost([plugin]);
  const serialise = (candidate: string | Uint8Array) =>
    host.serialise({
      kind: plugin.kind,
      bytes: toBytes(candidate),
      ...(cases.language === undefined ? {} : { language: cases.language }),
    });

  for (const candidate of cases.valid) {
    const first = await outcome(serialise(candidate));
    if (first.error !== undefined) {
      problems.push(`refuses ${show(candidate)}: ${messageOf(first.error)}`);
      continue;
    }
    for (let i = 0; i < NUM_REPEATS; i++) {
      const again = await outcome(serialise(candidate));
      if (again.value?.text !== first.value!.text || again.value.hash !== first.value!.hash) {
        problems.push(`is not deterministic on ${show(candidate)}`);
        break;
      }
    }
    problems.push(
      ...(await damage(plugin, serialise, toBytes(candidate), cases.numDamaged ?? 200)),
    );
  }
  for (const candidate of cases.invalid) {
    const { error, value } = await outcome(serialise(candidate));
    if (value !== undefined) problems.push(`accepts ${show(candidate)}`);
    else if (isPluginFault(error))
      problems.push(`fails on ${show(candidate)}: ${messageOf(error)}`);
  }
  for (const [one, two] of cases.same ?? []) {
    if ((await serialise(one)).hash !== (await serialise(two)).hash) {
      problems.push(`tells ${show(one)} and ${show(two)} apart`);
    }
  }
  for (const [one, two] of cases.different ?? []) {
    if ((await serialise(one)).hash === (await serialise(two)).hash) {
      problems.push(`takes ${show(one)} and ${show(two)} for the same`);
    }
  }
  const tooLarge = await outcome(serialise(new Uint8Array(plugin.limits.maxBytes + 1)));
  if (tooLarge.value !== undefined) problems.push("accepts more than limits.maxBytes");
  return problems;
}

/** Truncations and flipped bits: each must serialise or be refused as a candidate, never fail otherwise. */
async function damage(
  plugin: AnyKindPlugin,
  serialise: (candidate: Uint8Array) => Promise<unknown>,
  bytes: Uint8Array,
  count: number,
): Promise<string[]> {
  const random = new Random("conformance", plugin.kind, bytes.length);
  for (let i = 0; i < count; i++) {
    const damaged =
      i % 2 === 0 ? bytes.slice(0, random.int(bytes.length + 1)) : Uint8Array.from(bytes);
    if (i % 2 === 1 && damaged.length > 0)
      damaged[random.int(damaged.length)]! ^= 1 << random.int(8);
    const { error } = await outcome(serialise(damaged));
    if (isPluginFault(error)) return [`fails on damaged input: ${messageOf(error)}`];
  }
  const polluted = ({} as Record<string, unknown>)["polluted"];
  return polluted === undefined ? [] : ["pollutes Object.prototype"];
}

function isPluginFault(error: unknown): boolean {
  return (
    error !== undefined && !(error instanceof CandidateError && error.code !== "PLUGIN_FAILED")
  );
}

async function outcome<T>(work: Promise<T>): Promise<{ value?: T; error?: unknown }> {
  try {
    return { value: await work };
  } catch (error) {
    return { error };
  }
}

function toBytes(candidate: string | Uint8Array): Uint8Array {
  return typeof candidate === "string" ? Buffer.from(candidate, "utf8") : candidate;
}

function show(candidate: string | Uint8Array): string {
  const text = typeof candidate === "string" ? candidate : `${candidate.length} bytes`;
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}...` : text);
}
