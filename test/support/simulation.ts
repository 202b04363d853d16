// A whole cluster in one process and in virtual time: every message, timer, crash and stall comes from a seed,
// so a failure repeats from its number. Nothing waits for a real clock.

import type {
  Journal,
  JournalRecord,
  LoadedCheckpoint,
  RunStore,
} from "../../src/checkpoint/index.ts";
import {
  type RunningCoordinator,
  type RunProgress,
  type RunResult,
  startCoordinator,
} from "../../src/coordinator/index.ts";
import { type Clock, ManualClock, Random, silentLogger, sleep } from "../../src/core/index.ts";
import { createMemoryNetwork, type NetworkPlan } from "../../src/transport/index.ts";
import {
  InlinePort,
  type PrepareRun,
  type RunningWorker,
  startWorker,
} from "../../src/worker/index.ts";
import { prepareRun } from "./toy-compute.ts";
import { type ToyRunOptions, toyRun } from "./toy-options.ts";

/** What a disk would hold: outlives the coordinators that write it. */
class MemoryDisk {
  readonly records: JournalRecord[] = [];
  readonly #checkpoints = new Map<number, LoadedCheckpoint>();

  /** @param isAlive False once the process that opened it was killed: it writes nothing more. */
  open(isAlive: () => boolean): RunStore {
    const records = [...this.records];
    const journal: Journal = {
      records,
      append: (record) => {
        if (!isAlive()) return new Promise(() => {});
        this.records.push(JSON.parse(JSON.stringify(record)) as JournalRecord);
        return Promise.resolve();
      },
      close: () => {},
    };
    return {
      name: "memory",
      journal,
      readLatestCheckpoint: (maxStep) => {
        const steps = [...this.#checkpoints.keys()].filter((step) => step <= maxStep);
        const checkpoint = this.#checkpoints.get(Math.max(...steps));
        return { checkpoint: checkpoint && copyOf(checkpoint), passedOver: [] };
      },
      writeCheckpoint: (checkpoint) => {
        if (!isAlive()) return new Promise(() => {});
        this.#checkpoints.set(checkpoint.step, copyOf({ ...checkpoint, digest: "" }));
        return Promise.resolve("");
      },
      prune: () => {},
      close: () => {},
    };
  }
}

function copyOf(checkpoint: LoadedCheckpoint): LoadedCheckpoint {
  return structuredClone(checkpoint);
}

/** A clock whose timers fire no more after `kill`: the process is gone. */
function mortal(clock: Clock): {
  readonly clock: Clock;
  kill(): void;
  readonly isAlive: () => boolean;
} {
  let alive = true;
  return {
    clock: {
      nowMs: () => clock.nowMs(),
      after: (delayMs, run) => clock.after(delayMs, () => alive && run()),
    },
    kill: () => {
      alive = false;
    },
    isAlive: () => alive,
  };
}

export interface Simulation {
  readonly clock: ManualClock;
  readonly random: Random;
  readonly events: readonly RunProgress[];
  readonly disk: MemoryDisk;
  startCoordinator(): Promise<void>;
  killCoordinator(): void;
  /** @returns its name. */
  startWorker(): Promise<string>;
  killWorker(name: string): void;
  leaveWorker(name: string): void;
  /** The worker's computing stands still for a while; its heart goes on beating. */
  stallWorker(name: string, forMs: number): void;
  /** No message from or to a worker crosses for a while. */
  partitionWorker(name: string, forMs: number): void;
  readonly liveWorkers: readonly string[];
  /** Runs until the run has ended. @throws when it has not after so much virtual time. */
  finish(maxMs: number): Promise<RunResult>;
}

export interface SimulationOptions {
  readonly seed: number;
  readonly run: Omit<ToyRunOptions, "transport" | "address" | "store" | "clock">;
  /** Chances and delays of each message. */
  readonly network: { readonly loss: number; readonly double: number; readonly maxDelayMs: number };
  /** Virtual time of one microshard. */
  readonly microshardMs: number;
}

interface SimulatedWorker {
  readonly running: RunningWorker;
  readonly peer: string;
  readonly kill: () => void;
  stalledUntilMs: number;
  partitionedUntilMs: number;
}

const ADDRESS = "memory://simulation";

export function simulate({ seed, run, network, microshardMs }: SimulationOptions): Simulation {
  const clock = new ManualClock();
  const random = new Random("simulation", seed);
  const disk = new MemoryDisk();
  const events: RunProgress[] = [];
  const workers = new Map<string, SimulatedWorker>();
  const partitionOf = new Map<string, SimulatedWorker>();
  let numStarted = 0;
  let coordinator: { readonly running: RunningCoordinator; readonly kill: () => void } | undefined;
  let result: RunResult | undefined;
  let failure: Error | undefined;

  const plan: NetworkPlan = ({ peer }) => {
    if ((partitionOf.get(peer)?.partitionedUntilMs ?? 0) > clock.nowMs()) return [];
    if (random.float() < network.loss) return [];
    const delay = (): number => random.float() * network.maxDelayMs;
    return random.float() < network.double ? [delay(), delay()] : [delay()];
  };
  const net = createMemoryNetwork(clock, plan);

  const simulation: Simulation = {
    clock,
    random,
    events,
    disk,
    async startCoordinator() {
      const life = mortal(clock);
      const running = await startCoordinator(
        toyRun({
          ...run,
          resume: disk.records.length > 0,
          transport: net.transport,
          address: ADDRESS,
          store: disk.open(life.isAlive),
          clock: life.clock,
          onProgress: (event) => {
            if (life.isAlive()) events.push(event);
          },
        }),
      );
      running.finished.then(
        (value) => {
          if (life.isAlive()) result = value;
        },
        (error: unknown) => {
          if (life.isAlive()) failure = error as Error;
        },
      );
      coordinator = {
        running,
        kill: () => {
          life.kill();
          net.killListener(ADDRESS);
        },
      };
    },
    killCoordinator() {
      coordinator?.kill();
    },
    async startWorker() {
      const name = `w${numStarted++}`;
      const life = mortal(clock);
      const state = { stalledUntilMs: 0, partitionedUntilMs: 0 };
      const slowly: PrepareRun = async (config) => {
        const compute = await prepareRun(config);
        const wait = async (): Promise<void> => {
          await sleep(life.clock, microshardMs * (0.5 + random.float()));
          while (state.stalledUntilMs > clock.nowMs()) await sleep(life.clock, 100);
        };
        return {
          ...compute,
          gradient: (...args) => wait().then(() => compute.gradient(...args)),
          evaluate: (...args) => wait().then(() => compute.evaluate(...args)),
        };
      };
      const running = await startWorker({
        joinAddress: ADDRESS,
        name,
        software: "simulation",
        transport: net.transport,
        port: new InlinePort(slowly),
        clock: life.clock,
        logger: silentLogger,
      });
      // Whoever is killed, or outlives the run, never settles: nobody waits for it.
      running.finished.catch((error: unknown) => {
        if (life.isAlive()) failure = error as Error;
      });
      const peer = net.peers.at(-1)!;
      const worker: SimulatedWorker = Object.assign(state, {
        running,
        peer,
        kill: () => {
          life.kill();
          net.kill(peer);
        },
      });
      workers.set(name, worker);
      partitionOf.set(peer, worker);
      return name;
    },
    killWorker(name) {
      workers.get(name)?.kill();
      workers.delete(name);
    },
    leaveWorker(name) {
      workers.get(name)?.running.leave("it was asked to");
      workers.delete(name);
    },
    stallWorker(name, forMs) {
      workers.get(name)!.stalledUntilMs = clock.nowMs() + forMs;
    },
    partitionWorker(name, forMs) {
      workers.get(name)!.partitionedUntilMs = clock.nowMs() + forMs;
    },
    get liveWorkers() {
      return [...workers.keys()];
    },
    async finish(maxMs) {
      const endMs = clock.nowMs() + maxMs;
      while (result === undefined && failure === undefined) {
        // Everything between two points of virtual time is promises; one turn of the loop settles them.
        await new Promise((resolve) => setImmediate(resolve));
        if (!clock.advanceToNext()) throw new Error("nothing is left to happen");
        if (clock.nowMs() > endMs) throw new Error(`not done after ${maxMs} ms of virtual time`);
      }
      if (failure !== undefined) throw failure;
      return result!;
    },
  };
  return simulation;
}
