// F14: bytes that are flipped on their way under CURVE. A proxy stands between worker and coordinator.

import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { type RunProgress, startCoordinator, verifyLedger } from "../../src/coordinator/index.ts";
import { Random, systemClock } from "../../src/core/index.ts";
import {
  createIdentity,
  createMemoryNetwork,
  formatPublicIdentity,
  parseAllowList,
  zeroMqTransport,
} from "../../src/transport/index.ts";
import { temporaryDirectory, toyRun, toyWorker } from "../support/toy-run.ts";

const clock = systemClock;
/** Greeting and handshake of CURVE; what comes later is sealed. */
const HANDSHAKE_BYTES = 4096;
const MAX_FLIPS = 6;

interface Flips {
  readonly random: Random;
  count: number;
}

/** Passes bytes on both ways, and flips one bit in some of what a worker sends. */
function passOn(near: Socket, port: number, flips: Flips): void {
  const far = connect(port, "127.0.0.1");
  const end = (): void => {
    near.destroy();
    far.destroy();
  };
  for (const socket of [near, far]) socket.on("error", end).on("close", end);
  far.on("data", (bytes) => near.write(bytes));
  let numBytes = 0;
  near.on("data", (bytes: Buffer) => {
    numBytes += bytes.length;
    if (numBytes > HANDSHAKE_BYTES && flips.count < MAX_FLIPS && flips.random.int(8) === 0) {
      flips.count++;
      bytes[flips.random.int(bytes.length)]! ^= 1 << flips.random.int(8);
    }
    far.write(bytes);
  });
}

async function listen(server: Server, port: number): Promise<number> {
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

/** Two neighbouring ports that lead to two others. @returns the first. */
async function startProxy(target: number, flips: Flips): Promise<number> {
  for (;;) {
    const port = await listen(
      createServer((near) => passOn(near, target, flips)),
      0,
    );
    const second = createServer((near) => passOn(near, target + 1, flips));
    const isFree = await listen(second, port + 1).then(
      () => true,
      () => false,
    );
    if (isFree) return port;
  }
}

test("F14: flipped bytes under CURVE break the connection, not the run, and change no bit of it", async () => {
  const shape = { numSteps: 10, toy: { parameterCount: 20_000 } };
  const network = createMemoryNetwork(clock).transport;
  const quiet = await startCoordinator(
    toyRun({ ...shape, transport: network, address: "memory://" }),
  );
  await toyWorker(network, quiet.address, "only");

  const [server, one, two] = await Promise.all(["server", "one", "two"].map(createIdentity));
  const allowed = parseAllowList(
    [one!, two!].map((identity) => formatPublicIdentity(identity.public)).join("\n"),
    "list",
  );
  const mayConnect = (key: string): boolean => allowed.some(({ curve }) => curve === key);
  const events: RunProgress[] = [];
  const runDirectory = temporaryDirectory();
  const coordinator = await startCoordinator({
    ...toyRun({
      ...shape,
      runDirectory,
      transport: zeroMqTransport({
        clock,
        curve: { role: "server", identity: server!, mayConnect },
      }),
      address: "tcp://127.0.0.1:*",
      policy: { expectedWorkers: 2, chunkBytes: 16_384, resendMs: 300, joinWindowMs: 60_000 },
      onProgress: (event) => events.push(event),
    }),
    admitted: () => allowed,
  });
  const flips = { random: new Random("flips", 1), count: 0 };
  const port = Number(coordinator.address.split(":").at(-1));
  const proxy = await startProxy(port, flips);
  const join = (identity: typeof one, address: string) =>
    toyWorker(
      zeroMqTransport({
        clock,
        curve: { role: "client", identity: identity!, serverKey: server!.public.curve },
      }),
      address,
      identity!.public.name,
      { identity: identity! },
    );
  const workers = [
    await join(one, `tcp://127.0.0.1:${proxy}`),
    await join(two, coordinator.address),
  ];
  const { parametersDigest } = await coordinator.finished;
  expect(flips.count).toBeGreaterThan(0);
  expect(parametersDigest).toBe((await quiet.finished).parametersDigest);
  expect(verifyLedger(runDirectory)).toMatchObject({ numSteps: 10, numAlerts: 0 });
  // What does not open may be told as a stranger's; nobody is turned away for it.
  const told = events.flatMap((event) => (event.kind === "refused" ? [event.text] : []));
  expect(told.filter((text) => !text.includes("damaged on their way"))).toEqual([]);
  for (const worker of workers) expect((await worker.finished).outcome).toBe("finished");
});
