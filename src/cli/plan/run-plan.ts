// What a step costs before anybody starts one: bytes each way, time on the wire, time to compute, memory of the
// coordinator, for every way to synchronise. Arithmetic only, and pure; bench/link.bench.ts compares it with a
// link of that speed.

import { nodesOfMicroshards, splitMicroshards, type TreeNode } from "../../collective/index.ts";
import type { OptimizerConfig } from "../../optim/index.ts";

/**
 * star: the coordinator reduces. mesh: workers reduce a slice each. diloco: replicas take many steps between
 * two exchanges through the coordinator.
 */
export type Mode = "star" | "mesh" | "diloco";

export interface PlanInput {
  readonly parameterCount: number;
  readonly numWorkers: number;
  /** Of every machine's link, in each direction. */
  readonly linkBitsPerSecond: number;
  readonly downPrecision: "f32" | "bf16";
  readonly upPrecision: "f32" | "bf16";
  readonly numMicroshards: number;
  readonly tokensPerStep: number;
  /** Of one worker. */
  readonly tokensPerSecond: number;
  /** Diloco: steps of a replica between two exchanges, and how many replicas there are. */
  readonly innerSteps: number;
  readonly numReplicas: number;
  /** Bytes that may be on their way to or from one worker. */
  readonly windowBytes: number;
  /** Not of diloco: its rounds have Nesterov's momentum. */
  readonly optimizer: OptimizerConfig["kind"];
  /** The run keeps a moving average of its parameters. */
  readonly hasAverage: boolean;
  /** Every worker applies the optimizer; not of diloco. */
  readonly isReplicated: boolean;
}

/** Per step, in bytes; of diloco the average over a round. */
interface Traffic {
  /** At the busiest place: the coordinator, or a worker of a mesh. */
  readonly upBytes: number;
  readonly downBytes: number;
  readonly workerUpBytes: number;
  readonly workerDownBytes: number;
}

export interface ModePlan extends Traffic {
  readonly mode: Mode;
  readonly wireMs: number;
  readonly computeMs: number;
  readonly applyMs: number;
  readonly stepMs: number;
  readonly tokensPerSecond: number;
  /** Tokens per second against as many workers that need not talk. */
  readonly efficiency: number;
  /** The most that the coordinator needs at once while no worker comes or goes. */
  readonly coordinatorBytes: number;
}

export interface RunPlan {
  readonly modes: readonly ModePlan[];
  readonly recommended: Mode;
  /** The comparison that led there, with its numbers. */
  readonly reason: string;
}

/** What TCP/IP and Ethernet leave of a line for payload; measured over a shaped link. */
const PAYLOAD_SHARE = 0.944;
/** Headers of a piece: envelope, node, offset, leaves. */
const HEADER_BYTES = 160;
const PIECE_BYTES = 1 << 20;
/** AdamW over arrays that no cache holds, on one core with AVX2: 1.15e9 to 1.45e9 measured alone; sockets take a part. */
const APPLIED_PARAMETERS_PER_SECOND = 1e9;
/** Lease, acknowledgement, journal: what a step costs without bytes; 5 to 6.5 measured with 2 to 4 workers. */
const STEP_OVERHEAD_MS = 5;
/**
 * Share of the shorter direction that overlaps with the other one: workers whose parameters came first send while
 * the others still receive. Measured with eight workers behind one link: 0.20 in float32, 0.23 in bfloat16.
 */
const OVERLAP = 0.2;
/** What an optimizer keeps, in arrays as long as the parameters. */
const OPTIMIZER_ARRAYS: Readonly<Record<PlanInput["optimizer"], number>> = {
  adamw: 2,
  muon: 3,
  adafactor: 2,
  nesterov: 1,
};
const COORDINATOR_BASE_BYTES = 200e6;

/** Plans every mode and recommends one. */
export function planRun(input: PlanInput): RunPlan {
  const [star, mesh, diloco] = (["star", "mesh", "diloco"] as const).map((mode) =>
    planMode(input, mode),
  ) as [ModePlan, ModePlan, ModePlan];
  return { modes: [star, mesh, diloco], ...recommend(star, mesh, input.numWorkers) };
}

export function planMode(input: PlanInput, mode: Mode): ModePlan {
  const traffic = trafficOf(input, mode);
  const { tokensPerStep, tokensPerSecond, numWorkers, parameterCount } = input;
  const computeMs = (1000 * tokensPerStep) / (numWorkers * tokensPerSecond);
  const rounds = mode === "diloco" ? input.innerSteps : 1;
  const applyMs = (1000 * parameterCount) / APPLIED_PARAMETERS_PER_SECOND / rounds;
  const upMs = wireMsOf(traffic.upBytes, input);
  const downMs = wireMsOf(traffic.downBytes, input);
  // A worker alone has to wait for its last byte before it can send the first.
  const overlapMs = mode === "mesh" ? 0 : OVERLAP * (1 - 1 / numWorkers) * Math.min(upMs, downMs);
  // Parameters leave while the optimizer still works; gradients are added up while they arrive.
  const stepMs =
    computeMs + upMs + Math.max(downMs, applyMs) - overlapMs + STEP_OVERHEAD_MS / rounds;
  const perSecond = (1000 * tokensPerStep) / stepMs;
  return {
    mode,
    ...traffic,
    wireMs: upMs + downMs,
    computeMs,
    applyMs,
    stepMs,
    tokensPerSecond: perSecond,
    efficiency: perSecond / (numWorkers * tokensPerSecond),
    coordinatorBytes:
      4 * parameterCount * coordinatorArrays(input, mode) +
      numWorkers * input.windowBytes +
      COORDINATOR_BASE_BYTES,
  };
}

