// Tries every engine of this machine and measures it, for `auspex doctor`.

import { matMul, slice, tensor2d, tidy } from "@tensorflow/tfjs-core";
import { AuspexError, messageOf, systemClock } from "../core/index.ts";
import { currentEngineName, DRIVERS, openDriver, reopenCurrent } from "./engine.ts";
import type {
  EngineDescription,
  EngineDriver,
  EngineName,
  EngineOptions,
} from "./engines/driver.ts";

export type EngineReport =
  | {
      readonly name: EngineName;
      readonly works: true;
      readonly engine: EngineDescription;
      /** Rate of a square matrix product. */
      readonly matMulGflops: number;
    }
  | {
      readonly name: EngineName;
      readonly works: false;
      readonly reason: string;
      /** What would make it work, often a command. */
      readonly remedy: string | undefined;
    };

/** Opens each engine in turn and multiplies matrices on it. Afterwards the engine that was open is open again. */
export async function probeEngines(options: EngineOptions = {}): Promise<readonly EngineReport[]> {
  const reports: EngineReport[] = [];
  for (const driver of DRIVERS) reports.push(await probe(driver, options));
  await reopenCurrent();
  return reports;
}

async function probe(driver: EngineDriver, options: EngineOptions): Promise<EngineReport> {
  const { name } = driver;
  try {
    const engine = await openDriver(driver, { ...options, engine: name });
    const matMulGflops = await measureMatMul();
    if (currentEngineName() !== name) await driver.close?.();
    return { name, works: true, engine, matMulGflops };
  } catch (error) {
    const remedy = error instanceof AuspexError ? error.hint : undefined;
    return { name, works: false, reason: messageOf(error), remedy };
  }
}

/** From a small product to a large one, until one takes long enough to be timed. */
async function measureMatMul(): Promise<number> {
  let gflops = 0;
  for (const size of [128, 256, 512, 1024, 2048]) {
    let ms = Infinity;
    for (let repeat = 0; repeat < 4; repeat++) ms = Math.min(ms, await timeProduct(size));
    gflops = (2 * size ** 3) / ms / 1e6;
    if (ms > 25) break;
  }
  return gflops;
}

async function timeProduct(size: number): Promise<number> {
  const values = Float32Array.from({ length: size * size }, (_, i) => (i % 7) - 3);
  const a = tensor2d(values, [size, size]);
  const startMs = systemClock.nowMs();
  const product = tidy(() => matMul(a, a));
  // Reading one value waits for the whole product; reading all would time the copy as well.
  const corner = tidy(() => slice(product, [0, 0], [1, 1]));
  await corner.data();
  const ms = systemClock.nowMs() - startMs;
  a.dispose();
  product.dispose();
  corner.dispose();
  return ms;
}
