// Faults of what lies around the processes: a full disk, a broker that dies, strangers at the door.

import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer, type Socket } from "node:net";
import { join } from "node:path";
import type { JournalRecord } from "../../checkpoint/index.ts";
import { invariant, sleep, systemClock } from "../../core/index.ts";
import { createIdentity } from "../../transport/index.ts";
import { readFileHandles } from "../file-handles.ts";
import { readEvents } from "../operator/event-log.ts";
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
  await cluster.resume(doomed);
  await cluster.until("the second stop", () => firedOf(doomed).length === 2);
  const withoutCheckpoint = cluster.commits().length;
  const checkpointed = Math.max(0, ...cluster.records().map(checkpointedStep));
  if (checkpointed > 8) throw new ChaosError(`the checkpoint of step ${checkpointed} did fit`);
  fill(ballast("rest"), 0);
  await cluster.resume(doomed);
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
  return {
    ids: ["F30"],
    ...(hasNatsServer() ? {} : { unavailable: "nats-server is not installed" }),
    options: () => ({ address: `nats://127.0.0.1:${port}/chaos` }),
    async run(cluster): Promise<Outcome> {
      const first = await startBroker(cluster, port);
      const coordinator = cluster.startCoordinator([stopAfter(4)], 3);
      const workers = ["a", "b", "c"].map((name) => cluster.startWorker(name));
      await expectFired(cluster, coordinator, coordinator);
      first.kill("SIGKILL");
      await cluster.resume(coordinator);
      await sleep(systemClock, 2000);
      const during = cluster.commits().length;
      await startBroker(cluster, port);
      await cluster.untilStep(during + 1);
      for (const worker of workers) expectNoRejoin(worker);
      return { coordinator, facts: [`F30 killed after step 4, back at step ${during}`] };
    },
  };
}

function hasNatsServer(): boolean {
  return spawnSync("nats-server", ["--version"]).error === undefined;
}

function expectNoRejoin({ name, said }: Proc): void {
  if (said().includes("rejoining")) throw new ChaosError(`${name} lost its session`);
}

async function startBroker(cluster: Cluster, port: number, args: readonly string[] = []) {
  const child = spawn("nats-server", ["-a", "127.0.0.1", "-p", String(port), ...args], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (said += text));
  cluster.onClose(() => void child.kill("SIGKILL"));
  await cluster.until("the broker", () => said.includes("Server is ready"));
  return child;
}

/** Below what systems give to outgoing connections: those keep their ports for a minute after they have ended. */
const FIRST_PORT = 20_000;
const NUM_PORTS = 10_000;
let numPortsTried = 0;

/** A port that is free now, and the next one too. */
export async function freePort(): Promise<number> {
  for (;;) {
    const offset = (2 * (process.pid + numPortsTried++)) % NUM_PORTS;
    const port = FIRST_PORT + offset;
    if ((await isFree(port)) && (await isFree(port + 1))) return port;
    invariant(numPortsTried < NUM_PORTS, "no port is free");
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}

/** F32: the broker comes back from a restart and takes a quarter of what it took. */
export function smallerBrokerScenario(port: number): Scenario {
  return {
    ids: ["F32"],
    ...(hasNatsServer() ? {} : { unavailable: "nats-server is not installed" }),
    // Pieces as large as the broker takes, of a model that has more than one of them.
    options: () => ({
      address: `nats://127.0.0.1:${port}/chaos`,
      policy: { chunkBytes: 1 << 20, windowBytes: 1 << 21 },
    }),
    async run(cluster, { directory }): Promise<Outcome> {
      const first = await startBroker(cluster, port, maxPayload(directory, 1 << 20));
      const coordinator = cluster.startCoordinator([stopAfter(4)], 2);
      const workers = ["a", "b"].map((name) => cluster.startWorker(name));
      await expectFired(cluster, coordinator, coordinator);
      first.kill("SIGKILL");
      await startBroker(cluster, port, maxPayload(directory, 128 << 10));
      await cluster.resume(coordinator);
      for (const { name, said } of workers) {
        await cluster.until(`${name} joining again`, () => said().includes("rejoining"));
      }
      await cluster.untilStep(10);
      return { coordinator, facts: ["F32 two workers joined again with smaller pieces"] };
    },
  };
}

function maxPayload(directory: string, bytes: number): string[] {
  const file = join(directory, `nats-${bytes}.conf`);
  writeFileSync(file, `max_payload: ${bytes}\n`);
  return ["-c", file];
}

const TOO_FEW_HANDLES = 64;
const FEW_HANDLES = 256;

/** F34: with 64 file handles a process says how many it needs; with few, it goes on when strangers take what is left. */
export function fewHandlesScenario(port: number): Scenario {
  return {
    ids: ["F34"],
    ...(readFileHandles() === undefined ? { unavailable: "only Linux says its limits" } : {}),
    options: () => ({ address: `tcp://127.0.0.1:${port}`, host: withHandles(FEW_HANDLES) }),
    async run(cluster): Promise<Outcome> {
      const tooFew = withHandles(TOO_FEW_HANDLES);
      const doomed = [
        cluster.startCoordinator([], 1, [], tooFew),
        cluster.startWorker("doomed", [], undefined, tooFew),
      ];
      for (const proc of doomed) {
        const said = await expectEnd(proc, 74);
        if (said.includes(`${TOO_FEW_HANDLES} files`) && said.includes("ulimit -n")) continue;
        throw new ChaosError(`${proc.name} does not say what to do: ${said.trim()}`);
      }
      const coordinator = cluster.startCoordinator([stopAfter(4)], 2);
      for (const name of ["a", "b"]) cluster.startWorker(name);
      await expectFired(cluster, coordinator, coordinator);
      const crowd = openCrowd(port, FEW_HANDLES);
      cluster.onClose(() => crowd.leave());
      await cluster.resume(coordinator);
      await cluster.until("a connection that was not accepted", () => wasNotAccepted(cluster));
      const step = cluster.commits().length;
      await cluster.untilStep(step + 8);
      crowd.leave();
      const facts = [
        `F34 a coordinator and a worker with ${TOO_FEW_HANDLES} handles ended with 74`,
        `F34 eight steps after step ${step} without a free handle`,
      ];
      return { coordinator, facts };
    },
  };
}

function withHandles(limit: number): string[] {
  return ["sh", "-c", `ulimit -n ${limit}; exec "$@"`, "sh"];
}

function wasNotAccepted({ options }: Cluster): boolean {
  return readEvents(options.runDirectory).some(
    (event) => event.event === "alert" && event.text.includes("NOT_ACCEPTED"),
  );
}

/** Connections that say nothing; the coordinator hangs up after a while, and others take their place. */
function openCrowd(port: number, size: number): { leave(): void } {
  const sockets = new Set<Socket>();
  let isOver = false;
  const come = (): void => {
    if (isOver) return;
    const socket = connect(port, "127.0.0.1");
    sockets.add(socket);
    socket.on("error", () => {});
    socket.once("close", () => {
      sockets.delete(socket);
      systemClock.after(50, come);
    });
  };
  for (let i = 0; i < size; i++) come();
  return {
    leave() {
      isOver = true;
      for (const socket of sockets) socket.destroy();
    },
  };
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
