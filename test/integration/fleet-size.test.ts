// The result does not depend on how many workers there are, nor on what carries their messages.

import { afterAll, describe, expect, test } from "vitest";
import { type RunResult, startCoordinator } from "../../src/coordinator/index.ts";
import { systemClock } from "../../src/core/index.ts";
import {
  createMemoryNetwork,
  natsTransport,
  type Transport,
  zeroMqTransport,
} from "../../src/transport/index.ts";
import { hasNatsServer, type NatsServer, startNatsServer } from "../support/nats-server.ts";
import { temporaryDirectory, toyRun, toyWorker } from "../support/toy-run.ts";

const clock = systemClock;
const SIZES = [1, 2, 3, 5, 8];

async function train(numWorkers: number, transport: Transport, address: string) {
  const coordinator = await startCoordinator(
    toyRun({ transport, address, policy: { expectedWorkers: numWorkers } }),
  );
  const names = Array.from({ length: numWorkers }, (_, i) => `w${i}`);
  const workers = await Promise.all(
    names.map((name) => toyWorker(transport, coordinator.address, name)),
  );
  const result = await coordinator.finished;
  for (const worker of workers) expect((await worker.finished).outcome).toBe("finished");
  return result;
}

let known: Promise<RunResult> | undefined;
const reference = (): Promise<RunResult> =>
  (known ??= train(1, createMemoryNetwork(clock).transport, "memory://here"));

async function expectSameBits(numWorkers: number, transport: Transport, address: string) {
  const { parametersDigest, evaluationLoss } = await train(numWorkers, transport, address);
  expect(parametersDigest).toBe((await reference()).parametersDigest);
  expect(evaluationLoss).toBe((await reference()).evaluationLoss);
}

test.each(SIZES)("%i workers over tcp", (numWorkers) =>
  expectSameBits(numWorkers, zeroMqTransport({ clock }), "tcp://127.0.0.1:*"),
);

test.each(SIZES)("%i workers over ipc", (numWorkers) =>
  expectSameBits(numWorkers, zeroMqTransport({ clock }), `ipc://${temporaryDirectory()}/s`),
);

describe.skipIf(!hasNatsServer)("NATS", () => {
  let server: NatsServer | undefined;
  afterAll(() => server?.kill());

  test.each(SIZES)("%i workers over NATS", async (numWorkers) => {
    server ??= await startNatsServer();
    const address = `nats://127.0.0.1:${server.port}/fleet${numWorkers}`;
    await expectSameBits(numWorkers, natsTransport({ clock }), address);
  });
});
