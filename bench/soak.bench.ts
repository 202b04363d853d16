// Memory of the service over many requests, three in four of them new to it. Parameter: how many requests in all
// (default 3,000); an hour at 100 candidates a second is 360,000. With a comma and a name, another model: `20000,small` is a
// model of a hundredth of the size, so that queue, cache and threads do the same in less time.

import { candidate, load, quantile, serve, servedBundle, stateOf } from "./service-load.ts";

const NUM_LINES = 12;
const NUM_CALLERS = 16;

export async function main(parameter?: string): Promise<void> {
  const [count = "3000", size = "5M"] = (parameter ?? "").split(",").filter(Boolean);
  const numRequests = Number(count);
  const service = await serve(await servedBundle(size === "small" ? "small" : "5M"));
  let next = 0;
  // Every fourth is one of the last hundred: the cache has it.
  const texts = (): string[] => [candidate(next++ % 4 === 3 ? Math.max(1, next - 101) : next)];
  process.stdout.write(`${numRequests} requests, ${NUM_CALLERS} callers, model ${size}\n`);
  process.stdout.write("requests     model  resident MiB    p50 ms    p99 ms  errors\n");
  const memory: number[] = [];
  const perLine = Math.ceil(numRequests / NUM_LINES);
  for (let done = 0; done < numRequests; done += perLine) {
    const { timesMs, statuses } = await load(service.port, NUM_CALLERS, texts, (n) => n >= perLine);
    const { rssMiB, misses } = await stateOf(service.port);
    memory.push(rssMiB);
    const numErrors = [...statuses].reduce((sum, [status, n]) => sum + (status === 200 ? 0 : n), 0);
    const cells = [
      String(Math.min(numRequests, done + perLine)).padStart(8),
      String(misses).padStart(8),
      rssMiB.toFixed(0).padStart(12),
      quantile(timesMs, 0.5).toFixed(1).padStart(8),
      quantile(timesMs, 0.99).toFixed(1).padStart(8),
      String(numErrors).padStart(6),
    ];
    process.stdout.write(`${cells.join("  ")}\n`);
  }
  // The cache fills in the first half; from then on nothing may grow.
  const half = memory.slice(NUM_LINES >> 1);
  const growth = half.at(-1)! - half[0]!;
  process.stdout.write(`second half: ${growth >= 0 ? "+" : ""}${growth.toFixed(0)} MiB\n`);
  await service.close();
}
