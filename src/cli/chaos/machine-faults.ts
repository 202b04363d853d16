// Faults of what lies around the processes: a full disk, a broker that dies, strangers at the door.

import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import type { JournalRecord } from "../../checkpoint/index.ts";
import { sleep, systemClock } from "../../core/index.ts";
import { createIdentity } from "../../transport/index.ts";
import { ChaosError, type Cluster, firedOf, type Proc } from "./cluster.ts";
import { type KeyFiles, writeKeys } from "./keys.ts";
import { expectEnd, expectFired, type Outcome, type Scenario, stopAfter } from "./scenario.ts";

const DISK_BYTES = 8 << 20;

/** F23: the run lives on a disk of 8 MB; first a checkpoint does not fit, then not even a record. */
export function fullDiskScenario(): Scenario {
  let mountPoint = "";
  const ballast = (name: string): string => join(mountPoint, name);
  return {
    ids: ["F23"],
    ...(canMount() ? {} : { unavailable: "mounting a small disk needs root with CAP_SYS_ADMIN" }),
    options: ({ directory }) => {
      mountPoint = join(directory, "disk");
      mkdirSync(mountPoint);
      expectRun("mount", ["-t", "tmpfs", "-o", `size=${DISK_BYTES}`, "tmpfs", mountPoint]);
      return { runDirectory: join(mountPoint, "run") };
    },
    async run(cluster): Promise<Outcome> {
      try {
        return await fillDisk(cluster, ballast);
      } finally {
        // Lazily: the run goes on there, and the mount goes with its last file.
        cluster.onClose(() => void spawnSync("umount", ["-l", mountPoint]));
      }
    },
  };
}

async function fillDisk(cluster: Cluster, ballast: (name: string) => string): Promise<Outcome> {
  const doomed = cluster.startCoordinator([stopAfter(5), stopAfter(15)], 1);
  const worker = cluster.startWorker("w");
  await expectFired(cluster, doomed, doomed);
  // Room for records, not for a checkpoint.
  fill(ballast("most"), 65_536);
  doomed.child.kill("SIGCONT");
  await cluster.until("the second stop", () => firedOf(doomed).length === 2);
  const withoutCheckpoint = cluster.commits().length;
  const checkpointed = Math.max(0, ...cluster.records().map(checkpointedStep));
  if (checkpointed > 8) throw new ChaosError(`the checkpoint of step ${checkpointed} did fit`);
  fill(ballast("rest"), 0);
  doomed.child.kill("SIGCONT");
  await expectEnd(doomed, 74);
  // A coordinator that halts sends its workers away, to come again.
  await expectEnd(worker, 75);
  const committed = cluster.commits().length;
  for (const name of ["most", "rest"]) rmSync(ballast(name));
  const coordinator = cluster.startCoordinator();
  cluster.startWorker("another");
  return {
    coordinator,
    facts: [
      `F23 trained on to step ${withoutCheckpoint} without a checkpoint`,
      `F23 halted with 74 after step ${committed}`,
    ],
  };
}

function checkpointedStep(record: JournalRecord): number {
  return record.type === "checkpoint" ? Number(record["step"]) : 0;
}

/** Writes until no more than `leave` bytes are free. */
function fill(path: string, leave: number): void {
  const blocks: Buffer[] = [];
  const block = Buffer.alloc(4096, 1);
  try {
    for (;;) {
      blocks.push(block);
      writeFileSync(path, block, { flag: "a" });
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
  }
  if (leave > 0) writeFileSync(path, Buffer.alloc(Math.max(0, 4096 * blocks.length - leave), 1));
}

function canMount(): boolean {
  return spawnSync("unshare", ["--mount", "true"]).status === 0;
}

/** F30: the broker is SIGKILLed in the middle of the run and comes back after two seconds. */
export function brokerScenario(port: number): Scenario {
  const hasServer = spawnSync("nats-server", ["--version"]).error === undefined;
  return {
    ids: ["F30"],
    ...(hasServer ? {} : { unavailable: "nats-server is not installed" }),
    options: () => ({ address: `nats://127.0.0.1:${port}/chaos` }),
    async run(cluster): Promise<Outcome> {
      const first = await startBroker(cluster, port);
      const coordinator = cluster.startCoordinator([stopAfter(4)], 3);
      const workers = ["a", "b", "c"].map((name) => cluster.startWorker(name));
      await expectFired(cluster, coordinator, coordinator);
      first.kill("SIGKILL");
      coordinator.child.kill("SIGCONT");
      await sleep(systemClock, 2000);
      const during = cluster.commits().length;
      await startBroker(cluster, port);
      await cluster.untilStep(during + 1);
      for (const worker of workers) expectNoRejoin(worker);
      return { coordinator, facts: [`F30 killed after step 4, back at step ${during}`] };
    },
  };
}

function expectNoRejoin({ name, said }: Proc): void {
  if (said().includes("rejoining")) throw new ChaosError(`${name} lost its session`);
}

async function startBroker(cluster: Cluster, port: number) {
  const child = spawn("nats-server", ["-a", "127.0.0.1", "-p", String(port)], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (said += text));
  cluster.onClose(() => void child.kill("SIGKILL"));
  await cluster.until("the broker", () => said.includes("Server is ready"));
  return child;
}

/** A port that is free now. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { readonly port: number };
      server.close(() => resolve(port));
    });
  });
}

/** F26: who has the wrong key, no key or a key that is not listed is told so and ends; training goes on. */
export function strangersScenario(port: number): Scenario {
  let files: KeyFiles | undefined;
  return {
    ids: ["F26"],
    options: () => ({ address: `tcp://127.0.0.1:${port}` }),
    async run(cluster, bench): Promise<Outcome> {
      files = await writeKeys(bench.directory);
      const { server, serverKey, allow, good, stranger } = files;
      const keyed = (key: string, trusts = serverKey): string[] => [
        "--key",
        key,
        "--server-key",
        trusts,
      ];
      const coordinator = cluster.startCoordinator([], 1, ["--key", server, "--allow", allow]);
      const wrong = (await createIdentity("other")).public.curve;
      const strangers = [
        cluster.startWorker("unlisted", [], keyed(stranger)),
        cluster.startWorker("wrong-server", [], keyed(good, wrong)),
        cluster.startWorker("no-key", [], []),
      ];
      for (const proc of strangers) await expectEnd(proc, 77);
      cluster.startWorker("good", [], keyed(good));
      return { coordinator, facts: ["F26 three strangers ended with 77"] };
    },
  };
}

function expectRun(command: string, args: readonly string[]): void {
  const { status, stderr } = spawnSync(command, args);
  if (status !== 0) throw new ChaosError(`${command}: ${String(stderr).trim()}`);
}
