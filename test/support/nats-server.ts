// A real nats-server for tests. Where none is installed, tests skip and say so; in continuous integration
// (CI set) that is a failure.

import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { createInterface } from "node:readline";

export const hasNatsServer = spawnSync("nats-server", ["--version"]).error === undefined;

if (!hasNatsServer) {
  const text = "nats-server is not installed: tests of the NATS transport are skipped";
  if (process.env["CI"]) throw new Error(text);
  process.stderr.write(`${text}\n`);
}

export interface NatsServer {
  readonly port: number;
  /** What it has written to its log lately. */
  readonly log: () => string;
  /** SIGKILL. */
  kill(): Promise<void>;
}

/** @param port 0 lets the system choose. */
export function startNatsServer(
  port = 0,
  args: readonly string[] = [],
  environment: NodeJS.ProcessEnv = {},
): Promise<NatsServer> {
  const child: ChildProcess = spawn(
    "nats-server",
    ["-a", "127.0.0.1", "-p", String(port || -1), ...args],
    { stdio: ["ignore", "ignore", "pipe"], env: { ...process.env, ...environment } },
  );
  let said = "";
  const exited = new Promise<void>((resolve) => {
    child.once("exit", () => resolve());
  });
  return new Promise((resolve, reject) => {
    let listening = port;
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`nats-server ended with ${code}: ${said}`)));
    createInterface({ input: child.stderr! }).on("line", (line) => {
      said = `${said}${line}\n`.slice(-2000);
      const match = /Listening for client connections on 127\.0\.0\.1:(\d+)/.exec(line);
      if (match !== null) listening = Number(match[1]);
      if (!line.includes("Server is ready")) return;
      const kill = (): Promise<void> => {
        child.kill("SIGKILL");
        return exited;
      };
      resolve({ port: listening, log: () => said, kill });
    });
  });
}
