import { expect, test } from "vitest";
import { startCoordinator } from "../../src/coordinator/index.ts";
import { systemClock } from "../../src/core/index.ts";
import {
  createIdentity,
  createMemoryNetwork,
  type Identity,
  zeroMqTransport,
} from "../../src/transport/index.ts";
import { toyRun, toyWorker } from "../support/toy-run.ts";

const clock = systemClock;

test("listed workers train over CURVE; who claims another's name or signs wrongly is refused", async () => {
  const [server, alice, bob] = (await Promise.all(
    ["server", "alice", "bob"].map(createIdentity),
  )) as [Identity, Identity, Identity];
  const listed = [alice.public, bob.public];
  const coordinator = await startCoordinator({
    ...toyRun({
      address: "tcp://127.0.0.1:*",
      transport: zeroMqTransport({
        clock,
        curve: {
          role: "server",
          identity: server,
          mayConnect: (key) => listed.some(({ curve }) => curve === key),
        },
      }),
      policy: { expectedWorkers: 2 },
    }),
    admitted: () => listed,
  });
  const join = (connectsAs: Identity, identity: Identity) => {
    const curve = {
      role: "client",
      identity: connectsAs,
      serverKey: server.public.curve,
    } as const;
    const transport = zeroMqTransport({ clock, curve });
    return toyWorker(transport, coordinator.address, "ignored", { identity });
  };
  const impostor = await join(alice, {
    ...alice,
    public: { ...alice.public, name: "bob" },
  });
  await expect(impostor.finished).rejects.toMatchObject({ code: "UNKNOWN_KEY", exitCode: 77 });
  const forger = await join(alice, { ...bob, signingSecret: alice.signingSecret });
  await expect(forger.finished).rejects.toMatchObject({ code: "BAD_SIGNATURE" });

  await Promise.all([join(alice, alice), join(bob, bob)]);
  const secure = await coordinator.finished;

  const network = createMemoryNetwork(clock);
  const plain = await startCoordinator(
    toyRun({ transport: network.transport, address: "memory://" }),
  );
  await toyWorker(network.transport, plain.address, "w");
  expect(secure.parametersDigest).toBe((await plain.finished).parametersDigest);
});

test("a run with an allow list refuses a worker without keys", async () => {
  const { transport } = createMemoryNetwork(clock);
  const carol = await createIdentity("carol");
  const coordinator = await startCoordinator({
    ...toyRun({ transport, address: "memory://" }),
    admitted: () => [carol.public],
  });
  const nobody = await toyWorker(transport, coordinator.address, "carol");
  await expect(nobody.finished).rejects.toMatchObject({ code: "UNKNOWN_KEY" });
  coordinator.stop();
  expect((await coordinator.finished).outcome).toBe("stopped");
});
