// RUN/tensorboard: the run's numbers as TensorBoard reads them. Long runs are thinned out, so that the file
// stays small however many steps and tasks there are.

import { closeSync, mkdirSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import { tensorBoardHeader, tensorBoardRecord } from "../../protocol/index.ts";
import type { StampedEvent, StepEvent } from "./events.ts";

/** At most this many points of each curve, and of each task's. */
const MAX_POINTS = 20_000;
const MAX_TASK_POINTS = 2000;

export class TensorBoardLog {
  readonly #directory: string;
  readonly #every: number;
  readonly #everyOfTasks: number;
  #file: number | undefined;
  #hasFailed = false;

  constructor(runDirectory: string, numSteps: number) {
    this.#directory = join(runDirectory, "tensorboard");
    this.#every = Math.ceil(numSteps / MAX_POINTS);
    this.#everyOfTasks = Math.ceil(numSteps / MAX_TASK_POINTS);
  }

  /** Never throws: a disk that takes no more ends these curves, not the run. */
  write(event: StampedEvent): void {
    const wallSeconds = Date.parse(event.t) / 1000;
    if (event.event === "step" && event.step % this.#every === 0) {
      const withTasks = event.step % this.#everyOfTasks === 0;
      this.#append(wallSeconds, event.step, {
        ...scalarsOf(event),
        ...(withTasks && tasksOf(event)),
      });
    }
    if (event.event === "evaluation") {
      this.#append(wallSeconds, event.step, {
        "loss/validation": event.loss,
        ...tasksOf(event, "validation"),
      });
    }
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }

  #append(
    wallSeconds: number,
    step: number,
    values: Readonly<Record<string, number | null>>,
  ): void {
    if (this.#hasFailed) return;
    const known = Object.entries(values).filter((entry): entry is [string, number] =>
      Number.isFinite(entry[1]),
    );
    try {
      this.#file ??= this.#open(wallSeconds);
      const scalars = Object.fromEntries(known);
      writeSync(this.#file, tensorBoardRecord({ wallSeconds, step, scalars }));
    } catch {
      this.#hasFailed = true;
    }
  }

  #open(wallSeconds: number): number {
    mkdirSync(this.#directory, { recursive: true });
    // TensorBoard reads all files of a directory, in the order of the time in their names.
    const seconds = String(Math.floor(wallSeconds)).padStart(10, "0");
    const path = join(this.#directory, `events.out.tfevents.${seconds}.auspex.${process.pid}`);
    const file = openSync(path, "a");
    writeSync(file, tensorBoardHeader(wallSeconds));
    return file;
  }
}

function scalarsOf(event: StepEvent): Record<string, number | null> {
  const { loss, gradientNorm, learningRate, tokensPerSecond, stepMs, numWorkers, phases } = event;
  return {
    "loss/train": loss,
    "optimizer/gradient_norm": gradientNorm,
    "optimizer/learning_rate": learningRate,
    "speed/tokens_per_second": tokensPerSecond,
    "speed/step_ms": stepMs,
    "fleet/workers": numWorkers,
    ...Object.fromEntries(
      Object.entries(phases).map(([name, ms]) => [`phase_ms/${name.replace("Ms", "")}`, ms]),
    ),
  };
}

function tasksOf(
  { taskLosses }: { readonly taskLosses: Readonly<Record<string, number | null>> },
  split = "train",
): Record<string, number | null> {
  return Object.fromEntries(
    Object.entries(taskLosses).map(([task, loss]) => [`task_loss_${split}/${task}`, loss]),
  );
}
