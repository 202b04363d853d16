// What a run of the benchmark is told.

import { parseSelectors } from "../../src/data/index.ts";
import type { TrainedModel } from "../../src/training/index.ts";
import { DEVELOPMENT_TARGETS } from "./development.ts";

export interface Setting {
  /** Folder of the data collection. */
  readonly data: string;
  readonly quick: boolean;
  /** Test rows of a problem at most. */
  readonly maxRows: number;
  readonly numDraws: number;
  /** Whether the model's own configuration leaves the task out. */
  isHeldOut(task: string): boolean;
  /** Whether the task is measured: held out, or a development target. */
  isTarget(task: string): boolean;
}

export interface SettingOptions {
  readonly data: string;
  readonly quick: boolean;
  readonly development: boolean;
  readonly maxRows?: number;
  readonly numDraws?: number;
}

/** What is measured of a model is what its own configuration holds out. */
export function settingOf(
  { provenance }: TrainedModel,
  {
    data,
    quick,
    development,
    maxRows = quick ? 250 : 20_000,
    numDraws = quick ? 3 : 10,
  }: SettingOptions,
): Setting {
  const heldOut = parseSelectors(provenance["holdOut"] as readonly string[]);
  const isHeldOut = (task: string): boolean => heldOut({ task, split: "train" });
  const isTarget = development
    ? (task: string): boolean => DEVELOPMENT_TARGETS.includes(task)
    : isHeldOut;
  return { data, quick, maxRows, numDraws, isHeldOut, isTarget };
}

/** Whether rows of `task` may help with `target`. */
export function isSource(task: string, target: string, setting: Setting): boolean {
  return task !== target && !setting.isHeldOut(task);
}
