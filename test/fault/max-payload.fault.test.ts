// F32: a broker that comes back from a restart and takes smaller messages than before.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import {
  type CoordinatorOptions,
  type RunProgress,
  startCoordinator,
  verifyLedger,
} from "../../src/coordinator/index.ts";
import { systemClock } from "../../src/core/index.ts";
import { createMemoryNetwork, natsTransport } from "../../src/transport/index.ts";
import { InlinePort } from "../../src/worker/index.ts";
import { hasNatsServer, type NatsServer, startNatsServer } from "../support/nats-server.ts";
import { prepareRun } from "../support/toy-compute.ts";
import { temporaryDirectory, toyRun, toyWorker } from "../support/toy-run.ts";

const clock = systemClock;
const transport = natsTransport({ clock });
const NUM_STEPS = 8;
/** Two pieces of a megabyte, or nine of what a broker of 256 KB takes. */
const shape = { numSteps: NUM_STEPS, toy: { parameterCount: 400_000 } };

async function broker(maxPayload: string, port = 0): Promise<NatsServer> {
  const file = join(temporaryDirectory(), "nats.conf");
  writeFileSync(file, `max_payload: ${maxPayload}\n`);
  const server = await startNatsServer(port, ["-c", file]);
  onTestFinished(() => server.kill());
  return server;
}

async function undisturbed(training: Partial<CoordinatorOptions["training"]>): Promise<string> {
  const network = createMemoryNetwork(clock);
  const options = { ...shape, training, transport: network.transport, address: "memory://" };
  const coordinator = await startCoordinator(toyRun(options));
  await toyWorker(network.transport, coordinator.address, "only");
  return (await coordinator.finished).parametersDigest;
}

/** A run of two workers over a broker that is exchanged after three steps for one that takes less. */
async function startRun(maxPayload: string, options: Partial<Parameters<typeof toyRun>[0]> = {}) {
  const first = await broker("1MB");
  const runDirectory = temporaryDirectory();
  const events: RunProgress[] = [];
  let second: Promise<NatsServer> | undefined;
  const coordinator = await startCoordinator(
    toyRun({
      ...shape,
      transport,
      runDirectory,
      address: `nats://127.0.0.1:${first.port}/run`,
      // Both must be back before it goes on: it would be over before.
      policy: { expectedWorkers: 2, minWorkers: 2 },
      ...options,
      onProgress: (event) => {
        events.push(event);
        if (event.kind !== "step" || event.step !== 3) return;
        second = first.kill().then(() => broker(maxPayload, first.port));
      },
    }),
  );
  const workers = await Promise.all(
    ["a", "b"].map((name) => toyWorker(transport, coordinator.address, name)),
  );
  return { coordinator, workers, events, runDirectory, first, second: () => second };
}

describe.skipIf(!hasNatsServer)("over NATS", () => {
  test.each<Partial<CoordinatorOptions["training"]>>([
    {},
    { reduction: "mesh" },
    { optimizerState: "replicated" },
    { reduction: "mesh", optimizerState: "replicated" },
  ])(
    "F32: pieces are fitted to a lower max_payload while the run goes on: %j",
    async (training) => {
      const quiet = await undisturbed(training);
      const run = await startRun("256KB", { training });
      const { parametersDigest } = await run.coordinator.finished;
      const log = (await run.second())?.log();
      expect(log).toBeDefined();
      expect(log).not.toMatch(/maximum payload/i);
      expect(parametersDigest).toBe(quiet);
      expect(verifyLedger(run.runDirectory)).toMatchObject({ numSteps: NUM_STEPS, numAlerts: 0 });
      const lost = run.events.flatMap((event) =>
        event.kind === "lost" ? [`${event.worker}: ${event.reason}`] : [],
      );
      const reason = "pieces of 983040 bytes are too large for the broker now";
      expect(lost.toSorted()).toEqual([`a: ${reason}`, `b: ${reason}`]);
      for (const worker of run.workers) expect((await worker.finished).outcome).toBe("finished");
    },
  );

  test("F32: a limit that is too low for training ends the run with what is needed, and it can be resumed", async () => {
    const quiet = await undisturbed({});
    const run = await startRun("32KB");
    const ended = run.workers.map((worker) => worker.finished.catch((error: unknown) => error));
    await expect(run.coordinator.finished).rejects.toMatchObject({
      code: "MAX_PAYLOAD",
      message: expect.stringContaining("up to 32768 bytes, the run needs"),
      hint: expect.stringContaining("max_payload"),
    });
    for (const end of await Promise.all(ended)) {
      // Told by the coordinator, or by the broker itself.
      const { outcome, code } = end as { readonly outcome?: string; readonly code?: string };
      expect(outcome ?? code).toMatch(/^(paused|MAX_PAYLOAD)$/);
    }
    await (await run.second())?.kill();
    const good = await broker("1MB", run.first.port);
    const { runDirectory } = run;
    const address = `nats://127.0.0.1:${good.port}/run`;
    const resumed = await startCoordinator(
      toyRun({ ...shape, transport, address, runDirectory, resume: true }),
    );
    await toyWorker(transport, address, "c");
    expect((await resumed.finished).parametersDigest).toBe(quiet);
  });

  test("F32: a worker that was preparing meanwhile joins with what the broker takes now", async () => {
    const quiet = await undisturbed({});
    const first = await broker("1MB");
    const address = `nats://127.0.0.1:${first.port}/run`;
    const coordinator = await startCoordinator(toyRun({ ...shape, transport, address }));
    let goOn = (): void => {};
    const mayGoOn = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    let isPreparing = (): void => {};
    const preparing = new Promise<void>((resolve) => {
      isPreparing = resolve;
    });
    const slow = new InlinePort(async (...args) => {
      isPreparing();
      await mayGoOn;
      return prepareRun(...args);
    });
    const worker = await toyWorker(transport, address, "slow", { port: slow });
    await preparing;
    await first.kill();
    await broker("256KB", first.port);
    goOn();
    expect((await coordinator.finished).parametersDigest).toBe(quiet);
    expect((await worker.finished).outcome).toBe("finished");
  });

  test("a broker that takes too little is refused before anybody can join", async () => {
    const { port } = await broker("32KB");
    const address = `nats://127.0.0.1:${port}/run`;
    await expect(startCoordinator(toyRun({ ...shape, transport, address }))).rejects.toMatchObject({
      code: "MAX_PAYLOAD",
      exitCode: 69,
    });
  });
});
