// Coordinators' transports with keys that close while workers are being let in, one after the other. Writes how many
// rounds ended.

import { Random, sleep, systemClock } from "../../src/core/index.ts";
import { createIdentity, zeroMqTransport } from "../../src/transport/index.ts";

const NUM_ROUNDS = 150;
const NUM_WORKERS = 8;
/** About as long as it takes until the last of them is let in. */
const MAX_OPEN_MS = 30;

const clock = systemClock;
const random = new Random(1);
const [server, client] = await Promise.all([createIdentity("server"), createIdentity("client")]);
const coordinators = zeroMqTransport({
  clock,
  curve: { role: "server", identity: server, mayConnect: () => true },
});
const workers = zeroMqTransport({
  clock,
  curve: { role: "client", identity: client, serverKey: server.public.curve },
});
const ignored = { message: () => {}, peerLost: () => {}, reconnected: () => {} };

for (let round = 0; round < NUM_ROUNDS; round++) {
  const listener = await coordinators.listen("tcp://127.0.0.1:*", ignored);
  const connections = await Promise.all(
    Array.from({ length: NUM_WORKERS }, () => workers.connect(listener.address, ignored)),
  );
  for (const connection of connections) connection.send({ header: new Uint8Array(1) });
  await sleep(clock, random.int(MAX_OPEN_MS));
  await listener.close();
  await Promise.all(connections.map((connection) => connection.close()));
}
process.stdout.write(`${NUM_ROUNDS}\n`);
