// Eight workers behind one link of 1 Gbit, computing stubbed out: the share of the line that a step's bytes get,
// and what auspex plan said before. The link is a veth pair between two network namespaces, shaped with tc at both
// ends; where that is not permitted it says so. The coordinator's link is the narrow one, as in a real star.
//
//   npm run bench -- link           LINK_PARAMETERS, LINK_WORKERS and LINK_MBIT change the case

import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { type ModePlan, type PlanInput, planMode } from "../src/cli/plan/run-plan.ts";
import { startCoordinator } from "../src/coordinator/index.ts";
import { silentLogger, sleep, systemClock } from "../src/core/index.ts";
import { zeroMqTransport } from "../src/transport/index.ts";
import { startWorker, ThreadPort } from "../src/worker/index.ts";
import { layoutOf, stubRun } from "./stub-run.ts";

const script = fileURLToPath(import.meta.url);
const COORDINATOR_HOST = "10.77.83.1";
const WORKERS_HOST = "10.77.83.2";
const PORT = 5555;
const NUM_STEPS = 9;
/** The first steps join workers and warm buffers up. */
const NUM_WARMUP = 2;

interface Case {
  readonly parameterCount: number;
  readonly numWorkers: number;
  readonly linkBitsPerSecond: number;
  readonly precision: "f32" | "bf16";
}

interface Namespaces {
  readonly coordinator: string;
  readonly workers: string;
  close(): void;
}

/** Two namespaces and a shaped link between them, or the reason why there are none. */
function openNamespaces(bitsPerSecond: number): Namespaces | string {
  const [coordinator, workers] = [`auspex-c${process.pid}`, `auspex-w${process.pid}`];
  const [near, far] = [`axc${process.pid}`, `axw${process.pid}`];
  const close = (): void => {
    for (const name of [coordinator, workers]) spawnSync("ip", ["netns", "del", name]);
  };
  const inside = (name: string, ...command: readonly string[]): string[] =>
    ["ip", "netns", "exec", name].concat(command);
  // Packets of many segments pass through a veth at once: the bucket must hold one of them.
  const shape = ["root", "tbf", "rate", `${bitsPerSecond}bit`, "burst", "256kb", "latency", "50ms"];
  const ends = [
    [coordinator, near, COORDINATOR_HOST],
    [workers, far, WORKERS_HOST],
  ] as const;
  const commands = [
    ["ip", "netns", "add", coordinator],
    ["ip", "netns", "add", workers],
    [
      "ip",
      "link",
      "add",
      near,
      "netns",
      coordinator,
      "type",
      "veth",
      "peer",
      "name",
      far,
      "netns",
      workers,
    ],
    ...ends.flatMap(([name, device, host]) => [
      inside(name, "ip", "addr", "add", `${host}/24`, "dev", device),
      inside(name, "ip", "link", "set", device, "up"),
      inside(name, "tc", "qdisc", "add", "dev", device, ...shape),
    ]),
  ];
  for (const [program, ...args] of commands) {
    const { status, stderr, error } = spawnSync(program!, args, { encoding: "utf8" });
    if (status === 0) continue;
    close();
    return `${[program, ...args].join(" ")}: ${error?.message ?? stderr.trim()}`;
  }
  return { coordinator, workers, close };
}

function spawnInside(namespace: string, role: string, argument: string): ChildProcess {
  const program = [process.execPath, "--import", "tsx", script, role, argument];
  return spawn("ip", ["netns", "exec", namespace, ...program], {
    stdio: ["ignore", "pipe", "inherit"],
  });
}

/** Times of the steps after the first ones, ascending. */
async function measure(link: Namespaces, options: Case): Promise<number[]> {
  const children = [spawnInside(link.coordinator, "--link-coordinator", JSON.stringify(options))];
  const exits: Promise<unknown>[] = [];
  const stepMs: number[] = [];
  const killAll = (): void => {
    for (const child of children) child.kill("SIGKILL");
  };
  process.once("exit", killAll);
  const lines = createInterface({ input: children[0]!.stdout! });
  lines.on("line", (line) => {
    if (line !== "listening") stepMs.push(Number(line));
    else {
      for (let i = 0; i < options.numWorkers; i++) {
        const worker = spawnInside(link.workers, "--link-worker", `w${i}`);
        children.push(worker);
        exits.push(once(worker, "exit"));
      }
    }
  });
  await once(children[0]!, "exit");
  // Workers end with the run; where the coordinator failed, they are ended.
  await Promise.race([Promise.all(exits), sleep(systemClock, 5000)]);
  killAll();
  process.off("exit", killAll);
  if (stepMs.length < NUM_STEPS)
    throw new Error(`${stepMs.length} steps of ${NUM_STEPS} were done`);
  return stepMs.slice(NUM_WARMUP).toSorted((a, b) => a - b);
}

