// A coordinator's transport whose main thread stands still while a worker fills its queue of tensors and dies; the
// worker is this script again. Arguments: address, part. Writes how many tensors arrived.

import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { systemClock } from "../../src/core/index.ts";
import { dataAddress, formatAddress, parseAddress } from "../../src/transport/address.ts";
import { zeroMqTransport } from "../../src/transport/index.ts";
import { loadZeroMq } from "../../src/transport/zeromq/load.ts";

const [address, part] = process.argv.slice(2) as [string, "coordinator" | "worker"];
/** More than the receiving queue holds. */
const NUM_TENSORS = 36;
/** Longer than the interval of heartbeats, after the connection is gone. */
const STILL_MS = 2500;

if (part === "worker") {
  const { Dealer } = await loadZeroMq();
  // Few wait here: what is sent lies in the queue of the coordinator, or in the buffers of the system when that is full.
  const socket = new Dealer({ routingId: `${"0".repeat(32)}d`, sendHighWaterMark: 1 });
  socket.connect(formatAddress(dataAddress(parseAddress(address))));
  for (let i = 0; i < NUM_TENSORS; i++) await socket.send(["header", new Uint8Array(20_000)]);
  process.kill(process.pid, "SIGKILL");
}

let numTensors = 0;
const listener = await zeroMqTransport({ clock: systemClock }).listen(address, {
  message: () => numTensors++,
  peerLost: () => {},
});
const script = fileURLToPath(import.meta.url);
spawnSync(process.execPath, ["--import", "tsx", script, listener.address, "worker"], {
  stdio: "inherit",
});
Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, STILL_MS);
while (numTensors < 32) await new Promise((resolve) => setImmediate(resolve));
await listener.close();
process.stdout.write(`${numTensors}\n`);
