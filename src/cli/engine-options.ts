// Which engine a command uses: the command line first, then AUSPEX_ENGINE, then the config, then auto.

import { UsageError } from "../core/index.ts";
import type { EngineConfig } from "../tensor/config.ts";
import { closeEngine, type EngineInfo, type EngineName, openEngine } from "../tensor/index.ts";
import { rememberEngine } from "./open-engine.ts";
import { noteLine } from "./output.ts";

/** The engine options that every computing command takes. */
export interface EngineFlags {
  readonly engine?: string;
  readonly threads?: number;
  readonly precision?: "f32" | "bf16" | "auto";
}

const ENGINE_NAMES = ["auto", "tensorflow", "webgpu", "native", "wasm", "cpu"] as const;

/** Merges flags and environment into the engine part of a configuration. */
export function chooseEngine(flags: EngineFlags, config: Partial<EngineConfig> = {}): EngineConfig {
  const name = flags.engine ?? process.env["AUSPEX_ENGINE"] ?? config.engine ?? "auto";
  const engine = ENGINE_NAMES.find((known) => known === name);
  if (engine === undefined) {
    throw new UsageError(`no engine named "${name}"`, {
      hint: `one of ${ENGINE_NAMES.join(", ")}`,
    });
  }
  const threads = flags.threads ?? config.threads;
  return {
    engine,
    precision: flags.precision ?? config.precision ?? "auto",
    ...(threads === undefined ? {} : { threads }),
  };
}

/** Opens the engine and says on stderr which it is, unless `quiet`. */
export async function openChosenEngine(choice: EngineConfig, quiet = false): Promise<EngineInfo> {
  const info = await openEngine({
    engine: choice.engine satisfies EngineName | "auto",
    precision: choice.precision,
    ...(choice.threads === undefined ? {} : { threads: choice.threads }),
  });
  rememberEngine(closeEngine);
  if (!quiet) noteEngine(info);
  return info;
}

/** Says on stderr which engine computes, and why not the fast one. */
export function noteEngine(info: EngineInfo): void {
  noteLine(describeEngine(info));
  const native = info.skipped.find(({ name }) => name === "native");
  if (native !== undefined) noteLine(`not native, which is much faster: ${native.reason}`);
}

/** `engine native (AMD EPYC, avx512bf16, bf16, 2 threads)`. */
export function describeEngine(info: EngineInfo): string {
  const threads = `${info.threads} thread${info.threads === 1 ? "" : "s"}`;
  return `engine ${info.name} (${[info.device, info.kernelPath, info.precision, threads].join(", ")})`;
}
