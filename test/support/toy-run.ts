// A whole toy run for tests: a directory that goes, and workers that compute in this process.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { openRunStore } from "../../src/checkpoint/index.ts";
import {
  type CoordinatorOptions,
  type RunningCoordinator,
  startCoordinator,
} from "../../src/coordinator/index.ts";
import { silentLogger, systemClock } from "../../src/core/index.ts";
import type { Transport } from "../../src/transport/index.ts";
import { InlinePort, type RunningWorker, startWorker } from "../../src/worker/index.ts";
import { prepareRun } from "./toy-compute.ts";
import * as toy from "./toy-options.ts";

/** A directory that goes when the test ends. */
export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), "auspex-test-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

export type ToyRunOptions = Omit<toy.ToyRunOptions, "store"> & {
  /** Default: a temporary one. */
  readonly runDirectory?: string;
};

export function toyRun(options: ToyRunOptions): CoordinatorOptions {
  return toy.toyRun({
    ...options,
    store: openRunStore(options.runDirectory ?? temporaryDirectory()),
  });
}

/** A coordinator that is asked to stop after a step. */
export async function startUntil(
  step: number,
  options: ToyRunOptions,
): Promise<RunningCoordinator> {
  const coordinator = await startCoordinator(
    toyRun({
      ...options,
      onProgress: (progress) => {
        if (progress.kind === "step" && progress.step === step) coordinator.stop();
      },
    }),
  );
  return coordinator;
}

/** A worker that computes in this thread. */
export function toyWorker(
  transport: Transport,
  joinAddress: string,
  name: string,
  override: Partial<Parameters<typeof startWorker>[0]> = {},
): Promise<RunningWorker> {
  return startWorker({
    joinAddress,
    name,
    software: "test",
    transport,
    port: new InlinePort(prepareRun),
    clock: systemClock,
    logger: silentLogger,
    ...override,
  });
}
