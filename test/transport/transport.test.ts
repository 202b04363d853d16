import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, onTestFinished, test } from "vitest";
import { systemClock } from "../../src/core/index.ts";
import {
  createMemoryNetwork,
  expectSecure,
  parseAddress,
  zeroMqTransport,
} from "../../src/transport/index.ts";
import { transportContract } from "./transport.contract.ts";

const directory = mkdtempSync(join(tmpdir(), "auspex-ipc-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));
let numSockets = 0;

transportContract("memory", () => ({
  transport: createMemoryNetwork(systemClock).transport,
  address: "memory://here",
}));
transportContract("zeromq tcp", () => ({
  transport: zeroMqTransport({ clock: systemClock }),
  address: "tcp://127.0.0.1:*",
}));
transportContract("zeromq ipc", () => ({
  transport: zeroMqTransport({ clock: systemClock }),
  address: `ipc://${join(directory, `s${numSockets++}`)}`,
}));

describe("addresses", () => {
  test.each([
    ["tcp://127.0.0.1:5555", { kind: "tcp", host: "127.0.0.1", port: 5555 }],
    ["tcp://host.example:*", { kind: "tcp", host: "host.example", port: "*" }],
    ["tcp://[::1]:80", { kind: "tcp", host: "[::1]", port: 80 }],
    ["ipc:///tmp/x", { kind: "ipc", path: "/tmp/x" }],
  ])("%s", (text, expected) => {
    expect(parseAddress(text)).toEqual(expected);
  });

  test.each([
    "tcp://host",
    "tcp://host:0",
    "tcp://host:65535",
    "udp://host:1",
    "ipc://",
    "",
    "tcp://a b:1",
  ])("%j is refused", (text) => {
    expect(() => parseAddress(text)).toThrow("address:");
  });

  test.each(["tcp://127.0.0.1:1", "tcp://localhost:1", "tcp://[::1]:1", "ipc:///x"])(
    "plain traffic on %s is allowed",
    (text) => {
      expect(() => expectSecure(parseAddress(text), false)).not.toThrow();
    },
  );

  test.each(["tcp://0.0.0.0:1", "tcp://127.evil.example:1", "tcp://10.0.0.1:1"])(
    "plain traffic on %s must be asked for",
    (text) => {
      expect(() => expectSecure(parseAddress(text), false)).toThrow("not encrypted");
      expect(() => expectSecure(parseAddress(text), true)).not.toThrow();
    },
  );
});

test("a connection that comes again before the old one is known to be dead takes its place", async () => {
  const { Dealer } = await import("zeromq");
  const heard: string[] = [];
  let wake = (): void => {};
  const listener = await zeroMqTransport({ clock: systemClock }).listen("tcp://127.0.0.1:*", {
    message: (_, { header }) => {
      heard.push(Buffer.from(header).toString());
      wake();
    },
    peerLost: () => {},
  });
  const routingId = `${"a".repeat(32)}c`;
  const sockets = ["before", "after"].map((text) => ({ text, socket: new Dealer({ routingId }) }));
  for (const { text, socket } of sockets) {
    const arrived = new Promise<void>((resolve) => {
      wake = resolve;
    });
    socket.connect(listener.address);
    await socket.send(text);
    await arrived;
  }
  expect(heard).toEqual(["before", "after"]);
  listener.send("a".repeat(32), { header: Buffer.from("to the new one") });
  const [answer] = await sockets[1]!.socket.receive();
  expect(String(answer)).toBe("to the new one");
  for (const { socket } of sockets) socket.close();
  await listener.close();
});

test.each([
  ["no ZeroMQ at all", Buffer.from("GET / HTTP/1.1\r\nHost: x\r\n\r\n")],
  ["ZMTP 1.0", Buffer.from([1, 0, 2, 0, 0x61])],
  ["ZMTP 2.0", Buffer.from([0xff, 0, 0, 0, 0, 0, 0, 0, 1, 0x7f, 1, 5, 0, 0])],
])(
  "who speaks %s is hung up on: such a peer can make ZeroMQ abort the process",
  async (_, words) => {
    const listener = await zeroMqTransport({ clock: systemClock }).listen("tcp://127.0.0.1:*", {
      message: () => {},
      peerLost: () => {},
    });
    onTestFinished(() => listener.close());
    const { port } = parseAddress(listener.address) as { port: number };
    const socket = connect(port, "127.0.0.1");
    socket.resume();
    // A reset is a hang-up too.
    socket.on("error", () => {});
    const closed = new Promise<boolean>((resolve) => socket.once("close", () => resolve(true)));
    await once(socket, "connect");
    socket.write(words);
    expect(await closed).toBe(true);
  },
);
