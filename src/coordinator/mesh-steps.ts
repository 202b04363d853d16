// Steps whose gradient workers add up among themselves: begins one where that is possible, tells everybody who adds
// which slice, and takes what comes of it.

import type { MessageOf } from "../protocol/index.ts";
import type { CurrentWork } from "./current-work.ts";
import type { HeldLease, Member } from "./member.ts";
import { MeshPlan } from "./mesh-plan.ts";
import type { Outbox } from "./outbox.ts";
import type { PhaseMeter } from "./phase-meter.ts";
import type { CoordinatorPolicy } from "./policy.ts";
import type { Results } from "./results.ts";
import type { Roster } from "./roster.ts";
import { areLeavesOf } from "./sums.ts";

export interface MeshStepsOptions {
  readonly reduction: "star" | "mesh";
  readonly parameterCount: number;
  readonly checksum: boolean;
  readonly policy: Pick<CoordinatorPolicy, "leaseMaxMs">;
  readonly roster: Roster;
  readonly outbox: Outbox;
  readonly results: Results;
  readonly meter: PhaseMeter;
  /** Workers that may be given something. */
  readonly eligible: () => readonly Member[];
  /** More is done. */
  readonly changed: () => void;
}

export class MeshSteps {
  readonly #options: MeshStepsOptions;
  #nextAssignmentId = 1;

  constructor(options: MeshStepsOptions) {
    this.#options = options;
  }

  /** Begins a mesh where one is wanted and possible. */
  begin(work: CurrentWork): void {
    const { reduction, parameterCount, results, checksum } = this.#options;
    if (reduction !== "mesh" || !work.isGradient || work.isRound) return;
    // Workers know shares and slices by the step alone.
    if (work.isRepeat || work.work.isAgain === true) return;
    const workers = this.#workers();
    if (workers.length === 0) return;
    const nextId = (): number => this.#nextAssignmentId++;
    const plan = new MeshPlan(workers, parameterCount, results.pieceLength, nextId);
    work.useMesh(plan, results.chunkBytes, checksum);
    this.#sendSlices(work, this.#options.roster);
  }

  /** Workers came or went: their slices, and nodes that nobody has any more, go to others. */
  update(work: CurrentWork): void {
    const plan = work.mesh?.plan;
    if (plan === undefined) return;
    const before = plan.assignmentId;
    for (const node of plan.onMembers(this.#workers())) work.table.reopen(node);
    if (plan.assignmentId > before) this.#sendSlices(work, this.#options.roster);
  }

  onProgress(
    work: CurrentWork | undefined,
    member: Member,
    message: MessageOf<"progress">,
    nowMs: number,
  ): void {
    const plan = work?.mesh?.plan;
    if (work === undefined || plan === undefined) return;
    if (message.assignmentId < plan.assignmentId) this.#sendSlices(work, [member]);
    if (member.lease !== undefined) this.#renewSharing(member.lease, message, nowMs);
  }

  onSlice(
    work: CurrentWork | undefined,
    member: Member,
    message: MessageOf<"slice">,
    payload: Uint8Array,
  ): void {
    const { meter, outbox, changed } = this.#options;
    const mesh = work?.work.step === message.step ? work.mesh : undefined;
    const isTaken =
      mesh === undefined || meter.reducing(() => mesh.take(member.session, message, payload));
    if (!isTaken) return;
    const { transferId, offset } = message;
    outbox.send(member, { type: "received", transferId, offset });
    if (work?.isDone) changed();
  }

  onDelivered(
    work: CurrentWork | undefined,
    member: Member,
    message: MessageOf<"delivered">,
  ): void {
    const { step, leaseId, node, leaves, assignmentId } = message;
    const plan = work?.mesh?.plan;
    if (work === undefined || plan === undefined || work.work.step !== step) return;
    const isExpected = member.lease?.leaseId === leaseId && work.table.isExpected(leaseId, node);
    if (!isExpected || !areLeavesOf(node, leaves)) {
      return plan.reconfirm(node, member.session, assignmentId);
    }
    plan.confirm(node, member.session, assignmentId);
    this.#options.results.complete(work, member, leaseId, node, leaves);
  }

  /** Everything is computed, and shares are on their way to other workers: nothing of that is seen here. */
  #renewSharing(lease: HeldLease, progress: MessageOf<"progress">, nowMs: number): void {
    const numMicroshards = lease.nodes.reduce((sum, { width }) => sum + width, 0);
    if (progress.leaseId !== lease.leaseId || progress.microshardsDone < numMicroshards) return;
    const sinceMs = nowMs - (lease.computedAtMs ?? lease.grantedAtMs);
    if (sinceMs < this.#options.policy.leaseMaxMs) lease.progressAtMs = nowMs;
  }

  #workers(): Member[] {
    return this.#options.eligible().filter(({ peerAddress }) => peerAddress !== "");
  }

  #sendSlices({ work, mesh }: CurrentWork, members: Iterable<Member>): void {
    const { assignmentId, owners } = mesh!.plan;
    for (const member of members) {
      this.#options.outbox.send(member, { type: "slices", assignmentId, step: work.step, owners });
    }
  }
}
