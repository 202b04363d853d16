import { describe, expect, onTestFinished, test } from "vitest";
import { type RunProgress, startCoordinator } from "../../src/coordinator/index.ts";
import { systemClock } from "../../src/core/index.ts";
import { createMemoryNetwork, natsTransport } from "../../src/transport/index.ts";
import { hasNatsServer, startNatsServer } from "../support/nats-server.ts";
import { toyRun, toyWorker } from "../support/toy-run.ts";

const clock = systemClock;
const shape = { numSteps: 12, toy: { parameterCount: 20_000, repeat: 3 } };

describe.skipIf(!hasNatsServer)("over NATS", () => {
  test("a broker that is killed and restarted costs time, not a worker nor a bit of the result", async () => {
    const network = createMemoryNetwork(clock);
    const quiet = await startCoordinator(
      toyRun({ ...shape, transport: network.transport, address: "memory://" }),
    );
    await toyWorker(network.transport, quiet.address, "only");

    const first = await startNatsServer();
    onTestFinished(() => first.kill());
    const events: RunProgress[] = [];
    let restarted: Promise<void> | undefined;
    const restart = async (): Promise<void> => {
      await first.kill();
      const second = await startNatsServer(first.port);
      onTestFinished(() => second.kill());
    };
    const transport = natsTransport({ clock });
    const coordinator = await startCoordinator(
      toyRun({
        ...shape,
        transport,
        address: `nats://127.0.0.1:${first.port}/run`,
        policy: { expectedWorkers: 3 },
        onProgress: (event) => {
          events.push(event);
          if (event.kind === "step" && event.step === 4) restarted = restart();
        },
      }),
    );
    const workers = await Promise.all(
      ["a", "b", "c"].map((name) => toyWorker(transport, coordinator.address, name)),
    );
    const result = await coordinator.finished;
    expect(restarted).toBeDefined();
    await restarted;
    expect(result.parametersDigest).toBe((await quiet.finished).parametersDigest);
    expect(events.filter(({ kind }) => kind === "lost")).toEqual([]);
    for (const worker of workers) expect((await worker.finished).outcome).toBe("finished");
  });
});
