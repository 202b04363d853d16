// The work that is being collected: what is done, what was found out, and the sum of the gradients so far.

import {
  type FloatPool,
  PieceReducer,
  RunningSquares,
  type TreeNode,
} from "../collective/index.ts";
import type { LeafStats } from "../protocol/index.ts";
import type { Alert, Audit } from "./audit.ts";
import { FailureMemory } from "./failure-memory.ts";
import { MeshIntake } from "./mesh-intake.ts";
import type { MeshPlan } from "./mesh-plan.ts";
import { WorkTable } from "./work-table.ts";

export interface Work {
  readonly purpose: "gradient" | "evaluation";
  readonly step: number;
  readonly revision: number;
  /** The step's gradient was not finite before: each node is looked at, and a bad one is done by another worker. */
  readonly isRepeat?: boolean;
  /** It was collected before and did not count: what workers keep and have added up of the step is void. */
  readonly isAgain?: boolean;
  /** DiLoCo: what each replica trains on, and when the round ends without the late ones. */
  readonly round?: RoundPlan;
}

export interface RoundPlan {
  /** By replica. */
  readonly blocks: readonly number[];
  /** Replicas that are enough, after a time of grace for the others. */
  readonly quorum: number;
  readonly graceMs: number;
  /** Replicas that a round did without when it was computed before a crash; it does so again. Undefined: a new round. */
  readonly withoutReplicas: readonly number[] | undefined;
}

export interface WorkProgress {
  readonly purpose: Work["purpose"];
  readonly step: number;
  readonly numDone: number;
  readonly numMicroshards: number;
}

/** The sum of a gradient, and of its squares. */
export interface GradientSum {
  readonly values: Float32Array;
  readonly squares: number;
}

export interface CollectedWork {
  /** One per microshard, in order. */
  readonly leaves: readonly LeafStats[];
  readonly table: WorkTable;
  /** Workers of whom something may be in the sum or the numbers, even a piece of a node that another one finished. */
  readonly contributors: ReadonlySet<string>;
  /** Of gradients; give it back with {@link Fleet.giveBack}. */
  readonly sum: GradientSum | undefined;
  /** What was found out about results while they were collected. */
  readonly alerts: readonly Alert[];
  /** Workers that gave a node that was not finite while the step was repeated. */
  readonly suspects: readonly string[];
}

export interface WorkMemory {
  readonly numMicroshards: number;
  /** Whole arrays. */
  readonly pool: FloatPool;
  /** Pieces. */
  readonly spares: FloatPool;
}

interface Summing {
  readonly values: Float32Array;
  readonly reducer: PieceReducer;
  readonly squares: RunningSquares;
}

export class CurrentWork {
  readonly work: Work;
  readonly table: WorkTable;
  readonly leaves: LeafStats[] = [];
  readonly alerts: Alert[] = [];
  /** Workers whose nodes were not finite when the step was repeated. */
  readonly suspects = new Set<string>();
  readonly contributors = new Set<string>();
  readonly failures = new FailureMemory();
  audit: Audit | undefined;
  /** Where workers add the gradient up; undefined: here. */
  mesh: MeshIntake | undefined;
  readonly resolve: (collected: CollectedWork) => void;
  readonly reject: (error: Error) => void;
  #quorumAtMs: number | undefined;
  readonly #memory: WorkMemory;
  readonly #summing: Summing | undefined;

  constructor(work: Work, memory: WorkMemory, settle: Pick<CurrentWork, "resolve" | "reject">) {
    this.work = work;
    this.table = new WorkTable(memory.numMicroshards, { alone: work.round !== undefined });
    this.resolve = settle.resolve;
    this.reject = settle.reject;
    this.#memory = memory;
    this.#summing = work.purpose === "gradient" ? beginSum(memory) : undefined;
  }

  get isGradient(): boolean {
    return this.work.purpose === "gradient";
  }

  get isRepeat(): boolean {
    return this.work.isRepeat ?? false;
  }

  get isRound(): boolean {
    return this.work.round !== undefined;
  }

  get isDone(): boolean {
    const isWhole = this.mesh?.isComplete ?? this.table.isDone;
    return isWhole && this.table.isDone && this.audit?.isPending !== true;
  }

  /** Where pieces of a node go; undefined: somebody wants to see the node whole before it counts. */
  reducerFor(node: TreeNode): PieceReducer | undefined {
    // Of a replica that comes too late nothing may be in the sum.
    const isLookedAt = this.isRepeat || this.isRound || this.audit?.isOf(node) === true;
    return isLookedAt ? undefined : this.#summing?.reducer;
  }

  /** Workers add this gradient up, slice by slice. */
  useMesh(plan: MeshPlan, pieceBytes: number, checksum: boolean): void {
    const { values, squares } = this.#summing!;
    this.mesh = new MeshIntake(plan, { values, squares, pieceBytes, checksum });
  }

  /** Adds a node that was put together, and takes its array. */
  add(node: TreeNode, array: Float32Array): void {
    const { pool, spares } = this.#memory;
    for (let begin = 0, piece = 0; begin < array.length; begin += spares.size, piece++) {
      this.#summing?.reducer.take(node, piece, array.subarray(begin, begin + spares.size));
    }
    pool.give(array);
  }

  /** Whether a round may end without the replicas that are late; asked again and again. */
  mayDoWithout(nowMs: number): boolean {
    const { round } = this.work;
    if (round === undefined || round.withoutReplicas !== undefined) return false;
    if (this.table.numDone < round.quorum) return false;
    this.#quorumAtMs ??= nowMs;
    return nowMs - this.#quorumAtMs >= round.graceMs;
  }

  /** When it is done. */
  collected(): CollectedWork {
    const { table, alerts, suspects, contributors } = this;
    const sum = this.#summing;
    if (this.isRound) sum?.reducer.finish();
    return {
      // Without the places of replicas that were late.
      leaves: this.leaves.filter((leaf) => leaf !== undefined),
      table,
      contributors,
      sum: sum && { values: sum.values, squares: sum.squares.total },
      alerts,
      suspects: [...suspects],
    };
  }

  /** Nobody wants it any more. */
  drop(): void {
    this.#summing?.reducer.clear();
    if (this.#summing !== undefined) this.#memory.pool.give(this.#summing.values);
  }
}

function beginSum({ numMicroshards, pool, spares }: WorkMemory): Summing {
  const values = pool.take();
  const squares = new RunningSquares(values);
  const reducer = new PieceReducer({
    root: { lo: 0, width: numMicroshards },
    sum: values,
    pieceLength: spares.size,
    spares,
    onDone: (begin, end) => squares.onReady(begin, end),
  });
  return { values, reducer, squares };
}
