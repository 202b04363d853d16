// Workers without data, over the transports that a network has: the bits are those of a run that had its data at hand.

import { expect, onTestFinished, test } from "vitest";
import { type RunResult, startCoordinator } from "../../src/coordinator/index.ts";
import { systemClock } from "../../src/core/index.ts";
import {
  createIdentity,
  createMemoryNetwork,
  type Identity,
  natsTransport,
  type Transport,
  zeroMqTransport,
} from "../../src/transport/index.ts";
import { hasNatsServer, startNatsServer } from "../support/nats-server.ts";
import { toyBlock } from "../support/toy-compute.ts";
import { toyRun, toyWorker } from "../support/toy-run.ts";

const clock = systemClock;

/** Two workers that need a part of the data for every microshard, in pieces of 64 bytes. */
async function train(
  transport: Transport,
  address: string,
  streamed: boolean,
  atWorkers = transport,
): Promise<{ readonly result: RunResult; readonly numRead: number }> {
  let numRead = 0;
  const coordinator = await startCoordinator(
    toyRun({
      transport,
      address,
      toy: { streamed },
      policy: { expectedWorkers: 2, chunkBytes: 64 },
      readPart: (_source, part) => {
        numRead++;
        return Promise.resolve(toyBlock(part.kind === "block" ? part.block : 0));
      },
    }),
  );
  const workers = await Promise.all(
    ["a", "b"].map((name) => toyWorker(atWorkers, coordinator.address, name)),
  );
  const result = await coordinator.finished;
  for (const worker of workers) expect((await worker.finished).outcome).toBe("finished");
  return { result, numRead };
}

async function expectSameBits(transport: Transport, address: string, atWorkers?: Transport) {
  const atHand = await train(createMemoryNetwork(clock).transport, "memory://run", false);
  const { result, numRead } = await train(transport, address, true, atWorkers);
  expect(result.parametersDigest).toBe(atHand.result.parametersDigest);
  expect(atHand.numRead).toBe(0);
  // Six steps of eight microshards.
  expect(numRead).toBeGreaterThanOrEqual(48);
}

test("streamed data over ZeroMQ tcp with CURVE", async () => {
  const [server, worker] = (await Promise.all(["server", "worker"].map(createIdentity))) as [
    Identity,
    Identity,
  ];
  const atCoordinator = zeroMqTransport({
    clock,
    curve: {
      role: "server",
      identity: server,
      mayConnect: (key) => key === worker.public.curve,
    },
  });
  const curve = { role: "client", identity: worker, serverKey: server.public.curve } as const;
  await expectSameBits(atCoordinator, "tcp://127.0.0.1:*", zeroMqTransport({ clock, curve }));
});

test.skipIf(!hasNatsServer)("streamed data over NATS", async () => {
  const broker = await startNatsServer();
  onTestFinished(() => broker.kill());
  await expectSameBits(natsTransport({ clock }), `nats://127.0.0.1:${broker.port}/run`);
});
