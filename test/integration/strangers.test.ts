// Who does not belong is told why, on both sides, within a second of virtual time; and nothing that strangers
// send, new, recorded or random, moves the run.

import { describe, expect, test } from "vitest";
import { type RunProgress, startCoordinator } from "../../src/coordinator/index.ts";
import { ManualClock, Random, systemClock } from "../../src/core/index.ts";
import {
  decodeMessage,
  encodeMessage,
  type Message,
  type WireMessage,
} from "../../src/protocol/index.ts";
import { createMemoryNetwork, type Transport } from "../../src/transport/index.ts";
import { InlinePort } from "../../src/worker/index.ts";
import { passTime } from "../support/pass-time.ts";
import { prepareRun, type ToyConfig } from "../support/toy-compute.ts";
import { toyRun, toyWorker } from "../support/toy-run.ts";

/** A transport whose workers' messages are changed on their way. */
function tampering(transport: Transport, change: (wire: WireMessage) => WireMessage): Transport {
  return {
    ...transport,
    async connect(address, events) {
      const connection = await transport.connect(address, events);
      return { ...connection, send: (wire) => connection.send(change(wire)) };
    },
  };
}

const rewriting =
  (type: Message["type"], fields: object, envelope: object = {}) =>
  (wire: WireMessage): WireMessage => {
    const decoded = decodeMessage(wire);
    if (decoded.message.type !== type) return wire;
    const message = { ...decoded.message, ...fields } as Message;
    return encodeMessage({ ...decoded.envelope, ...envelope }, message, decoded.payload);
  };

const otherVersion = ({ header, ...rest }: WireMessage): WireMessage => {
  const changed = header.slice();
  changed[4] = 99;
  return { ...rest, header: changed };
};

interface Stranger {
  readonly change?: (wire: WireMessage) => WireMessage;
  readonly config?: Partial<ToyConfig>;
}

const strangers: [string, string, Stranger][] = [
  ["another run", "BAD_RUN", { change: rewriting("hello", {}, { run: "another" }) }],
  ["another version", "BAD_VERSION", { change: otherVersion }],
  [
    "another configuration",
    "CONFIG_MISMATCH",
    { change: rewriting("join", { configHash: "0".repeat(64) }) },
  ],
  ["other data", "DATASET_MISMATCH", { config: { dataset: "other" } }],
  ["another schema", "LAYOUT_MISMATCH", { config: { parameterCount: 999 } }],
  ["other kernels", "CLASS_NOT_ALLOWED", { config: { numericClass: "native/1/x64/other-build" } }],
];

describe("a worker that does not belong", () => {
  test.each(strangers)(
    "of %s is refused as %s on both sides",
    async (_, code, stranger) => {
      const clock = new ManualClock();
      const { transport } = createMemoryNetwork(clock, () => [5]);
      const events: RunProgress[] = [];
      const coordinator = await startCoordinator(
        toyRun({
          transport,
          address: "memory://",
          clock,
          policy: { expectedWorkers: 3 },
          onProgress: (event) => events.push(event),
        }),
      );
      // The first that joins fixes the numeric class.
      const good = await toyWorker(transport, coordinator.address, "good", { clock });
      await passTime(clock, () => events.some(({ kind }) => kind === "joined"));
      const sinceMs = clock.nowMs();
      const { change = (wire: WireMessage) => wire, config = {} } = stranger;
      const bad = await toyWorker(tampering(transport, change), coordinator.address, "bad", {
        clock,
        port: new InlinePort((run) => prepareRun({ ...(run as ToyConfig), ...config })),
      });
      let refusal: { code?: string; exitCode?: number } | undefined;
      bad.finished.catch((error: unknown) => {
        refusal = error as typeof refusal;
      });
      await passTime(clock, () => refusal !== undefined);
      expect(refusal).toMatchObject({ code, exitCode: 77 });
      expect(clock.nowMs() - sinceMs).toBeLessThan(1000);
      expect(events).toContainEqual(expect.objectContaining({ kind: "refused", code }));
      good.leave("the test is over");
      coordinator.stop();
      await passTime(clock, () => events.some(({ kind }) => kind === "ended"));
      expect((await coordinator.finished).outcome).toBe("stopped");
    },
    90_000,
  );
});

async function digestOf(disturb?: (transport: Transport, address: string) => Promise<void>) {
  const { transport } = createMemoryNetwork(systemClock);
  const recorded: WireMessage[] = [];
  const recording = tampering(transport, (wire) => {
    recorded.push({
      header: wire.header.slice(),
      ...(wire.payload && { payload: Uint8Array.from(wire.payload) }),
    });
    return wire;
  });
  const replays: Promise<void>[] = [];
  const events: RunProgress[] = [];
  const coordinator = await startCoordinator(
    toyRun({
      transport,
      address: "memory://",
      policy: { expectedWorkers: 2 },
      onProgress: (event) => {
        events.push(event);
        if (event.kind !== "step" || disturb === undefined) return;
        replays.push(replay(transport, coordinator.address, recorded));
        replays.push(disturb(transport, coordinator.address));
      },
    }),
  );
  await toyWorker(recording, coordinator.address, "a");
  await toyWorker(recording, coordinator.address, "b");
  const { parametersDigest } = await coordinator.finished;
  await Promise.all(replays);
  return { parametersDigest, events };
}

/** Says all over again, as another peer, what workers said with their sessions. */
async function replay(
  transport: Transport,
  address: string,
  recorded: readonly WireMessage[],
): Promise<void> {
  const heard = new Set<string>();
  const connection = await transport.connect(address, {
    message: (wire) => heard.add(decodeMessage(wire).message.type),
    reconnected: () => {},
  });
  for (const wire of recorded) connection.send(wire);
  await connection.close();
}

test("a replayed session is answered as stale and named in an event, and moves no bit", async () => {
  const quiet = await digestOf();
  const disturbed = await digestOf(() => Promise.resolve());
  expect(disturbed.parametersDigest).toBe(quiet.parametersDigest);
  expect(disturbed.events).toContainEqual(
    expect.objectContaining({ kind: "refused", code: "FOREIGN_SESSION" }),
  );
  expect(quiet.events.filter(({ kind }) => kind === "refused")).toEqual([]);
});

test("a few thousand damaged messages from strangers move no bit", async () => {
  const random = new Random("fuzzed frames", 1);
  const hostile = async (transport: Transport, address: string): Promise<void> => {
    const connection = await transport.connect(address, {
      message: () => {},
      reconnected: () => {},
    });
    for (let i = 0; i < 500; i++) connection.send(fuzzedMessage(random));
    await connection.close();
  };
  const quiet = await digestOf();
  const disturbed = await digestOf(hostile);
  expect(disturbed.parametersDigest).toBe(quiet.parametersDigest);
});

const hello = encodeMessage(
  { run: "", incarnation: 0, generation: 0, session: "" },
  { type: "hello", workerName: "x", software: "x", helloId: "0".repeat(32) },
).header;

/** Random bytes, or a good hello with some of its bytes changed, cut or followed by others. */
function fuzzedMessage(random: Random): WireMessage {
  const noise = Uint8Array.from({ length: random.int(64) }, () => random.int(256));
  const header = random.int(2) === 0 ? noise : hello.slice(0, 1 + random.int(hello.length));
  for (let i = random.int(4); i > 0; i--) header[random.int(header.length || 1)] = random.int(256);
  return random.int(3) === 0 ? { header, payload: noise } : { header };
}
