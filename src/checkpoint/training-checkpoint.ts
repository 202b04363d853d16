// The resumable state of one committed step: parameters, optimizer state and the small numbers beside them,
// as a verified bundle `checkpoints/step-00000042`. The newest that verifies is the one to resume from.

import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { bytesOf, CorruptError, messageOf } from "../core/index.ts";
import type { FilePiece } from "./atomic.ts";
import { readBundle, writeBundleInBackground } from "./bundle.ts";
import { readSafetensors, safetensorsHeader } from "./safetensors.ts";

const KIND = "auspex-checkpoint";
const STATE_FILE = "state.safetensors";
/** Values of each array that are written in one go. */
const PART_LENGTH = 1 << 20;
const NAME = /^step-(\d{8})$/;

export interface TrainingCheckpoint {
  readonly step: number;
  /** Digests that a resuming run must match (config, layout, dataset, numeric class). */
  readonly identity: Readonly<Record<string, string>>;
  /** Counters and the like; small JSON. */
  readonly progress: Readonly<Record<string, unknown>>;
  /** Flat f32 arrays by name: `parameters` and the optimizer's. */
  readonly arrays: Readonly<Record<string, Float32Array>>;
}

export interface LoadedCheckpoint extends TrainingCheckpoint {
  readonly digest: string;
}

/**
 * Says how many values from the start of each array are written, and may change. Arrays of another length than
 * `parameters` are written before the first call.
 */
export type OnWritten = (numValues: number) => void;

/**
 * Writes a checkpoint under `directory`, in the background and from where its arrays lie: nothing is copied, so
 * that values must not change before they are written.
 *
 * @returns the digest of its manifest.
 */
export function writeCheckpoint(
  directory: string,
  checkpoint: TrainingCheckpoint,
  onWritten?: OnWritten,
): Promise<string> {
  const { step, identity, progress, arrays } = checkpoint;
  return writeBundleInBackground(join(directory, checkpointName(step)), {
    manifest: { kind: KIND, step, identity, progress },
    files: { [STATE_FILE]: stateFile(arrays, onWritten) },
  });
}

/** Part by part of all arrays, as the next step will change them. */
function* stateFile(
  arrays: TrainingCheckpoint["arrays"],
  onWritten: OnWritten | undefined,
): Generator<FilePiece> {
  const tensors = Object.entries(arrays).map(([name, data]) => ({
    name,
    shape: [data.length],
    data,
  }));
  const header = safetensorsHeader(tensors);
  yield { at: 0, bytes: header };
  const numValues = arrays["parameters"]?.length ?? 0;
  let at = header.byteLength;
  const parted: { readonly at: number; readonly data: Float32Array }[] = [];
  for (const { data } of tensors) {
    if (data.length === numValues) parted.push({ at, data });
    else yield { at, bytes: bytesOf(data) };
    at += data.byteLength;
  }
  for (let begin = 0; begin < numValues; begin += PART_LENGTH) {
    const end = Math.min(numValues, begin + PART_LENGTH);
    for (const array of parted) {
      yield { at: array.at + 4 * begin, bytes: bytesOf(array.data.subarray(begin, end)) };
    }
    onWritten?.(end);
  }
}

/**
 * Loads the newest checkpoint at or before `maxStep` that verifies.
 *
 * @returns the checkpoint (undefined when there is none) and why newer ones were passed over.
 */
export function readLatestCheckpoint(
  directory: string,
  maxStep = Number.MAX_SAFE_INTEGER,
): { readonly checkpoint: LoadedCheckpoint | undefined; readonly passedOver: readonly string[] } {
  const passedOver: string[] = [];
  for (const step of checkpointSteps(directory).toReversed()) {
    if (step > maxStep) continue;
    try {
      return { checkpoint: readCheckpoint(join(directory, checkpointName(step))), passedOver };
    } catch (error) {
      passedOver.push(messageOf(error));
    }
  }
  return { checkpoint: undefined, passedOver };
}

/** Removes all but the `keep` newest checkpoints and every tenth; returns the steps removed. */
export function pruneCheckpoints(directory: string, everySteps: number, keep = 3): number[] {
  const steps = checkpointSteps(directory);
  const removed = steps.slice(0, -keep).filter((step) => step % (10 * everySteps) !== 0);
  for (const step of removed) {
    rmSync(join(directory, checkpointName(step)), { recursive: true, force: true });
  }
  return removed;
}

function readCheckpoint(path: string): LoadedCheckpoint {
  const { manifest, files, digest } = readBundle(path, KIND);
  const { step, identity, progress } = manifest;
  const state = files[STATE_FILE];
  if (!Number.isSafeInteger(step) || !isObject(identity) || !isObject(progress) || !state) {
    throw new CorruptError(path, "the manifest lacks step, identity, progress or the state file");
  }
  const arrays: Record<string, Float32Array> = {};
  for (const [name, tensor] of readSafetensors(state, join(path, STATE_FILE)).tensors) {
    if (tensor.dtype === "F32") arrays[name] = tensor.data;
  }
  return {
    step: step as number,
    identity: identity as Record<string, string>,
    progress,
    arrays,
    digest,
  };
}

function checkpointSteps(directory: string): number[] {
  if (!existsSync(directory)) return [];
  return readdirSync(directory)
    .map((name) => NAME.exec(name)?.[1])
    .filter((digits) => digits !== undefined)
    .map(Number)
    .toSorted((a, b) => a - b);
}

function checkpointName(step: number): string {
  return `step-${String(step).padStart(8, "0")}`;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}
