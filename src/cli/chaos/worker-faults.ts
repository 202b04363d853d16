// Faults of workers, any number in one run: each has a victim of its own, and one worker is left alone.

import { ChaosError, type Cluster, type Proc } from "./cluster.ts";
import type { Position } from "./failpoint.ts";
import { expectEnd, expectFired, type Outcome, type Scenario } from "./scenario.ts";

interface WorkerFault {
  readonly title: string;
  readonly failpoint: (step: number) => string;
  /** How the victim ends; undefined: it lives. */
  readonly status?: number | string;
  /** Whether the commit of the step has a node of the victim: `never` when nothing of it had arrived whole. */
  readonly counts: "never" | "once" | "either";
}

const FAULTS: Readonly<Record<string, WorkerFault>> = {
  F1: {
    title: "worker SIGKILLed before the first piece of a gradient",
    failpoint: (step) => `worker.push:step=${step}:chunk=0:kill`,
    status: "SIGKILL",
    counts: "never",
  },
  F2: {
    title: "worker SIGKILLed in the middle of a gradient",
    failpoint: (step) => `worker.push:step=${step}:chunk=3:kill`,
    status: "SIGKILL",
    counts: "never",
  },
  F3: {
    title: "worker SIGKILLed when all was delivered, before it reads the acknowledgement",
    failpoint: (step) => `worker.pushed:step=${step}:kill`,
    status: "SIGKILL",
    counts: "once",
  },
  F5: {
    title: "worker SIGSTOPped with a lease, SIGCONT two steps later",
    failpoint: (step) => `worker.lease:step=${step}:stop`,
    counts: "never",
  },
  F6: {
    title: "worker's main thread busy, its sockets alive",
    failpoint: (step) => `worker.lease:step=${step}:busy=2500`,
    counts: "either",
  },
  F7: {
    title: "worker's compute thread throws",
    failpoint: (step) => `worker.compute:step=${step}:throw`,
    status: 70,
    counts: "never",
  },
};

export const WORKER_FAULTS: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(FAULTS).map(([id, { title }]) => [id, title]),
);

/** @param ids Of {@link WORKER_FAULTS}. */
export function workerScenario(ids: readonly string[]): Scenario {
  return {
    ids,
    async run(cluster): Promise<Outcome> {
      const coordinator = cluster.startCoordinator([], ids.length + 1);
      cluster.startWorker("spared");
      const victims = ids.map((id, i) => {
        const fault = FAULTS[id]!;
        // One after the other, with steps between in which nothing happens.
        return {
          id,
          fault,
          proc: cluster.startWorker(`victim-${id}`, [fault.failpoint(3 + 4 * i)]),
        };
      });
      const facts = await Promise.all(
        victims.map(async ({ id, fault, proc }) => {
          const position = await expectFired(cluster, proc, coordinator);
          await afterwards(cluster, proc, fault, position);
          return `${id} fired at ${JSON.stringify(position)}`;
        }),
      );
      return { coordinator, facts };
    },
  };
}

async function afterwards(
  cluster: Cluster,
  proc: Proc,
  fault: WorkerFault,
  position: Position,
): Promise<void> {
  const step = Number(position["step"]);
  if (fault.status !== undefined) await expectEnd(proc, fault.status);
  await cluster.untilStep(step);
  const commit = cluster.commits().find((known) => known.step === step)!;
  const count = commit.nodes.filter(([, , by]) => by === proc.name).length;
  if (fault.counts === "never" && count > 0) {
    throw new ChaosError(
      `step ${step} counts ${count} nodes of ${proc.name}, which delivered none`,
    );
  }
  if (fault.counts === "once" && count === 0) {
    throw new ChaosError(`step ${step} counts nothing of ${proc.name}, which had delivered`);
  }
  if (fault.status !== undefined || fault.counts === "either") return;
  await cluster.untilStep(step + 2);
  await cluster.resume(proc);
}
