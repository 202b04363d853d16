// A whole cluster in one process and in virtual time: every message, timer, crash and stall comes from a seed,
// so a failure repeats from its number. Nothing waits for a real clock.

import {
  type RunningCoordinator,
  type RunProgress,
  type RunResult,
  startCoordinator,
} from "../../src/coordinator/index.ts";
import { type Clock, ManualClock, Random, silentLogger, sleep } from "../../src/core/index.ts";
import {
  createMemoryNetwork,
  type NetworkPlan,
  type Transport,
} from "../../src/transport/index.ts";
import {
  InlinePort,
  type PrepareRun,
  type RunningWorker,
  startWorker,
} from "../../src/worker/index.ts";
import { MemoryDisk } from "./memory-disk.ts";
import { type Direction, SimulatedLink } from "./simulated-link.ts";
import { prepareRun } from "./toy-compute.ts";
import { type ToyRunOptions, toyRun } from "./toy-options.ts";

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

/** A transport whose connections and listeners are silent after `kill`: the process is gone. */
function mortalTransport(
  transport: Transport,
  isAlive: () => boolean,
  onConnected: () => void,
): Transport {
  return {
    ...transport,
    listen: async (address, events) => {
      const listener = await transport.listen(address, {
        ...events,
        message: (peer, wire) => isAlive() && events.message(peer, wire),
      });
      return { ...listener, send: (peer, wire) => isAlive() && listener.send(peer, wire) };
    },
    connect: (address, events) => {
      const connecting = transport.connect(address, {
        ...events,
        message: (wire) => isAlive() && events.message(wire),
      });
      onConnected();
      return connecting.then((connection) => ({
        ...connection,
        send: (wire) => isAlive() && connection.send(wire),
      }));
    },
  };
}

export interface Simulation {
  readonly clock: ManualClock;
  readonly random: Random;
  readonly events: readonly RunProgress[];
  /** What workers with a tampered replica ended with. */
  readonly refusals: readonly Error[];
  readonly disk: MemoryDisk;
  startCoordinator(): Promise<void>;
  killCoordinator(): void;
  /** @returns its name. */
  startWorker(tamper?: Tamper, replica?: TamperedReplica): Promise<string>;
  killWorker(name: string): void;
  leaveWorker(name: string): void;
  /** The worker's computing stands still for a while; its heart goes on beating. */
  stallWorker(name: string, forMs: number): void;
  /** No message from or to a worker crosses for a while, or none in one direction. */
  partitionWorker(name: string, forMs: number, direction?: Direction): void;
  /** Each direction of a worker's link carries no more than so many bytes a second for a while, one message after the other. */
  throttleWorker(name: string, bytesPerSecond: number, forMs: number): void;
  /** The most bytes of arrays that have been on their way to or from a worker at once. */
  mostPayloadBytesUnderWay(name: string): number;
  readonly liveWorkers: readonly string[];
  /** Runs until the run has ended. @throws when it has not after so much virtual time. */
  finish(maxMs: number): Promise<RunResult>;
}

/** Changes what a worker computed. */
export type Tamper = (gradient: Float32Array, step: number) => void;

/** Changes what a worker that applies the optimizer has after an update. Such a worker may be turned away. */
export type TamperedReplica = (parameters: Float32Array, revision: number) => void;

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
  readonly kill: () => void;
  readonly link: SimulatedLink;
  stalledUntilMs: number;
}

/** A port that takes its time to apply an update. */
class SlowlyApplying extends InlinePort {
  readonly #wait: () => Promise<void>;

  constructor(prepareRun: PrepareRun, wait: () => Promise<void>) {
    super(prepareRun);
    this.#wait = wait;
  }

  override apply(update: Parameters<InlinePort["apply"]>[0]): void {
    void this.#wait().then(() => super.apply(update));
  }
}

const ADDRESS = "memory://simulation";

