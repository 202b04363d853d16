// Real processes, the real model, real signals: `auspex chaos` as a test. Several faults share a run where each
// has a victim of its own.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  coordinatorKillScenario,
  secondCoordinatorScenario,
} from "../../src/cli/chaos/coordinator-faults.ts";
import { fuzzScenario } from "../../src/cli/chaos/fuzz.ts";
import {
  brokerScenario,
  fewHandlesScenario,
  freePort,
  fullDiskScenario,
  smallerBrokerScenario,
  strangersScenario,
} from "../../src/cli/chaos/machine-faults.ts";
import {
  type Bench,
  prepareBench,
  runScenario,
  type Scenario,
} from "../../src/cli/chaos/scenario.ts";
import { twoHostsScenario } from "../../src/cli/chaos/two-hosts.ts";
import { workerScenario } from "../../src/cli/chaos/worker-faults.ts";

const MAIN = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url));
const PROGRAM = [process.execPath, "--import", import.meta.resolve("tsx"), MAIN];
const TIMEOUT_MS = 400_000;

let directory: string;
let bench: Bench;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "auspex-test-"));
  bench = await prepareBench(PROGRAM, directory);
}, TIMEOUT_MS);

afterAll(() => rmSync(directory, { recursive: true, force: true }));

const scenarios: [string, Scenario][] = [
  ["workers are killed, stopped and broken", workerScenario(["F1", "F2", "F3", "F5", "F7"])],
  // Every fourth place here; `auspex chaos --faults F18` has all twelve.
  ["the coordinator is killed where it writes", coordinatorKillScenario(4)],
  ["a second coordinator comes while the first is stopped", secondCoordinatorScenario],
  ["the disk is full", fullDiskScenario()],
  ["strangers come", strangersScenario(await freePort())],
  ["the link between two hosts is down for seconds", twoHostsScenario()],
  ["strangers say anything at all", fuzzScenario(await freePort(), 2000)],
  ["the broker dies", brokerScenario(await freePort())],
  ["the broker comes back and takes less", smallerBrokerScenario(await freePort())],
  ["there are few file handles", fewHandlesScenario(await freePort())],
];

for (const [name, scenario] of scenarios) {
  const { ids, unavailable } = scenario;
  if (unavailable !== undefined)
    process.stderr.write(`${ids.join(", ")} skipped: ${unavailable}\n`);
  test.skipIf(unavailable !== undefined)(
    `${ids.join(", ")}: ${name}; the bits are those of an undisturbed run`,
    async () => {
      const { ok, problem, facts } = await runScenario(scenario, bench);
      expect(problem).toBeUndefined();
      expect(ok).toBe(true);
      for (const id of ids) expect(facts.some((fact) => fact.startsWith(id))).toBe(true);
    },
    TIMEOUT_MS,
  );
}
