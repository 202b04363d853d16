import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AuspexError, EXIT, Random, systemClock, UsageError } from "../../core/index.ts";
import {
  coordinatorKillScenario,
  pauseScenario,
  secondCoordinatorScenario,
} from "../chaos/coordinator-faults.ts";
import { fuzzScenario } from "../chaos/fuzz.ts";
import {
  brokerScenario,
  fewHandlesScenario,
  freePort,
  fullDiskScenario,
  smallerBrokerScenario,
  strangersScenario,
} from "../chaos/machine-faults.ts";
import {
  type Bench,
  prepareBench,
  runScenario,
  type Scenario,
  type ScenarioResult,
} from "../chaos/scenario.ts";
import { twoHostsScenario } from "../chaos/two-hosts.ts";
import { WORKER_FAULTS, workerScenario } from "../chaos/worker-faults.ts";
import { noteLine, printResult, renderTable } from "../output.ts";
import { ownProgram } from "../own-program.ts";

interface ChaosCommandOptions {
  readonly faults?: string;
  readonly list: boolean;
  readonly soak?: number;
  readonly seed: number;
  /** Connections of F15. */
  readonly strangers: number;
  readonly json: boolean;
}

const TITLES: Readonly<Record<string, string>> = {
  ...WORKER_FAULTS,
  F4: "all workers but one SIGKILLed; others come later",
  F8: "the link between two hosts down for seconds, up again (network namespaces, CURVE)",
  F15: "strangers that connect and say anything at all",
  F18: "coordinator SIGKILLed at twelve places where it writes",
  F19: "coordinator SIGSTOPped, SIGCONT later",
  F20: "a second coordinator on the same run",
  F23: "disk full in a checkpoint, then in the journal",
  F26: "workers with a wrong key, an unlisted key, no key",
  F30: "NATS broker SIGKILLed, back after two seconds",
  F32: "NATS broker restarted with a lower max_payload",
  F34: "64 file handles for every process, and strangers take what is left",
};

/** `auspex chaos`: breaks a small run with real processes; exit 1 when one does not end as if nothing had happened. */
export async function chaosCommand(options: ChaosCommandOptions): Promise<void> {
  if (options.list) {
    const faults = Object.entries(TITLES).map(([id, title]) => ({ id, title }));
    printResult(options.json, { faults }, () =>
      renderTable(
        ["fault", "what happens"],
        faults.map(({ id, title }) => [id, title]),
      ),
    );
    return;
  }
  const ids = options.faults?.split(",") ?? Object.keys(TITLES);
  const unknown = ids.find((id) => TITLES[id] === undefined);
  if (unknown !== undefined) {
    throw new UsageError(`no fault ${unknown}; there are ${Object.keys(TITLES).join(", ")}`);
  }
  const directory = mkdtempSync(join(tmpdir(), "auspex-chaos-"));
  try {
    noteLine("training once with nothing in the way");
    const bench = await prepareBench([process.execPath, ...ownProgram()], directory);
    const results =
      options.soak === undefined
        ? await runAll(await scenariosOf(ids, options), bench)
        : await soak(options.soak, options.seed, bench);
    report(results, options.json);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

async function scenariosOf(
  ids: readonly string[],
  { strangers: numStrangers, seed }: ChaosCommandOptions,
): Promise<Scenario[]> {
  const all = [
    ...Object.keys(WORKER_FAULTS).map((id) => workerScenario([id])),
    pauseScenario,
    coordinatorKillScenario(),
    secondCoordinatorScenario,
    fullDiskScenario(),
    strangersScenario(await freePort()),
    twoHostsScenario(),
    brokerScenario(await freePort()),
    smallerBrokerScenario(await freePort()),
    fewHandlesScenario(await freePort()),
    fuzzScenario(await freePort(), numStrangers, seed),
  ];
  return all.filter((scenario) => scenario.ids.some((id) => ids.includes(id)));
}

async function runAll(scenarios: readonly Scenario[], bench: Bench): Promise<ScenarioResult[]> {
  const results: ScenarioResult[] = [];
  for (const scenario of scenarios) {
    const name = scenario.ids.join("+");
    if (scenario.unavailable !== undefined) {
      noteLine(`${name}: skipped, ${scenario.unavailable}`);
      continue;
    }
    const result = await runScenario(scenario, bench);
    noteLine(`${name}: ${result.ok ? "ok" : result.problem} (${result.seconds.toFixed(1)} s)`);
    results.push(result);
  }
  return results;
}

/** Random combinations of the workers' faults and kills of the coordinator until the time is over. */
async function soak(seconds: number, seed: number, bench: Bench): Promise<ScenarioResult[]> {
  const endMs = systemClock.nowMs() + 1000 * seconds;
  const results: ScenarioResult[] = [];
  for (let turn = 0; systemClock.nowMs() < endMs; turn++) {
    const random = new Random("chaos soak", seed, turn);
    const victims = Object.keys(WORKER_FAULTS).filter(() => random.int(2) === 0);
    const others = [coordinatorKillScenario(1 + random.int(4)), pauseScenario];
    const scenario =
      random.int(3) === 0 || victims.length === 0
        ? others[random.int(others.length)]!
        : workerScenario(victims);
    noteLine(`turn ${turn} of seed ${seed}: ${scenario.ids.join("+")}`);
    results.push(...(await runAll([scenario], bench)));
  }
  return results;
}

function report(results: readonly ScenarioResult[], json: boolean): void {
  const numFailed = results.filter(({ ok }) => !ok).length;
  printResult(json, { ok: numFailed === 0, results }, () => [
    ...renderTable(
      ["faults", "same bits, ledger adds up", "seconds", "what happened"],
      results.map(({ ids, ok, seconds, facts, problem }) => [
        ids.join("+"),
        ok ? "yes" : "NO",
        seconds.toFixed(1),
        ok ? facts.join("; ") : (problem?.split("\n")[0] ?? ""),
      ]),
    ),
  ]);
  if (numFailed === 0) return;
  throw new AuspexError("CHAOS", EXIT.checkFailed, `${numFailed} of ${results.length} failed`);
}
