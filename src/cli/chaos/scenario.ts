// One broken run from start to verdict: starts it, lets the faults happen, and checks what holds for all of
// them: every fault fired, the ledger adds up, the parameters are those of a run that nothing happened to.

import { join } from "node:path";
import { verifyLedger } from "../../coordinator/index.ts";
import { messageOf, systemClock } from "../../core/index.ts";
import { ChaosError, Cluster, type ClusterOptions, type Ending, type Proc } from "./cluster.ts";
import { type Fixture, writeFixture } from "./fixture.ts";

export interface Bench {
  readonly program: readonly string[];
  readonly directory: string;
  readonly fixture: Fixture;
  /** SHA-256 of the parameters of the undisturbed run. */
  readonly referenceDigest: string;
}

export interface Scenario {
  /** The faults of the table that happen in it. */
  readonly ids: readonly string[];
  /** Why it cannot be had on this machine. */
  readonly unavailable?: string;
  readonly options?: (bench: Bench) => Partial<ClusterOptions>;
  /**
   * Starts processes and lets the faults happen.
   *
   * @returns the coordinator whose end is the end of the run, and what is worth telling.
   */
  readonly run: (cluster: Cluster, bench: Bench) => Promise<Outcome>;
}

export interface Outcome {
  readonly coordinator: Proc;
  readonly facts: readonly string[];
}

export interface ScenarioResult {
  readonly ids: readonly string[];
  readonly ok: boolean;
  readonly facts: readonly string[];
  readonly problem: string | undefined;
  readonly seconds: number;
}

const NUM_STEPS = 40;
let numRuns = 0;

/** Writes the fixture and trains it once with nothing in its way. */
export async function prepareBench(
  program: readonly string[],
  directory: string,
  numSteps = NUM_STEPS,
): Promise<Bench> {
  const fixture = writeFixture(join(directory, "fixture"), numSteps);
  const cluster = new Cluster(clusterOptions({ program, directory, fixture, referenceDigest: "" }));
  try {
    const coordinator = cluster.startCoordinator();
    cluster.startWorker("only");
    const referenceDigest = await digestOf(cluster, coordinator);
    return { program, directory, fixture, referenceDigest };
  } finally {
    await cluster.close();
  }
}

export async function runScenario(scenario: Scenario, bench: Bench): Promise<ScenarioResult> {
  const startMs = systemClock.nowMs();
  const { ids } = scenario;
  const options = { ...clusterOptions(bench), ...scenario.options?.(bench) };
  const cluster = new Cluster(options);
  const verdict = (problem: string | undefined, facts: readonly string[]): ScenarioResult => ({
    ids,
    ok: problem === undefined,
    facts,
    problem,
    seconds: (systemClock.nowMs() - startMs) / 1000,
  });
  try {
    const { coordinator, facts } = await scenario.run(cluster, bench);
    const digest = await digestOf(cluster, coordinator);
    if (digest !== bench.referenceDigest) {
      return verdict(`the parameters are ${digest}, undisturbed ${bench.referenceDigest}`, facts);
    }
    const { numSteps, numAlerts } = verifyLedger(options.runDirectory);
    if (numSteps !== bench.fixture.numSteps) {
      return verdict(`the ledger has ${numSteps} steps of ${bench.fixture.numSteps}`, facts);
    }
    if (numAlerts > 0) return verdict(`the ledger has ${numAlerts} alerts`, facts);
    return verdict(undefined, facts);
  } catch (error) {
    return verdict(`${messageOf(error)}\n${cluster.said()}`, []);
  } finally {
    await cluster.close();
  }
}

function clusterOptions({ program, directory, fixture }: Bench): ClusterOptions {
  const runDirectory = join(directory, `run-${++numRuns}`);
  return { program, fixture, runDirectory, address: `ipc://${runDirectory}.sock` };
}

/** The end of a run that must be a good one. */
async function digestOf(cluster: Cluster, coordinator: Proc): Promise<string> {
  let ending: Ending | undefined;
  void coordinator.ended.then((value) => {
    ending = value;
  });
  await cluster.until("the end of the run", () => ending !== undefined);
  const { status, stdout, stderr } = ending!;
  if (status !== 0) {
    throw new ChaosError(
      `the coordinator ended with ${status}: ${stderr.trim()}\n${cluster.said()}`,
    );
  }
  return (JSON.parse(stdout) as { readonly parametersDigest: string }).parametersDigest;
}

/** Resolves when the fault of a process has fired. @throws {ChaosError} when the run was over before. */
export async function expectFired(cluster: Cluster, proc: Proc, coordinator: Proc) {
  const over = coordinator.ended.then(() => {
    throw new ChaosError(`the run was over before the fault of ${proc.name} fired`);
  });
  over.catch(() => {});
  return Promise.race([cluster.untilFired(proc), over]);
}

/** A failpoint at which the coordinator stops itself once a step is committed, so that nothing runs on meanwhile. */
export function stopAfter(step: number): string {
  return `coordinator.journal:record=commit:step=${step}:at=after:stop`;
}

/** @throws {ChaosError} when a process did not end as it should. */
export async function expectEnd(proc: Proc, status: number | string): Promise<string> {
  const ending = await proc.ended;
  if (ending.status === status) return ending.stderr;
  throw new ChaosError(
    `${proc.name} ended with ${ending.status}, not ${status}: ${ending.stderr.trim()}`,
  );
}
