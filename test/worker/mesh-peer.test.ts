import { expect, test } from "vitest";
import { bytesOf, ManualClock, silentLogger, UnavailableError } from "../../src/core/index.ts";
import type { MessageOf } from "../../src/protocol/index.ts";
import { createMemoryNetwork, type Transport } from "../../src/transport/index.ts";
import { MeshPeer } from "../../src/worker/mesh/mesh-peer.ts";

const NODE = { lo: 0, width: 1 };
const LEAF = { microshard: 0, numExamples: 1, numTokens: 1, lossSum: 1, weightSum: 1, tasks: [] };

test("a peer that cannot be reached costs its shares a beat, and nobody's life", async () => {
  const clock = new ManualClock();
  const { transport } = createMemoryNetwork(clock);
  let numTried = 0;
  const unreachable: Transport = {
    ...transport,
    connect: (address, events) =>
      ++numTried === 1
        ? Promise.reject(new UnavailableError(`${address} is no address`))
        : transport.connect(address, events),
  };
  const sums: Float32Array[] = [];
  const delivered: MessageOf<"delivered">[] = [];
  const open = (name: string, over: Transport): Promise<MeshPeer> =>
    MeshPeer.open({
      transport: over,
      address: `memory://${name}`,
      clock,
      logger: silentLogger,
      format: "f32",
      numMicroshards: 1,
      chunkBytes: 8,
      windowBytes: 16,
      checksum: false,
      resendMs: 100,
      envelope: () => ({ run: "run", incarnation: 1, generation: 1, session: "" }),
      onSlice: async (_step, _slice, values) => void sums.push(values),
      onDelivered: (message) => delivered.push(message),
    });
  const settle = async (): Promise<void> => {
    for (let i = 0; i < 20; i++) {
      await new Promise((resolve) => setImmediate(resolve));
      clock.advance(1);
    }
  };
  const sender = await open("sender", unreachable);
  const owner = await open("owner", transport);
  const token = "0".repeat(32);
  const owners = [{ begin: 0, end: 4, address: "memory://owner", token }];
  for (const peer of [sender, owner]) {
    peer.assign({ type: "slices", assignmentId: 1, step: 1, owners });
  }
  const gradient = Float32Array.of(1, 2, 3, 4);
  sender.send({ step: 1, leaseId: 1 }, NODE, [LEAF], bytesOf(gradient), () => {});
  await settle();
  expect(delivered).toEqual([]);
  sender.onBeat();
  await settle();
  expect(delivered).toMatchObject([{ step: 1, node: NODE }]);
  expect(sums).toEqual([gradient]);
  expect(numTried).toBe(2);
  await Promise.all([sender.close(), owner.close()]);
});
