// F15: strangers that connect and say anything at all: noise, web requests, the beginning of a good handshake,
// well-formed messages with damage in them. The coordinator must neither fall nor grow, and the run not notice.

import { existsSync, readFileSync } from "node:fs";
import { connect } from "node:net";
import { Random } from "../../core/index.ts";
import { encodeMessage } from "../../protocol/index.ts";
import { ChaosError, type Cluster, type Proc } from "./cluster.ts";
import type { Outcome, Scenario } from "./scenario.ts";

const MAX_OPEN = 64;
const MAX_GROWTH_BYTES = 64 << 20;
const PATIENCE_MS = 2000;
/** ZMTP 3.0: signature, version, mechanism NULL, not a server. */
const GREETING = Buffer.concat([
  Buffer.from([0xff, 0, 0, 0, 0, 0, 0, 0, 1, 0x7f, 3, 0]),
  Buffer.from("NULL".padEnd(20, "\0"), "latin1"),
  Buffer.alloc(32),
]);
const READY = Buffer.from(
  "\x04\x29\x05READY\x0bSocket-Type\0\0\0\x06DEALER\x08Identity\0\0\0\0",
  "latin1",
);
const HELLO = Buffer.from(
  encodeMessage(
    { run: "", incarnation: 0, generation: 0, session: "" },
    { type: "hello", workerName: "x", software: "x", helloId: "0".repeat(32) },
  ).header,
);

/** @param numCases Connections, half of them before there is a worker, half while it trains. */
export function fuzzScenario(port: number, numCases: number, seed = 1): Scenario {
  return {
    ids: ["F15"],
    options: () => ({ address: `tcp://127.0.0.1:${port}` }),
    async run(cluster): Promise<Outcome> {
      const coordinator = cluster.startCoordinator();
      await cluster.until("the coordinator", () => coordinator.said().includes("listening"));
      const half = Math.ceil(numCases / 2);
      // The first ones warm buffers and caches up.
      const numWarm = Math.ceil(half / 10);
      await knock(port, new Random("fuzz", seed, 0), numWarm);
      const before = residentBytes(coordinator);
      await knock(port, new Random("fuzz", seed, 1), half - numWarm);
      const growth = residentBytes(coordinator) - before;
      if (growth > MAX_GROWTH_BYTES) {
        throw new ChaosError(`${half} strangers cost ${growth >> 20} MB of the coordinator`);
      }
      cluster.startWorker("w");
      await cluster.untilStep(1);
      await knock(port, new Random("fuzz", seed, 2), numCases - half);
      expectAlive(cluster, coordinator);
      return {
        coordinator,
        facts: [`F15 ${numCases} strangers; ${Math.round(growth / 2 ** 20)} MB more after ${half}`],
      };
    },
  };
}

/** The run may be over, well, before the last stranger has gone. */
function expectAlive(cluster: Cluster, { child }: Proc): void {
  if (child.signalCode !== null) throw new ChaosError(`the coordinator died\n${cluster.said()}`);
}

async function knock(port: number, random: Random, count: number): Promise<void> {
  let left = count;
  const knocker = async (): Promise<void> => {
    while (left-- > 0) await knockOnce(port + random.int(2), wordsOf(random));
  };
  await Promise.all(Array.from({ length: MAX_OPEN }, knocker));
}

/** Connects, speaks, and goes: sometimes at once, sometimes when the other side has answered. */
function knockOnce(port: number, words: Buffer): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.setTimeout(PATIENCE_MS, () => socket.destroy());
    socket.once("connect", () => socket.write(words, () => socket.end()));
    socket.on("data", () => socket.destroy());
    // A refusal to talk is as good an answer as any.
    socket.once("error", () => socket.destroy());
    socket.once("close", () => resolve());
  });
}

function wordsOf(random: Random): Buffer {
  const noise = Buffer.from(Array.from({ length: random.int(512) }, () => random.int(256)));
  switch (random.int(5)) {
    case 0:
      return noise;
    case 1:
      return Buffer.from("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    case 2:
      return Buffer.concat([GREETING.subarray(0, random.int(GREETING.length)), noise]);
    case 3:
      return Buffer.concat([GREETING, READY, frame(random, noise)]);
    default:
      return Buffer.concat([GREETING, READY, frame(random, damaged(random))]);
  }
}

/** A ZMTP frame that promises the length of its content, or far more. */
function frame(random: Random, content: Buffer): Buffer {
  const length = Buffer.alloc(9);
  length[0] = 2 + random.int(2);
  length.writeBigUInt64BE(random.int(4) === 0 ? 1n << 40n : BigInt(content.length), 1);
  return Buffer.concat([length, content]);
}

function damaged(random: Random): Buffer {
  const bytes = Buffer.from(HELLO);
  for (let i = 1 + random.int(4); i > 0; i--) bytes[random.int(bytes.length)] = random.int(256);
  return bytes;
}

/** 0 where the system does not say. */
function residentBytes({ child }: Proc): number {
  const path = `/proc/${child.pid}/status`;
  if (!existsSync(path)) return 0;
  return 1024 * Number(/VmRSS:\s+(\d+)/.exec(readFileSync(path, "utf8"))?.[1] ?? 0);
}
