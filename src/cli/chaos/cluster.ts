// Processes of one broken run: a coordinator that is started again as often as it dies, workers that others
// kill, and the journal as the only witness of what happened.

import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { JOURNAL_FILE, type JournalRecord, readJournal } from "../../checkpoint/index.ts";
import { type CommitRecord, commitsOf } from "../../coordinator/index.ts";
import { sleep, systemClock } from "../../core/index.ts";
import { FIRED, type Position, WENT_ON } from "./failpoint.ts";
import type { Fixture } from "./fixture.ts";

export interface Ending {
  /** Exit code, or the signal. */
  readonly status: number | string;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Proc {
  readonly name: string;
  readonly child: ChildProcess;
  readonly ended: Promise<Ending>;
  /** What it has written to stderr so far. */
  readonly said: () => string;
}

export interface ClusterOptions {
  /** How this program is started: interpreter, its flags, the script. */
  readonly program: readonly string[];
  readonly fixture: Fixture;
  readonly runDirectory: string;
  readonly address: string;
  readonly policy?: Readonly<Record<string, number | string>>;
  readonly coordinatorArguments?: readonly string[];
  readonly workerArguments?: readonly string[];
  /** Command in front of the program: where processes run. */
  readonly host?: readonly string[];
}

const POLL_MS = 10;
const PATIENCE_MS = 180_000;

/** What a check of a fault found wrong. */
export class ChaosError extends Error {}

export class Cluster {
  readonly options: ClusterOptions;
  readonly #procs: Proc[] = [];
  readonly #atClose: (() => void)[] = [];

  constructor(options: ClusterOptions) {
    this.options = options;
  }

  /**
   * Starts the coordinator, or starts it again on what is in the run directory.
   *
   * @param host Where it runs, when not where the others do.
   */
  startCoordinator(
    failpoints: readonly string[] = [],
    numWorkers = 1,
    extra: readonly string[] = [],
    host?: readonly string[],
  ): Proc {
    const { fixture, runDirectory, address, policy, coordinatorArguments = [] } = this.options;
    const merged = { ...fixture.policy, expectedWorkers: numWorkers, ...policy };
    const isResume = existsSync(join(runDirectory, JOURNAL_FILE));
    const args = [
      "coordinator",
      fixture.config,
      "--listen",
      address,
      "--run",
      runDirectory,
      "--json",
      "--policy",
      JSON.stringify(merged),
      ...(isResume ? ["--resume"] : []),
      ...coordinatorArguments,
      ...extra,
      ...flagsOf(failpoints),
    ];
    return this.#start("coordinator", args, host);
  }

  /** @param host Where it runs, when not where the others do. */
  startWorker(
    name: string,
    failpoints: readonly string[] = [],
    extra?: readonly string[],
    host?: readonly string[],
  ): Proc {
    const { address, workerArguments = [] } = this.options;
    const args = [
      "worker",
      "--join",
      address,
      "--name",
      name,
      ...(extra ?? workerArguments),
      ...flagsOf(failpoints),
    ];
    return this.#start(name, args, host);
  }

  /** What is in the journal now; a torn tail is what a reader would cut off. */
  records(): readonly JournalRecord[] {
    const path = join(this.options.runDirectory, JOURNAL_FILE);
    return existsSync(path) ? readJournal(path).records : [];
  }

  commits(): CommitRecord[] {
    return commitsOf(this.records());
  }

  /** Resolves when a step is committed. */
  async untilStep(step: number): Promise<void> {
    await this.until(`step ${step}`, () => (this.commits().at(-1)?.step ?? 0) >= step);
  }

  /** Resolves when a process has met its failpoint. */
  async untilFired(proc: Proc): Promise<Position> {
    await this.until(`a fault of ${proc.name}`, () => firedOf(proc).length > 0);
    return firedOf(proc).at(-1)!;
  }

  /** Lets a process go on that stopped itself. It says so before it stops: a signal can come too early, so it is repeated. */
  async resume(proc: Proc): Promise<void> {
    const numStops = firedOf(proc).length;
    await this.until(`${proc.name} going on`, () => {
      proc.child.kill("SIGCONT");
      return linesOf(proc, WENT_ON).length === numStops;
    });
  }

  async until(what: string, isSo: () => boolean): Promise<void> {
    const startMs = systemClock.nowMs();
    while (!isSo()) {
      if (systemClock.nowMs() - startMs > PATIENCE_MS) {
        throw new ChaosError(`${what} did not come in ${PATIENCE_MS / 1000} s\n${this.said()}`);
      }
      await sleep(systemClock, POLL_MS);
    }
  }

  /** Last words of all processes, for messages. */
  said(): string {
    return this.#procs
      .map(({ name, said }) => `${name}: ${said().trim().split("\n").slice(-4).join(" | ")}`)
      .join("\n");
  }

  /** Something to undo when all processes have ended. */
  onClose(undo: () => void): void {
    this.#atClose.push(undo);
  }

  /** Ends whatever still runs. */
  async close(): Promise<void> {
    for (const { child } of this.#procs) child.kill("SIGKILL");
    await Promise.all(this.#procs.map(({ ended }) => ended));
    for (const undo of this.#atClose) undo();
  }

  #start(name: string, args: readonly string[], host = this.options.host ?? []): Proc {
    const [command, ...rest] = [...host, ...this.options.program];
    const child = spawn(command!, [...rest, ...args], { stdio: ["ignore", "pipe", "pipe"] });
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    const ended = new Promise<Ending>((resolve) => {
      child.once("close", (code, signal) =>
        resolve({ status: signal ?? code ?? -1, stdout, stderr }),
      );
    });
    const proc: Proc = { name, child, ended, said: () => stderr };
    this.#procs.push(proc);
    return proc;
  }
}

/** Where the failpoints of a process fired. */
export function firedOf(proc: Proc): Position[] {
  return linesOf(proc, FIRED).map((line) => JSON.parse(line.slice(line.indexOf("{"))) as Position);
}

function linesOf({ said }: Proc, start: string): string[] {
  return said()
    .split("\n")
    .filter((line) => line.startsWith(start));
}

function flagsOf(failpoints: readonly string[]): string[] {
  return failpoints.flatMap((text) => ["--failpoint", text]);
}
