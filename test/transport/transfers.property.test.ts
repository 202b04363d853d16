import { expect, test } from "vitest";
import { ManualClock, Random } from "../../src/core/index.ts";
import { type Chunk, IncomingTransfer, OutgoingTransfers } from "../../src/transport/index.ts";
import fc from "../support/property.ts";

function incomingInto(target: Uint8Array, checksum: boolean): IncomingTransfer {
  return new IncomingTransfer(target.byteLength, 10, checksum, (offset, payload) =>
    target.set(payload, offset),
  );
}

const options = { chunkBytes: 10, windowBytes: 35, checksum: true, resendMs: 100 };

test("arrays arrive whole over a network that loses, doubles, reorders and damages", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.nat(),
      fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 4 }),
      async (seed, lengths) => {
        const clock = new ManualClock();
        const random = new Random("transfers", seed);
        const arrays = lengths.map((length) => new Uint8Array(length).map(() => random.int(256)));
        const targets = arrays.map((array) => new Uint8Array(array.length));
        const incoming = targets.map((target) => incomingInto(target, true));
        const outgoing = new OutgoingTransfers({ ...options, clock });

        const cross = (isLucky: boolean, deliver: () => void): void => {
          const copies = isLucky ? 1 : [0, 1, 1, 1, 2][random.int(5)]!;
          for (let i = 0; i < copies; i++) clock.after(random.int(50), deliver);
        };
        const numTries = new Map<string, number>();
        const send = (chunk: Chunk, payload: Uint8Array): void => {
          // Whoever loses all that is sent fails the transfer, and rightly: the sixth try is sure to arrive.
          const key = `${chunk.transferId} ${chunk.offset}`;
          const isLucky = (numTries.get(key) ?? 0) >= 5;
          numTries.set(key, (numTries.get(key) ?? 0) + 1);
          cross(isLucky, () => {
            const received = payload.slice();
            if (!isLucky && random.int(8) === 0) received[0]! ^= 1;
            const verdict = incoming[chunk.transferId]!.take(chunk, received);
            if (verdict.kind === "refused") return;
            cross(isLucky, () => outgoing.onReceived(chunk.transferId, chunk.offset));
          });
        };

        const settled = Promise.allSettled(
          arrays.map((array, id) => outgoing.start(id, array, send)),
        );
        clock.advance(1_000_000);
        for (const { status } of await settled) expect(status).toBe("fulfilled");
        expect(targets).toEqual(arrays);
      },
    ),
    { numRuns: 60 },
  );
});

test("no more than the window is on its way, whatever is queued", () => {
  const clock = new ManualClock();
  const outgoing = new OutgoingTransfers({ ...options, clock });
  const sent: Chunk[] = [];
  for (const id of [1, 2, 3]) {
    void outgoing.start(id, new Uint8Array(100), (chunk) => sent.push(chunk));
  }
  expect(sent.map(({ offset }) => offset)).toEqual([0, 10, 20]);
  outgoing.onReceived(1, 10);
  expect(sent.at(-1)).toMatchObject({ transferId: 1, offset: 30 });
  expect(sent).toHaveLength(4);
});

test("a peer that never acknowledges fails the transfer after a bounded time", async () => {
  const clock = new ManualClock();
  const outgoing = new OutgoingTransfers({ ...options, clock });
  const [transfer] = await Promise.all([
    Promise.allSettled([outgoing.start(1, new Uint8Array(5), () => {})]),
    Promise.resolve(clock.advance(100 * 2 ** 9)),
  ]);
  expect(String((transfer[0] as PromiseRejectedResult).reason)).toContain("after 8 resends");
});

test.each([
  [{ offset: 5 }, 10],
  [{ offset: 100 }, 10],
  [{ offset: 90 }, 9],
  [{ totalBytes: 101 }, 10],
])("a piece that does not fit is refused: %j with %i bytes", (override, length) => {
  const incoming = incomingInto(new Uint8Array(100), false);
  const chunk = { transferId: 1, offset: 0, totalBytes: 100, crc32: 0, ...override };
  expect(incoming.take(chunk, new Uint8Array(length)).kind).toBe("refused");
});

test("a transfer sends what is ready, and the others go on meanwhile", async () => {
  const clock = new ManualClock();
  const outgoing = new OutgoingTransfers({ ...options, clock });
  const sent: string[] = [];
  const send = ({ transferId, offset }: Chunk): void => void sent.push(`${transferId}:${offset}`);
  const first = outgoing.start(1, new Uint8Array(25), send, 15);
  void outgoing.start(2, new Uint8Array(10), send);
  expect(sent).toEqual(["1:0", "2:0"]);
  outgoing.extend(1, 25);
  expect(sent).toEqual(["1:0", "2:0", "1:10", "1:20"]);
  for (const offset of [0, 10, 20]) outgoing.onReceived(1, offset);
  await first;
});
