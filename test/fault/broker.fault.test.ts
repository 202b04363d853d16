// F31: a broker drops a worker that does not read what is sent to it.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { type RunProgress, startCoordinator, verifyLedger } from "../../src/coordinator/index.ts";
import { sleep, systemClock } from "../../src/core/index.ts";
import { createMemoryNetwork, natsTransport } from "../../src/transport/index.ts";
import { InlinePort } from "../../src/worker/index.ts";
import { hasNatsServer, startNatsServer } from "../support/nats-server.ts";
import { spawnWorker } from "../support/processes.ts";
import { prepareRun } from "../support/toy-compute.ts";
import { temporaryDirectory, toyRun, toyWorker } from "../support/toy-run.ts";

const clock = systemClock;
const FLOOD_BYTES = 64 << 20;
const MESSAGE_BYTES = 512 << 10;

function configuration(text: string): string[] {
  const directory = mkdtempSync(join(tmpdir(), "auspex-test-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const file = join(directory, "nats.conf");
  writeFileSync(file, text);
  return ["-c", file];
}

/** Speaks the broker's protocol by hand: more than lies in the buffers of the system, for every worker that speaks. */
function openFlood(port: number) {
  const socket = connect(port, "127.0.0.1");
  onTestFinished(() => void socket.destroy());
  const peers: string[] = [];
  socket.setEncoding("latin1").on("data", (text: string) => {
    for (const [, peer] of text.matchAll(/MSG auspex\.run\.up\.([0-9a-f]{32}) /g)) {
      if (!peers.includes(peer!)) peers.push(peer!);
    }
    if (text.includes("PING\r\n")) socket.write("PONG\r\n");
  });
  socket.write('CONNECT {"verbose":false}\r\nSUB auspex.run.up.* 1\r\n');
  return {
    peers,
    pour(peer: string): void {
      const body = Buffer.alloc(MESSAGE_BYTES);
      for (let sent = 0; sent < FLOOD_BYTES; sent += MESSAGE_BYTES) {
        socket.write(`PUB auspex.run.dn.${peer} ${MESSAGE_BYTES}\r\n`);
        socket.write(body);
        socket.write("\r\n");
      }
    },
  };
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await sleep(clock, 20);
}

describe.skipIf(!hasNatsServer)("over NATS", () => {
  test("F31: a worker that stands still is dropped by the broker as a slow consumer, done without, and joins again", async () => {
    const network = createMemoryNetwork(clock).transport;
    const quiet = await startCoordinator(
      toyRun({ numSteps: 12, transport: network, address: "memory://" }),
    );
    await toyWorker(network, quiet.address, "only");

    const broker = await startNatsServer(
      0,
      configuration('max_pending: 32MB\nwrite_deadline: "2s"'),
    );
    onTestFinished(() => broker.kill());
    const address = `nats://127.0.0.1:${broker.port}/run`;
    const flood = openFlood(broker.port);
    const transport = natsTransport({ clock });
    const events: RunProgress[] = [];
    const joinsOfSlow = (): number =>
      events.filter((event) => event.kind === "joined" && event.worker === "slow").length;
    const runDirectory = temporaryDirectory();
    const coordinator = await startCoordinator(
      toyRun({
        numSteps: 12,
        runDirectory,
        transport,
        address,
        policy: { expectedWorkers: 1, heartbeatTimeoutMs: 2000, leaseMinMs: 120_000 },
        onProgress: (event) => {
          events.push(event);
          if (event.kind === "leased" && event.worker === "slow") stop();
        },
      }),
    );
    const slow = spawnWorker(address, "slow");
    let isStopped = false;
    const stop = (): void => {
      if (isStopped) return;
      isStopped = true;
      slow.process.kill("SIGSTOP");
      flood.pour(flood.peers[0]!);
    };
    await until(() => isStopped);
    // The run must not be over before the slow one is back.
    const patient = new InlinePort(async (...args) => {
      const compute = await prepareRun(...args);
      return {
        ...compute,
        gradient: async (...lease) => {
          await until(() => joinsOfSlow() > 1);
          return compute.gradient(...lease);
        },
      };
    });
    await toyWorker(transport, address, "steady", { port: patient });
    await until(() => broker.log().includes("Slow Consumer"));
    await until(() => events.some((event) => event.kind === "lost" && event.worker === "slow"));
    slow.process.kill("SIGCONT");
    const { parametersDigest } = await coordinator.finished;
    expect(parametersDigest).toBe((await quiet.finished).parametersDigest);
    expect(verifyLedger(runDirectory)).toMatchObject({ numSteps: 12, numAlerts: 0 });
    expect(joinsOfSlow()).toBeGreaterThan(1);
    expect(await slow.exited).toBe(0);
  });
});