/** Arrays as long as the parameters. */
function coordinatorArrays(input: PlanInput, mode: Mode): number {
  const isReplicated = input.isReplicated && mode !== "diloco";
  const kept = 1 + OPTIMIZER_ARRAYS[mode === "diloco" ? "nesterov" : input.optimizer];
  // Two revisions on their way, or the update.
  const sent = isReplicated ? 1 : 2;
  const sum = 1;
  return kept + (input.hasAverage ? 1 : 0) + sent + sum + waitingArrays(input, mode);
}

/** Of a step's gradient, beside its sum: what waits for its sibling, and what is put together first. */
function waitingArrays(input: PlanInput, mode: Mode): number {
  // Workers hand on what is whole.
  if (mode === "mesh") return 0;
  if (mode === "star") {
    const nodes = nodesOfWorkers(input).flat();
    return Math.max(0, mostWaiting(nodes, 0, input.numMicroshards) - 1);
  }
  const { numReplicas, numWorkers } = input;
  const replicas = Array.from({ length: numReplicas }, (_, lo) => ({ lo, width: 1 }));
  const numLeaves = 2 ** Math.ceil(Math.log2(numReplicas));
  const numWaiting = Math.max(0, mostWaiting(replicas, 0, numLeaves) - 1);
  return numWaiting + Math.min(numWorkers, numReplicas);
}

/** Nodes below `lo + width` that can be there at once while none of them has its sibling. */
function mostWaiting(nodes: readonly TreeNode[], lo: number, width: number): number {
  const isWhole = nodes.some((node) => node.lo === lo && node.width === width);
  if (isWhole || width <= 1) return 0;
  const half = width / 2;
  const [left, right] = [mostWaiting(nodes, lo, half), mostWaiting(nodes, lo + half, half)];
  // Either both sides are in part, or one is whole and the other in part.
  return Math.max(left + right, 1 + left, 1 + right);
}

function wireMsOf(bytes: number, { linkBitsPerSecond }: PlanInput): number {
  return (1000 * 8 * bytes) / (PAYLOAD_SHARE * linkBitsPerSecond);
}

function trafficOf(input: PlanInput, mode: Mode): Traffic {
  const { numWorkers, innerSteps, numReplicas } = input;
  const up = withHeaders(input.parameterCount * (input.upPrecision === "f32" ? 4 : 2));
  const down = withHeaders(input.parameterCount * (input.downPrecision === "f32" ? 4 : 2));
  if (mode === "mesh") {
    const share = (numWorkers - 1) / numWorkers;
    const [upBytes, downBytes] = [share * up, share * down];
    return { upBytes, downBytes, workerUpBytes: upBytes, workerDownBytes: downBytes };
  }
  if (mode === "diloco") {
    const perWorker = Math.ceil(numReplicas / numWorkers);
    return {
      upBytes: (numReplicas * up) / innerSteps,
      downBytes: (numWorkers * down) / innerSteps,
      workerUpBytes: (perWorker * up) / innerSteps,
      workerDownBytes: down / innerSteps,
    };
  }
  const nodes = nodesOfWorkers(input).map(({ length }) => length);
  return {
    upBytes: up * nodes.reduce((sum, count) => sum + count, 0),
    downBytes: numWorkers * down,
    workerUpBytes: up * Math.max(...nodes),
    workerDownBytes: down,
  };
}

function withHeaders(bytes: number): number {
  return bytes + HEADER_BYTES * Math.ceil(bytes / PIECE_BYTES);
}

/** A worker sends one gradient for each aligned node of its microshards: more than one where N divides V badly. */
function nodesOfWorkers({ numMicroshards, numWorkers }: PlanInput): TreeNode[][] {
  const microshards = Array.from({ length: numMicroshards }, (_, i) => i);
  const speeds = Array.from({ length: numWorkers }, () => 1);
  return splitMicroshards(microshards, speeds).map(nodesOfMicroshards);
}

/** The rule of docs/distributed.md: the simplest mode whose bytes hide behind computing. */
function recommend(
  star: ModePlan,
  mesh: ModePlan,
  numWorkers: number,
): Pick<RunPlan, "recommended" | "reason"> {
  const seconds = (ms: number): string => `${(ms / 1000).toPrecision(3)} s`;
  const compute = seconds(star.computeMs);
  if (star.wireMs <= 0.5 * star.computeMs) {
    const reason = `star: ${seconds(star.wireMs)} on the wire is at most half of ${compute} of computing`;
    return { recommended: "star", reason };
  }
  if (numWorkers >= 4 && mesh.wireMs <= mesh.computeMs) {
    const reason = `mesh: ${seconds(mesh.wireMs)} on the wire is at most ${compute} of computing; star needs ${seconds(star.wireMs)}`;
    return { recommended: "mesh", reason };
  }
  const other = numWorkers >= 4 ? `, mesh ${seconds(mesh.wireMs)}` : "";
  const reason = `diloco: star needs ${seconds(star.wireMs)} on the wire${other} for ${compute} of computing`;
  return { recommended: "diloco", reason };
}
