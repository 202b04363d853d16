// Worker processes for tests: started, watched line by line, and gone when the test ends.

import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";

export type WorkerLine = { readonly kind: string; readonly step?: number } & Readonly<
  Record<string, unknown>
>;

export interface WorkerProcess {
  readonly process: ChildProcess;
  readonly name: string;
  /** Exit code, or the signal that ended it. */
  readonly exited: Promise<number | string>;
  readonly lines: readonly WorkerLine[];
}

export function spawnWorker(
  address: string,
  name: string,
  onLine: (line: WorkerLine, worker: WorkerProcess) => void = () => {},
): WorkerProcess {
  const script = fileURLToPath(new URL("./worker-process.ts", import.meta.url));
  const child = spawn(process.execPath, ["--import", "tsx", script, address, name], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const lines: WorkerLine[] = [];
  const worker: WorkerProcess = {
    process: child,
    name,
    lines,
    exited: new Promise((resolve) => {
      child.once("exit", (code, signal) => resolve(signal ?? code ?? -1));
    }),
  };
  createInterface({ input: child.stdout! }).on("line", (text) => {
    const line = JSON.parse(text) as WorkerLine;
    lines.push(line);
    onLine(line, worker);
  });
  onTestFinished(async () => {
    child.kill("SIGKILL");
    await worker.exited;
  });
  return worker;
}
