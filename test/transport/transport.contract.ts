// What every transport promises, as one suite that is run against each.

import { afterEach, describe, expect, test } from "vitest";
import type { WireMessage } from "../../src/protocol/index.ts";
import type { Connection, Listener, Transport } from "../../src/transport/index.ts";

export interface TransportUnderTest {
  readonly transport: Transport;
  /** A fresh address to listen on. */
  readonly address: string;
}

/** Collects events and lets a test wait for them, without sleeping. */
function inbox<T>(): { push(item: T): void; take(count: number): Promise<T[]> } {
  const items: T[] = [];
  let wake = (): void => {};
  return {
    push(item) {
      items.push(item);
      wake();
    },
    async take(count) {
      while (items.length < count) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      return items.splice(0, count);
    },
  };
}

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const textOf = (array: Uint8Array): string => new TextDecoder().decode(array);

export function transportContract(
  name: string,
  create: () => TransportUnderTest,
  { largestPayloadBytes = 3_000_001 } = {},
): void {
  describe(`${name} transport`, () => {
    const open: { close(): Promise<void> }[] = [];
    afterEach(async () => {
      for (const thing of open.splice(0).toReversed()) await thing.close();
    });

    async function start() {
      const { transport, address } = create();
      const up = inbox<{ peer: string; header: string; payload: Uint8Array | undefined }>();
      const lost = inbox<string>();
      const listener = await transport.listen(address, {
        message: (peer, wire: WireMessage) =>
          up.push({
            peer,
            header: textOf(wire.header),
            payload: wire.payload && Uint8Array.from(wire.payload),
          }),
        peerLost: (peer) => lost.push(peer),
      });
      open.push(listener);
      return { transport, listener, up, lost };
    }

    async function connect(transport: Transport, listener: Listener) {
      const down = inbox<{ header: string; payload: Uint8Array | undefined }>();
      const connection = await transport.connect(listener.address, {
        message: (wire) =>
          down.push({
            header: textOf(wire.header),
            payload: wire.payload && Uint8Array.from(wire.payload),
          }),
        reconnected: () => {},
      });
      open.push(connection);
      return { connection, down };
    }

    test("messages arrive in order, and answers reach the peer that asked", async () => {
      const { transport, listener, up } = await start();
      const a = await connect(transport, listener);
      const b = await connect(transport, listener);
      for (let i = 0; i < 100; i++) a.connection.send({ header: bytes(`a${i}`) });
      b.connection.send({ header: bytes("b") });
      const arrived = await up.take(101);
      const ofA = arrived.filter(({ header }) => header.startsWith("a"));
      expect(ofA.map(({ header }) => header)).toEqual(
        Array.from({ length: 100 }, (_, i) => `a${i}`),
      );
      const peerB = arrived.find(({ header }) => header === "b")!.peer;
      listener.send(peerB, { header: bytes("to b") });
      expect(await b.down.take(1)).toEqual([{ header: "to b", payload: undefined }]);
    });

    test("payloads of megabytes arrive whole in both directions", async () => {
      const { transport, listener, up } = await start();
      const { connection, down } = await connect(transport, listener);
      const payload = new Uint8Array(largestPayloadBytes).map((_, i) => i % 251);
      connection.send({ header: bytes("up"), payload });
      // The control message tells who asks; a payload may be on its way on another socket.
      connection.send({ header: bytes("who") });
      const arrived = await up.take(2);
      const whole = arrived.find(({ header }) => header === "up")!.payload!;
      expect(Buffer.compare(whole, payload)).toBe(0);
      listener.send(arrived[0]!.peer, { header: bytes("down"), payload });
      const [answer] = await down.take(1);
      expect(answer?.header).toBe("down");
      expect(Buffer.compare(answer!.payload!, payload)).toBe(0);
    });

    test("many sends without waiting do not disturb each other", async () => {
      const { transport, listener, up } = await start();
      const { connection } = await connect(transport, listener);
      const payload = new Uint8Array(1000);
      for (let i = 0; i < 500; i++) connection.send({ header: bytes(String(i)), payload });
      const arrived = await up.take(500);
      expect(arrived.map(({ header }) => Number(header))).toEqual([...Array(500).keys()]);
    });

    test("a message to a peer that nobody knows is dropped and holds nobody up", async () => {
      const { transport, listener, up } = await start();
      const { connection, down } = await connect(transport, listener);
      connection.send({ header: bytes("hello") });
      const [hello] = await up.take(1);
      listener.send("f".repeat(32), { header: bytes("x") });
      listener.send(hello!.peer, { header: bytes("y") });
      expect((await down.take(1))[0]?.header).toBe("y");
    });

    test("closing delivers what was sent before, and after it nothing arrives", async () => {
      const { transport, listener, up } = await start();
      const { connection } = await connect(transport, listener);
      connection.send({ header: bytes("last") });
      await connection.close();
      connection.send({ header: bytes("too late") });
      const other: { connection: Connection } = await connect(transport, listener);
      const [last] = await up.take(1);
      expect(last?.header).toBe("last");
      other.connection.send({ header: bytes("other") });
      const [next] = await up.take(1);
      expect(next?.header).toBe("other");
    });

    test("an address that is taken is refused", async () => {
      const { transport, listener } = await start();
      await expect(
        transport.listen(listener.address, { message: () => {}, peerLost: () => {} }),
      ).rejects.toThrow("cannot listen");
    });
  });
}
