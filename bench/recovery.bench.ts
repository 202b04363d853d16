// How long a fleet stands still when a process is killed: from SIGKILL of a worker in the middle of a gradient,
// and of the coordinator after a commit, to the next new commit. Real processes and the fault fixture; the
// coordinator is started again at once, and its start is part of the time.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Cluster, type Proc } from "../src/cli/chaos/cluster.ts";
import { writeFixture } from "../src/cli/chaos/fixture.ts";
import { expectEnd, expectFired } from "../src/cli/chaos/scenario.ts";
import { printRows, spreadOf } from "./measure.ts";

const MAIN = fileURLToPath(new URL("../src/cli/main.ts", import.meta.url));
const PROGRAM = [process.execPath, "--import", import.meta.resolve("tsx"), MAIN];
const REPEATS = Number(process.env["AUSPEX_BENCH_REPEATS"] ?? 3);

async function untilNextCommit(cluster: Cluster, dead: Proc, act: () => Proc | undefined) {
  await expectEnd(dead, "SIGKILL");
  const startMs = performance.now();
  const { length } = cluster.commits();
  act();
  await cluster.until("the next commit", () => cluster.commits().length > length);
  return performance.now() - startMs;
}

async function measure(directory: string, name: string, index: number): Promise<number> {
  const fixture = writeFixture(join(directory, "fixture"), 60);
  const runDirectory = join(directory, `${name}-${index}`);
  const cluster = new Cluster({
    program: PROGRAM,
    fixture,
    runDirectory,
    address: `ipc://${runDirectory}.sock`,
  });
  try {
    const isWorker = name === "worker";
    const killed = "coordinator.journal:record=commit:step=10:at=after:kill";
    const coordinator = cluster.startCoordinator(isWorker ? [] : [killed], 3);
    for (const other of ["a", "b"]) cluster.startWorker(other);
    const doomed = cluster.startWorker("c", isWorker ? ["worker.push:step=10:chunk=3:kill"] : []);
    const victim = isWorker ? doomed : coordinator;
    await expectFired(cluster, victim, coordinator);
    return await untilNextCommit(cluster, victim, () =>
      isWorker ? undefined : cluster.startCoordinator(),
    );
  } finally {
    await cluster.close();
  }
}

export async function main(): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), "auspex-bench-"));
  try {
    const rows: string[][] = [];
    for (const name of ["worker", "coordinator"]) {
      const times: number[] = [];
      for (let i = 0; i < REPEATS; i++) times.push(await measure(directory, name, i));
      const each = times.map((ms) => ms.toFixed(0)).join(" ");
      rows.push([name, spreadOf(times).median.toFixed(0), each]);
    }
    printRows(["killed", "ms to the next commit, median", "each"], rows);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
