// A worker in a process of its own, with the toy model in its compute thread: what tests start and kill.
// Arguments: address, name. Writes one JSON line for each thing that happens.

import { silentLogger, systemClock } from "../../src/core/index.ts";
import { natsTransport, zeroMqTransport } from "../../src/transport/index.ts";
import { startWorker, ThreadPort } from "../../src/worker/index.ts";

const [address, name] = process.argv.slice(2) as [string, string];
const say = (line: object): void => void process.stdout.write(`${JSON.stringify(line)}\n`);

const worker = await startWorker({
  joinAddress: address,
  name,
  software: "test",
  transport: address.startsWith("nats:")
    ? natsTransport({ clock: systemClock })
    : zeroMqTransport({ clock: systemClock }),
  port: new ThreadPort({}, new URL("./toy-compute.ts", import.meta.url).href),
  clock: systemClock,
  logger: silentLogger,
  onProgress: say,
});
process.on("SIGTERM", () => worker.leave("SIGTERM"));
try {
  say({ kind: "ended", ...(await worker.finished) });
} catch (error) {
  say({ kind: "failed", message: String(error) });
  process.exitCode = 1;
}
