// Faults of the coordinator: killed at every place where it writes, stopped, started twice, alone.

import { sleep, systemClock } from "../../core/index.ts";
import { ChaosError } from "./cluster.ts";
import { expectEnd, expectFired, type Outcome, type Scenario, stopAfter } from "./scenario.ts";

/** In the order in which a run meets them. */
const WRITE_POSITIONS = [
  "coordinator.journal:record=class:at=before",
  "coordinator.journal:record=incarnation:at=after",
  "coordinator.journal:record=commit:step=2:at=before",
  "coordinator.journal:record=commit:step=3:at=torn",
  "coordinator.journal:record=commit:step=5:at=after",
  "coordinator.checkpoint:step=8:at=before",
  "coordinator.checkpoint:step=12:at=during",
  "coordinator.journal:record=checkpoint:step=16:at=before",
  "coordinator.journal:record=checkpoint:step=20:at=after",
  "coordinator.journal:record=evaluation:step=25:at=before",
  "coordinator.journal:record=evaluation:step=30:at=after",
  "coordinator.journal:record=done:at=after",
];

/** F18. @param every Only each so-manyth place. */
export function coordinatorKillScenario(every = 1): Scenario {
  const positions = WRITE_POSITIONS.filter((_, i) => i % every === every - 1);
  return {
    ids: ["F18"],
    async run(cluster): Promise<Outcome> {
      for (const name of ["a", "b"]) cluster.startWorker(name);
      for (const position of positions) {
        const doomed = cluster.startCoordinator([`${position}:kill`], 2);
        await expectFired(cluster, doomed, doomed).catch(async (error: unknown) => {
          // Fired and dead are the same moment; only a run that ended otherwise is a problem.
          if ((await doomed.ended).status !== "SIGKILL") throw error;
        });
        await expectEnd(doomed, "SIGKILL");
      }
      const coordinator = cluster.startCoordinator();
      return { coordinator, facts: [`F18 fired at ${positions.length} places`] };
    },
  };
}

/** F19 and F20: while the coordinator is stopped, a second one on its directory is turned away. */
export const secondCoordinatorScenario: Scenario = {
  ids: ["F19", "F20"],
  async run(cluster): Promise<Outcome> {
    const coordinator = cluster.startCoordinator([stopAfter(3)], 2);
    for (const name of ["a", "b"]) cluster.startWorker(name);
    await expectFired(cluster, coordinator, coordinator);
    const before = cluster.commits().length;
    const stderr = await expectEnd(cluster.startCoordinator(), 75);
    if (!stderr.includes("is in use by process")) {
      throw new ChaosError(`the second coordinator does not say why: ${stderr}`);
    }
    const during = cluster.commits().length;
    if (during !== before) throw new ChaosError("a step was committed by a stopped coordinator");
    await cluster.resume(coordinator);
    return { coordinator, facts: ["F19 stopped after step 3", "F20 ended with 75"] };
  },
};

const PAUSE_LOOK_MS = 500;

/** F4: all workers but one die at once; the run waits for others. */
export const pauseScenario: Scenario = {
  ids: ["F4"],
  options: () => ({ coordinatorArguments: ["--min-workers", "3"] }),
  async run(cluster): Promise<Outcome> {
    const coordinator = cluster.startCoordinator([], 3);
    cluster.startWorker("spared");
    const doomed = ["a", "b"].map((name) => cluster.startWorker(name, ["worker.push:step=4:kill"]));
    for (const proc of doomed) await expectEnd(proc, "SIGKILL");
    // The step in progress may still be done by who is left.
    await sleep(systemClock, PAUSE_LOOK_MS);
    const before = cluster.commits().length;
    await sleep(systemClock, PAUSE_LOOK_MS);
    if (cluster.commits().length !== before) {
      throw new ChaosError("steps were committed with fewer than --min-workers workers");
    }
    for (const name of ["c", "d"]) cluster.startWorker(name);
    return { coordinator, facts: [`F4 paused after step ${before}`] };
  },
};