/** One a worker, and a power of two. */
function microshardsOf({ numWorkers }: Pick<Case, "numWorkers">): number {
  return 2 ** Math.ceil(Math.log2(numWorkers));
}

async function coordinate(options: Case): Promise<void> {
  const { parameterCount, numWorkers, precision } = options;
  const directory = mkdtempSync(join(tmpdir(), "auspex-bench-"));
  const layout = layoutOf(parameterCount);
  const stub = stubRun(directory, layout, NUM_STEPS, microshardsOf(options));
  const coordinator = await startCoordinator({
    ...stub,
    training: { ...stub.training, exchange: { parameters: precision, gradients: precision } },
    transport: zeroMqTransport({ clock: systemClock, insecure: true }),
    listenAddress: `tcp://${COORDINATOR_HOST}:${PORT}`,
    policy: { ...stub.policy, expectedWorkers: numWorkers, joinWindowMs: 120_000 },
    onProgress: (progress) => {
      if (progress.kind === "step") process.stdout.write(`${progress.stepMs}\n`);
    },
  });
  process.stdout.write("listening\n");
  await coordinator.finished;
  rmSync(directory, { recursive: true });
}

async function work(name: string): Promise<void> {
  const worker = await startWorker({
    joinAddress: `tcp://${COORDINATOR_HOST}:${PORT}`,
    name,
    software: "bench",
    transport: zeroMqTransport({ clock: systemClock, insecure: true }),
    port: new ThreadPort({}, new URL("./stub-run.ts", import.meta.url).href),
    clock: systemClock,
    logger: silentLogger,
  });
  await worker.finished;
}

function planOf({ parameterCount, numWorkers, linkBitsPerSecond, precision }: Case): ModePlan {
  const input: PlanInput = {
    parameterCount,
    numWorkers,
    linkBitsPerSecond,
    upPrecision: precision,
    downPrecision: precision,
    numMicroshards: microshardsOf({ numWorkers }),
    tokensPerStep: 1,
    // Computing is stubbed out.
    tokensPerSecond: 1e12,
    innerSteps: 1,
    numReplicas: numWorkers,
    windowBytes: 16 << 20,
    optimizer: "adamw",
    hasAverage: false,
    isReplicated: false,
  };
  return planMode(input, "star");
}

function report(options: Case, stepMs: readonly number[]): string {
  const { parameterCount, numWorkers, precision, linkBitsPerSecond } = options;
  const at = (q: number): number => stepMs[Math.round(q * (stepMs.length - 1))]!;
  const plan = planOf(options);
  const lineMs = (8000 * (plan.upBytes + plan.downBytes)) / linkBitsPerSecond;
  const cells = [
    parameterCount,
    numWorkers,
    precision,
    linkBitsPerSecond / 1e6,
    at(0.5).toFixed(0),
    at(0).toFixed(0),
    at(1).toFixed(0),
    `${((100 * lineMs) / at(0.5)).toFixed(0)} %`,
    plan.stepMs.toFixed(0),
    `${(100 * (plan.stepMs / at(0.5) - 1)).toFixed(1)} %`,
  ];
  return cells.join("  ");
}

export async function main(): Promise<void> {
  const linkBitsPerSecond = 1e6 * Number(process.env["LINK_MBIT"] ?? 1000);
  const shared = {
    parameterCount: Number(process.env["LINK_PARAMETERS"] ?? 4e6),
    numWorkers: Number(process.env["LINK_WORKERS"] ?? 8),
    linkBitsPerSecond,
  };
  const link = openNamespaces(linkBitsPerSecond);
  if (typeof link === "string") {
    process.stdout.write(`not measured, no shaped link can be made here: ${link}\n`);
    return;
  }
  // Namespaces outlive the process that made them.
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => {
      link.close();
      process.exit(1);
    });
  }
  try {
    process.stdout.write(
      "parameters  workers  format  Mbit/s  step ms: median  min  max  share of the line  planned ms  plan off by\n",
    );
    for (const precision of ["f32", "bf16"] as const) {
      const options = { ...shared, precision };
      process.stdout.write(`${report(options, await measure(link, options))}\n`);
    }
  } finally {
    link.close();
  }
}

if (process.argv[2] === "--link-coordinator")
  await coordinate(JSON.parse(process.argv[3]!) as Case);
else if (process.argv[2] === "--link-worker") await work(process.argv[3]!);
else if (process.argv[1] === script) await main();
