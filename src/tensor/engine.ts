// Opens one engine for this process or thread, and says why others were not taken.

import { ready, setBackend } from "@tensorflow/tfjs-core";
import { AuspexError, invariant, messageOf, UnavailableError } from "../core/index.ts";
import { cpuDriver } from "./engines/cpu.ts";
import type {
  EngineDescription,
  EngineDriver,
  EngineName,
  EngineOptions,
} from "./engines/driver.ts";
import { nativeDriver } from "./engines/native.ts";
import { tensorflowDriver } from "./engines/tensorflow.ts";
import { wasmDriver } from "./engines/wasm.ts";
import { webgpuDriver } from "./engines/webgpu.ts";

export type { EngineName, EngineOptions, Precision } from "./engines/driver.ts";

export interface SkippedEngine {
  readonly name: EngineName;
  readonly reason: string;
}

export interface EngineInfo extends EngineDescription {
  readonly name: EngineName;
  /** Engines that `auto` would have liked better, each with its reason. */
  readonly skipped: readonly SkippedEngine[];
}

/** Every engine, in the order in which `auto` likes them. */
export const DRIVERS: readonly EngineDriver[] = [
  tensorflowDriver,
  webgpuDriver,
  nativeDriver,
  wasmDriver,
  cpuDriver,
];

let current: EngineInfo | undefined;

/**
 * Opens an engine and makes it the current one. May be called again, also for another engine; tensors of
 * the former move over when they are used.
 *
 * @throws {UnavailableError} when the engine that was asked for by name does not work here.
 */
export async function openEngine(options: EngineOptions = {}): Promise<EngineInfo> {
  const { engine = "auto" } = options;
  const skipped: SkippedEngine[] = [];
  for (const driver of DRIVERS.filter(({ name }) => engine === "auto" || engine === name)) {
    try {
      const description = await openDriver(driver, options);
      current = { ...description, name: driver.name, skipped };
      return current;
    } catch (error) {
      if (engine !== "auto") throw error;
      skipped.push({ name: driver.name, reason: messageOf(error) });
    }
  }
  const reasons = skipped.map(({ name, reason }) => `${name}: ${reason}`).join("; ");
  throw new UnavailableError(`no engine works here (${reasons || `no engine named ${engine}`})`);
}

/** Registers the engine's backend and makes it tfjs' current one. */
export async function openDriver(
  driver: EngineDriver,
  options: EngineOptions,
): Promise<EngineDescription> {
  try {
    await driver.open(options);
    if (!(await setBackend(driver.backendName))) {
      throw new UnavailableError(`engine ${driver.name} does not start here`);
    }
    await ready();
    // Again, because some things show only once the backend runs: whether TensorFlow found a GPU.
    return await driver.open(options);
  } catch (error) {
    if (error instanceof AuspexError) throw error;
    throw new UnavailableError(`engine ${driver.name}: ${messageOf(error)}`, { cause: error });
  }
}

export function currentEngineName(): EngineName | undefined {
  return current?.name;
}

/** Makes the current engine tfjs' own again, after others were tried. */
export async function reopenCurrent(): Promise<void> {
  const driver = DRIVERS.find(({ name }) => name === current?.name);
  if (driver !== undefined) await setBackend(driver.backendName);
}

/** Closes the current engine. Only webgpu needs it: while it is open, the process does not end by itself.
 * It cannot be opened again. */
export async function closeEngine(): Promise<void> {
  const driver = DRIVERS.find(({ name }) => name === current?.name);
  current = undefined;
  await driver?.close?.();
}

/** The engine that was opened last. @throws when none was. */
export function currentEngine(): EngineInfo {
  invariant(current !== undefined, "no engine is open: await openEngine() first");
  return current;
}
