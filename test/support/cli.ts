// Runs the command line of the sources as a user would.

import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

const MAIN = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url));
const TSX = import.meta.resolve("tsx");

export interface CliResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunningCli {
  readonly child: ChildProcess;
  readonly done: Promise<CliResult>;
}

/** Starts `auspex ...args`; extra environment variables last. Its stdin is closed unless `input` is `pipe`. */
export function startCli(
  args: readonly string[],
  environment: NodeJS.ProcessEnv = {},
  input: "ignore" | "pipe" = "ignore",
): RunningCli {
  const child = spawn(process.execPath, ["--import", TSX, MAIN, ...args], {
    env: { ...process.env, ...environment },
    stdio: [input, "pipe", "pipe"],
  });
  if (child.stdout === null || child.stderr === null) throw new Error("no pipes");
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  const done = new Promise<CliResult>((resolve) => {
    child.once("close", (code) => resolve({ code, stdout, stderr }));
  });
  return { child, done };
}

/** Runs `auspex ...args` to its end. */
export function runCli(
  args: readonly string[],
  environment?: NodeJS.ProcessEnv,
): Promise<CliResult> {
  return startCli(args, environment).done;
}
