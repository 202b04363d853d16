// Processes for tests: started, watched line by line, and gone when the test ends.

import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";

export type Line = { readonly kind: string; readonly step?: number } & Readonly<
  Record<string, unknown>
>;

export interface Spawned {
  readonly process: ChildProcess;
  /** Exit code, or the signal that ended it. */
  readonly exited: Promise<number | string>;
  readonly lines: readonly Line[];
}

export function spawnWorker(address: string, name: string, onLine?: OnLine): Spawned {
  return spawnScript("./worker-process.ts", [address, name], onLine);
}

/** @param options As coordinator-process.ts takes them. */
export function spawnCoordinator(options: object, onLine?: OnLine): Spawned {
  return spawnScript("./coordinator-process.ts", [JSON.stringify(options)], onLine);
}

type OnLine = (line: Line, self: Spawned) => void;

function spawnScript(script: string, args: readonly string[], onLine: OnLine = () => {}): Spawned {
  const path = fileURLToPath(new URL(script, import.meta.url));
  const child = spawn(process.execPath, ["--import", "tsx", path, ...args], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const lines: Line[] = [];
  const spawned: Spawned = {
    process: child,
    lines,
    exited: new Promise((resolve) => {
      child.once("exit", (code, signal) => resolve(signal ?? code ?? -1));
    }),
  };
  createInterface({ input: child.stdout! }).on("line", (text) => {
    const line = JSON.parse(text) as Line;
    lines.push(line);
    onLine(line, spawned);
  });
  onTestFinished(async () => {
    child.kill("SIGKILL");
    await spawned.exited;
  });
  return spawned;
}
