// Fine-tuning for studies as a process of its own with low priority: `auspex adapt` on the told rows. The service
// goes on answering, and a crash of the training takes nothing with it.

import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { setPriority } from "node:os";
import { join } from "node:path";
import { messageOf, UnavailableError } from "../core/index.ts";
import type { ModelThread, TuneRequest, Tuner } from "../evaluator/index.ts";
import type { EngineFlags } from "./engine-options.ts";
import { ownProgram } from "./own-program.ts";

export interface ProcessTunerOptions {
  /** The bundle whose copy is adapted, always from its own weights. */
  readonly bundle: string;
  /** Tuned bundles are kept here: `STUDY.tuned/vN`. */
  readonly directory: string;
  readonly engine: EngineFlags;
  /** Where tuned models are opened, beside the bundle's. */
  readonly thread: ModelThread;
}

const KEPT_STDERR_CHARS = 2000;
/** Behind everything that answers. */
const NICENESS = 10;

/** Tunes by child processes of this command line. */
export function processTuner({ bundle, directory, engine, thread }: ProcessTunerOptions): Tuner {
  const folderOf = (study: string): string => join(directory, `${study}.tuned`);
  const bundleOf = (study: string, version: number): string => join(folderOf(study), `v${version}`);
  return {
    async tune(request) {
      const folder = folderOf(request.study);
      mkdirSync(folder, { recursive: true });
      const rows = join(folder, `v${request.version}.jsonl`);
      writeFileSync(rows, linesOf(request));
      try {
        await runAdapt(adaptArguments(request, bundle, rows, bundleOf), engine, request.signal);
      } finally {
        rmSync(rows, { force: true });
      }
    },
    open: (study, version) => thread.open(bundleOf(study, version), `${study}-v${version}`),
    discard: (study, version) => rmSync(bundleOf(study, version), { recursive: true, force: true }),
  };
}

function linesOf({ study, rows }: TuneRequest): string {
  const task = `study/${study}`;
  return rows
    .map(({ text, values }) => `${JSON.stringify({ task, x: text, y: values })}\n`)
    .join("");
}

function adaptArguments(
  { study, version, method, seed }: TuneRequest,
  bundle: string,
  rows: string,
  bundleOf: (study: string, version: number) => string,
): string[] {
  const out = bundleOf(study, version);
  const how = ["--method", method, "--seed", String(seed)];
  return ["adapt", "--bundle", bundle, "--data", rows, "--out", out, ...how, "--json"];
}

function runAdapt(
  args: readonly string[],
  engine: EngineFlags,
  signal: AbortSignal,
): Promise<void> {
  const command = [...ownProgram(), ...args, ...flagsOf(engine)];
  const child = spawn(process.execPath, command, { stdio: ["ignore", "ignore", "pipe"] });
  lowerPriority(child);
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr = (stderr + text).slice(-KEPT_STDERR_CHARS);
  });
  const stop = (): void => void child.kill("SIGKILL");
  signal.addEventListener("abort", stop, { once: true });
  return new Promise<void>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, by) => {
      if (code === 0) return resolve();
      const lastWords = stderr.trim().split("\n").slice(-2).join(" | ");
      reject(
        new UnavailableError(`adapting ended with ${by ?? `exit code ${code}`}: ${lastWords}`),
      );
    });
  }).finally(() => signal.removeEventListener("abort", stop));
}

function flagsOf({ engine, threads, precision }: EngineFlags): string[] {
  return [
    ...(engine === undefined ? [] : ["--engine", engine]),
    ...(threads === undefined ? [] : ["--threads", String(threads)]),
    ...(precision === undefined ? [] : ["--precision", precision]),
  ];
}

function lowerPriority({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    setPriority(pid, NICENESS);
  } catch (error) {
    process.emitWarning(`the priority of fine-tuning stays as it is: ${messageOf(error)}`);
  }
}
