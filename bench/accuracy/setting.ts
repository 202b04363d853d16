// What a run of the benchmark is told.

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

/** Whether rows of `task` may help with `target`. */
export function isSource(task: string, target: string, setting: Setting): boolean {
  return task !== target && !setting.isHeldOut(task);
}