export function simulate({ seed, run, network, microshardMs }: SimulationOptions): Simulation {
  const clock = new ManualClock();
  const random = new Random("simulation", seed);
  const disk = new MemoryDisk();
  const events: RunProgress[] = [];
  const refusals: Error[] = [];
  const workers = new Map<string, SimulatedWorker>();
  const linkOf = new Map<string, SimulatedLink>();
  let numStarted = 0;
  let coordinator: { readonly running: RunningCoordinator; readonly kill: () => void } | undefined;
  let result: RunResult | undefined;
  let failure: Error | undefined;

  const plan: NetworkPlan = ({ peer, direction, wire }) => {
    const link = linkOf.get(peer);
    if (link?.isCut(direction) === true) return [];
    if (random.float() < network.loss) return [];
    const queuedMs = link?.cross(direction, wire) ?? 0;
    const delay = (): number => queuedMs + random.float() * network.maxDelayMs;
    return random.float() < network.double ? [delay(), delay()] : [delay()];
  };
  const net = createMemoryNetwork(clock, plan);

  const simulation: Simulation = {
    clock,
    random,
    events,
    refusals,
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
    async startWorker(tamper, tamperReplica) {
      const name = `w${numStarted++}`;
      const life = mortal(clock);
      const state = { stalledUntilMs: 0, link: new SimulatedLink(clock) };
      const peers: string[] = [];
      const transport = mortalTransport(net.transport, life.isAlive, () => {
        const peer = net.peers.at(-1)!;
        peers.push(peer);
        linkOf.set(peer, state.link);
      });
      const slowly: PrepareRun = async (config, local, fetch) => {
        const compute = await prepareRun(config, local, fetch);
        const wait = async (): Promise<void> => {
          await sleep(life.clock, microshardMs * (0.5 + random.float()));
          while (state.stalledUntilMs > clock.nowMs()) await sleep(life.clock, 100);
        };
        return {
          ...compute,
          openReplica: (allocate) => {
            const replica = compute.openReplica?.(allocate);
            return (
              replica && {
                ...replica,
                finishStep: (parameters, revision) => {
                  replica.finishStep?.(parameters, revision);
                  tamperReplica?.(parameters, revision);
                },
              }
            );
          },
          gradient: async (parameters, revision, step, microshard, out, control) => {
            await wait();
            const leaf = await compute.gradient(
              parameters,
              revision,
              step,
              microshard,
              out,
              control,
            );
            tamper?.(out, step);
            return leaf;
          },
          evaluate: (...args) => wait().then(() => compute.evaluate(...args)),
        };
      };
      const running = await startWorker({
        joinAddress: ADDRESS,
        name,
        software: "simulation",
        transport,
        port: new SlowlyApplying(slowly, async () => {
          await sleep(life.clock, microshardMs * random.float());
          while (state.stalledUntilMs > clock.nowMs()) await sleep(life.clock, 100);
        }),
        clock: life.clock,
        logger: silentLogger,
      });
      // Whoever is killed, or outlives the run, never settles: nobody waits for it.
      running.finished.catch((error: unknown) => {
        if (tamperReplica !== undefined) refusals.push(error as Error);
        else if (life.isAlive()) failure = error as Error;
      });
      const worker: SimulatedWorker = Object.assign(state, {
        running,
        kill: () => {
          life.kill();
          for (const peer of peers) net.kill(peer);
        },
      });
      workers.set(name, worker);
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
    partitionWorker(name, forMs, direction) {
      workers.get(name)!.link.cut(forMs, direction);
    },
    throttleWorker(name, bytesPerSecond, forMs) {
      workers.get(name)!.link.throttle(bytesPerSecond, forMs);
    },
    mostPayloadBytesUnderWay: (name) => workers.get(name)!.link.mostPayloadBytes,
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

/** Of virtual time: far more than any of these runs needs. */
export const HOUR_MS = 3_600_000;

export type RunShape = Omit<SimulationOptions, "seed">;

/** Loses nothing and doubles nothing. */
export const GOOD_NETWORK = { loss: 0, double: 0, maxDelayMs: 1 };

/** A run of a few steps whose arrays travel in several pieces. */
export const SMALL_RUN: RunShape = {
  run: {
    numSteps: 5,
    toy: { parameterCount: 64, globalBatchSize: 16, numMicroshards: 8 },
    training: { evalEverySteps: 2, checkpointEverySteps: 2 },
    policy: {
      joinWindowMs: 100,
      chunkBytes: 64,
      windowBytes: 256,
      resendMs: 300,
      leaseMinMs: 1000,
      auditEverySteps: 2,
    },
  },
  network: GOOD_NETWORK,
  microshardMs: 20,
};

/** A run with other values of some keys. */
export function withRun(shape: RunShape, run: SimulationOptions["run"]): RunShape {
  const { toy, training, policy } = shape.run;
  return {
    ...shape,
    run: {
      ...shape.run,
      ...run,
      toy: { ...toy, ...run.toy },
      training: { ...training, ...run.training },
      policy: { ...policy, ...run.policy },
    },
  };
}

/** A coordinator and its first workers. */
export async function startSimulation(
  options: SimulationOptions,
  numWorkers: number,
): Promise<Simulation> {
  const simulation = simulate(options);
  await simulation.startCoordinator();
  for (let i = 0; i < numWorkers; i++) await simulation.startWorker();
  return simulation;
}

const known = new Map<string, Promise<RunResult>>();

/** What one worker comes to when nothing goes wrong; computed once for each run. */
export function undisturbed({ run, ...rest }: RunShape): Promise<RunResult> {
  const key = JSON.stringify(run);
  const result =
    known.get(key) ??
    startSimulation({ ...rest, run, network: GOOD_NETWORK, seed: 0 }, 1).then((simulation) =>
      simulation.finish(HOUR_MS),
    );
  known.set(key, result);
  return result;
}

/** Loses and doubles one message in twenty, and overtakes. */
export const BAD_NETWORK = { loss: 0.05, double: 0.05, maxDelayMs: 40 };

/** Does `happen` at random times until the run ends. */
export function disturb(simulation: Simulation, everyMs: number, happen: () => void): void {
  simulation.clock.after(everyMs * (0.2 + 1.6 * simulation.random.float()), () => {
    happen();
    disturb(simulation, everyMs, happen);
  });
}

/** One thing, drawn at random, that happens to a worker: it is killed, leaves, stalls or is cut off; or another comes. */
export function disturbWorker(simulation: Simulation): void {
  const { liveWorkers, random } = simulation;
  const worker = liveWorkers[random.int(liveWorkers.length)];
  const kind = random.int(5);
  if (worker === undefined || kind === 0) void simulation.startWorker();
  else if (kind === 1) simulation.killWorker(worker);
  else if (kind === 2) simulation.leaveWorker(worker);
  else if (kind === 3) simulation.stallWorker(worker, 20_000);
  else simulation.partitionWorker(worker, 8000);
}

/** Kills the coordinator at random times, once at least and so many times at most, and starts it again. */
export function disturbCoordinator(
  simulation: Simulation,
  everyMs: number,
  maxKills: number,
): void {
  let numKills = 0;
  const kill = (): void => {
    if (numKills++ >= maxKills) return;
    simulation.killCoordinator();
    void simulation.startCoordinator();
  };
  // Before the shortest run is over.
  simulation.clock.after(everyMs * (0.1 + 0.2 * simulation.random.float()), () => {
    kill();
    disturb(simulation, everyMs, kill);
  });
}
