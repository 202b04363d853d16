// The coordinator's shell around the network: sessions, leases and transfers of all workers. Decides nothing
// by itself that `admission`, `lease-policy` and `work-table` do not say. `collect` gives out one piece of
// work and resolves when every microshard of it is in, whoever comes and goes meanwhile.

import { randomBytes } from "node:crypto";
import { FloatPool, microshardsOf, type TreeNode } from "../collective/index.ts";
import {
  AuspexError,
  type Clock,
  EXIT,
  type Logger,
  messageOf,
  type Timer,
} from "../core/index.ts";
import {
  type Decoded,
  decodeMessage,
  encodeMessage,
  type LeafStats,
  LIMITS,
  type Message,
  type MessageOf,
  ProtocolError,
  type RefuseCode,
  type WireMessage,
} from "../protocol/index.ts";
import {
  type Listener,
  OutgoingTransfers,
  type PublicIdentity,
  type Transport,
} from "../transport/index.ts";
import type { RunIdentity } from "./admission.ts";
import { Audit, chooseAudit, isAuditStep } from "./audit.ts";
import { type CollectedWork, CurrentWork, type Work, type WorkProgress } from "./current-work.ts";
import type { FleetEvent } from "./fleet-event.ts";
import { Gate, type Refusal } from "./gate.ts";
import { GradientIntake } from "./gradient-intake.ts";
import {
  auditTtlMs,
  decideBackup,
  leaseTtlMs,
  msPerMicroshardAfterExpiry,
  updatedMsPerMicroshard,
} from "./lease-policy.ts";
import { type HeldLease, isIdle, type Member, speedOf } from "./member.ts";
import { MeshPlan } from "./mesh-plan.ts";
import { ParameterBroadcast } from "./parameter-broadcast.ts";
import { PhaseMeter, type StepPhases } from "./phase-meter.ts";
import type { CoordinatorPolicy } from "./policy.ts";
import type { ExchangeFormats } from "./records.ts";
import { Replicas, type ReplicaUpdate } from "./replicas.ts";
import { type ReadPart, SpanServer } from "./span-server.ts";
import { areLeavesOf } from "./sums.ts";
import type { WorkLease } from "./work-table.ts";
import { viewOf, type WorkerView } from "./worker-view.ts";

export interface FleetOptions {
  readonly runId: string;
  readonly incarnation: number;
  /** JSON for the workers. */
  readonly runConfig: string;
  readonly identity: RunIdentity;
  readonly numMicroshards: number;
  readonly parameterCount: number;
  readonly exchange: ExchangeFormats;
  readonly reduction: "star" | "mesh";
  /** Every worker applies the optimizer, and to be let in must do so with the bits of this class. */
  readonly optimizerClass: string | undefined;
  readonly policy: CoordinatorPolicy;
  readonly transport: Transport;
  readonly address: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Who may join, asked at each join; undefined admits anybody that can connect. */
  readonly admitted: (() => readonly PublicIdentity[]) | undefined;
  /** Serves workers that stream their data. */
  readonly readPart: ReadPart | undefined;
  /** A worker joined, left or was lost; a lease was given out again; somebody was refused. */
  readonly onEvent: (event: FleetEvent) => void;
}

const CUT_OFF = "cut off from the broker";

export class Fleet {
  readonly #options: FleetOptions;
  readonly #members = new Map<string, Member>();
  readonly #broadcast: ParameterBroadcast;
  /** Where every worker applies the optimizer: what they apply it to. */
  readonly replicas: Replicas | undefined;
  readonly #pool: FloatPool;
  readonly #meter: PhaseMeter;
  readonly #gate: Gate;
  readonly #spans: SpanServer;
  #intake: GradientIntake;
  #spares: FloatPool;
  #chunkBytes: number;
  #suspendedSinceMs: number | undefined;
  #numericClass: string | undefined;
  #listener: Listener | undefined;
  #generation = 0;
  #nextLeaseId = 1;
  #nextAssignmentId = 1;
  #work: CurrentWork | undefined;
  readonly #numAudits = new Map<string, number>();
  #gathering: { readonly check: () => void; readonly reject: (error: Error) => void } | undefined;
  #belowMinimumSinceMs: number | undefined;
  #lastFailure: string | undefined;
  #tick: Timer | undefined;
  /** The run is given up: nothing is begun any more. */
  #abandoned: Error | undefined;
  #isClosing = false;

  private constructor(options: FleetOptions) {
    const { policy, parameterCount, exchange } = options;
    this.#options = options;
    this.#gate = new Gate({ ...options, maxWorkers: policy.maxWorkers });
    this.#spans = new SpanServer({
      ...options,
      windowBytes: policy.windowBytes,
      isMember: (member) => this.#members.get(member.session) === member,
      send: (member, message, payload) => this.#send(member, message, payload),
    });
    this.#numericClass = options.identity.numericClass;
    this.#pool = new FloatPool(parameterCount);
    this.#meter = new PhaseMeter(options.clock);
    this.#chunkBytes = policy.chunkBytes;
    this.#intake = this.#createIntake();
    this.#spares = new FloatPool(this.#intake.pieceLength);
    this.replicas = options.optimizerClass === undefined ? undefined : this.#createReplicas();
    this.#broadcast = new ParameterBroadcast(parameterCount, exchange.parameters, {
      send: (member, message, payload) => this.#send(member, message, payload),
      delivered: (member) => {
        this.#onUpToDate(member);
      },
      failed: (member, reason) => {
        if (this.#members.has(member.session)) this.#remove(member, reason);
      },
    });
  }

  #createReplicas(): Replicas {
    const { clock, policy } = this.#options;
    return new Replicas({
      clock,
      timeoutMs: policy.replicaTimeoutMs,
      pool: this.#pool,
      members: () => this.#members.values(),
      send: (member, message, payload) => this.#send(member, message, payload),
      applied: (member) => this.#onUpToDate(member),
      failed: (member, reason) => {
        if (this.#members.has(member.session)) this.#remove(member, reason);
      },
    });
  }

  /** A worker has what its lease computes from. */
  #onUpToDate({ heldRevision, lease }: Member): void {
    const nowMs = this.#options.clock.nowMs();
    if (heldRevision === this.#newestRevision) this.#meter.onDelivered();
    if (lease !== undefined) {
      lease.progressAtMs = nowMs;
      lease.startableAtMs = nowMs;
    }
    this.#onCapacity();
  }

  get #newestRevision(): number {
    return Math.max(this.#broadcast.revision, this.replicas?.revision ?? -1);
  }

  /** Starts listening. */
  static async open(options: FleetOptions): Promise<Fleet> {
    const fleet = new Fleet(options);
    fleet.#listener = await options.transport.listen(options.address, {
      message: (peer, wire) => fleet.#onMessage(peer, wire),
      peerLost: (peer) => fleet.#onPeerLost(peer),
      refused: ({ code, text }) => options.onEvent({ kind: "refused", code, text }),
      suspended: (isSuspended) => fleet.#onSuspended(isSuspended),
    });
    fleet.#limitChunks(fleet.#listener.maxPayloadBytes);
    fleet.#scheduleTick();
    return fleet;
  }

  /** Before anybody has joined. */
  #limitChunks(maxPayloadBytes: number = LIMITS.payloadBytes): void {
    // Pieces are whole floats.
    const limit = maxPayloadBytes - (maxPayloadBytes % 4);
    this.#chunkBytes = Math.min(this.#options.policy.chunkBytes, limit);
    this.#intake = this.#createIntake();
    this.#spares = new FloatPool(this.#intake.pieceLength);
  }

  #createIntake(): GradientIntake {
    const { transport, exchange } = this.#options;
    return new GradientIntake({
      pool: this.#pool,
      format: exchange.gradients,
      chunkBytes: this.#chunkBytes,
      checksum: !transport.protectsBytes,
    });
  }

  /** Where workers connect. */
  get address(): string {
    return this.#listener?.address ?? this.#options.address;
  }

  get numWorkers(): number {
    return this.#members.size;
  }

  get generation(): number {
    return this.#generation;
  }

  /** Fixed by the first worker that joined. */
  get numericClass(): string | undefined {
    return this.#numericClass;
  }

  get workers(): WorkerView[] {
    const nowMs = this.#options.clock.nowMs();
    return [...this.#members.values()].map((member) => viewOf(member, this.#newestRevision, nowMs));
  }

  /** What is being computed now, and how much of it is in. */
  get progress(): WorkProgress | undefined {
    if (this.#work === undefined) return undefined;
    const { work, table } = this.#work;
    const { purpose, step } = work;
    return { purpose, step, numDone: table.numDone, numMicroshards: this.#options.numMicroshards };
  }

  /** Of the work that was collected last; ask before the next parameters are published. */
  phases(commit: Pick<StepPhases, "applyMs" | "journalMs">): StepPhases {
    return this.#meter.phases(commit);
  }

  /**
   * Makes committed parameters known to all workers. The array is lent: it may change after {@link withdraw}
   * when nobody is being sent it any more ({@link isLent}).
   *
   * @param numReady How many of the values are final; {@link extend} says when there are more. Default: all.
   */
  publish(revision: number, parameters: Float32Array, numReady?: number): void {
    this.#meter.onPublished();
    this.replicas?.close();
    this.#broadcast.publish(revision, parameters, this.#members.values(), numReady);
  }

  /** {@link publish} where every worker applies the optimizer; see {@link Replicas.publish}. */
  publishUpdate(update: ReplicaUpdate): Promise<void> {
    this.#meter.onPublished();
    return this.replicas!.publish(update);
  }

  /** More values of what was published last are final. */
  extend(numReady: number): void {
    this.#broadcast.extend(numReady, this.#members.values());
  }

  /** No transfer of the parameters that were published last begins any more. */
  withdraw(): void {
    this.#broadcast.withdraw();
  }

  isLent(parameters: Float32Array): boolean {
    return this.#broadcast.isLent(parameters);
  }

  giveBack(array: Float32Array): void {
    this.#pool.give(array);
  }

  /** Resolves when the expected workers are there, or enough of them and the join window has passed. */
  async gather(): Promise<void> {
    const { policy, clock } = this.#options;
    let windowTimer: Timer | undefined;
    let isWindowOver = false;
    if (this.#abandoned !== undefined) throw this.#abandoned;
    await new Promise<void>((resolve, reject) => {
      const check = (): void => {
        const ready = this.#eligible().length;
        if (ready >= policy.minWorkers) {
          windowTimer ??= clock.after(policy.joinWindowMs, () => {
            isWindowOver = true;
            check();
          });
        }
        const wanted = isWindowOver ? 0 : policy.expectedWorkers;
        if (ready >= Math.max(policy.minWorkers, wanted)) resolve();
      };
      this.#gathering = { check, reject };
      check();
    }).finally(() => windowTimer?.cancel());
    this.#gathering = undefined;
  }

  /**
   * Has one piece of work done by the workers.
   *
   * @throws {AuspexError} code PAUSED when there were too few workers for too long, or what {@link abandon} was given.
   */
  collect(work: Work): Promise<CollectedWork> {
    if (this.#abandoned !== undefined) return Promise.reject(this.#abandoned);
    const memory = {
      numMicroshards: this.#options.numMicroshards,
      pool: this.#pool,
      spares: this.#spares,
    };
    this.#meter.onWork();
    return new Promise((resolve, reject) => {
      this.#work = new CurrentWork(work, memory, { resolve, reject });
      for (const replica of work.round?.withoutReplicas ?? []) this.#work.table.waive(replica);
      this.#planMesh(this.#work);
      this.#onCapacity();
    });
  }

  /** Stops waiting for workers or for the current work, and for any that comes. */
  abandon(error: Error): void {
    this.#abandoned ??= error;
    this.replicas?.abandon(error);
    this.#gathering?.reject(error);
    this.#endWork((work) => {
      work.drop();
      work.reject(error);
    });
  }

  /**
   * Tells all workers to go, and closes.
   *
   * @param paused Whether the run goes on when a coordinator is started again.
   */
  async close(reason: string, paused: boolean): Promise<void> {
    this.#isClosing = true;
    this.#tick?.cancel();
    for (const member of this.#members.values()) {
      this.#send(member, { type: "finished", reason, paused });
      member.outgoing.cancelAll(reason);
    }
    await this.#listener?.close();
  }

  /** A local worker's process ended: no need to wait for silence. */
  workerExited(name: string, reason: string): void {
    for (const member of this.#members.values()) {
      if (member.name === name) this.#remove(member, reason);
    }
  }

  #onMessage(peer: string, wire: WireMessage): void {
    if (this.#isClosing) return;
    let decoded: Decoded;
    try {
      decoded = decodeMessage(wire);
    } catch (error) {
      this.#onUndecodable(peer, error);
      return;
    }
    const { envelope, message, payload } = decoded;
    const { runId } = this.#options;
    if (envelope.run !== "" && envelope.run !== runId) {
      this.#refuse(peer, "", "BAD_RUN", `this is run ${runId}, not ${envelope.run}`);
      return;
    }
    if (message.type === "hello") return this.#onHello(peer, message);
    if (message.type === "join") return this.#onJoin(peer, message);

    const member = this.#members.get(envelope.session);
    if (member === undefined || member.peer !== peer) {
      if (member !== undefined) this.#onForeignSession(member);
      if (message.type === "progress") {
        this.#sendTo(peer, "", { type: "stale", reason: "unknown session" });
      }
      return;
    }
    member.lastSeenMs = this.#options.clock.nowMs();
    this.#onMemberMessage(member, message, payload);
  }

  #onMemberMessage(member: Member, message: Message, payload: Uint8Array | undefined): void {
    switch (message.type) {
      case "progress":
        return this.#onProgress(member, message);
      case "gradient":
        return this.#onGradient(member, message, payload!);
      case "evaluation":
        return this.#onEvaluation(member, message);
      case "received":
        if (member.lease !== undefined) member.lease.progressAtMs = member.lastSeenMs;
        return member.outgoing.onReceived(message.transferId, message.offset);
      case "slice":
        return this.#onSlice(member, message, payload!);
      case "fetch":
        return this.#spans.onFetch(member, message);
      case "delivered":
        return this.#onDelivered(member, message);
      case "applied":
        return this.replicas?.onApplied(member, message);
      case "leave":
        return this.#remove(member, message.reason, "left");
      case "failed":
        return this.#onFailed(member, message);
      case "hello":
      case "join":
      case "offer":
      case "welcome":
      case "refuse":
      case "lease":
      case "parameters":
      case "span":
      case "revoke":
      case "stale":
      case "finished":
      case "alive":
      case "slices":
      case "share":
      case "state":
      case "update":
        this.#options.logger.log("debug", "message.misplaced", { type: message.type });
        return;
      default:
        return message satisfies never;
    }
  }

  /** Somebody speaks with a worker's session: a replay, or worse. Said once a worker. */
  #onForeignSession(member: Member): void {
    if (member.isImpersonated) return;
    member.isImpersonated = true;
    const text = `another connection speaks with the session of ${member.name}`;
    this.#options.onEvent({ kind: "refused", code: "FOREIGN_SESSION", text });
  }

  /** What computing threw: others try, unless it is the work that cannot be done. */
  #onFailed(member: Member, failed: MessageOf<"failed">): void {
    const work = this.#work;
    const isCurrent = member.lease?.leaseId === failed.leaseId;
    const fatal =
      isCurrent && work !== undefined
        ? work.failures.add(work.work, work.table.missing(failed.leaseId), failed)
        : undefined;
    this.#lastFailure = failed.text;
    this.#remove(member, failed.text);
    if (fatal !== undefined) this.abandon(fatal);
  }

  #onUndecodable(peer: string, error: unknown): void {
    const peerVersion = error instanceof ProtocolError ? error.peerVersion : undefined;
    if (peerVersion === undefined) {
      this.#options.logger.log("debug", "message.refused", { reason: messageOf(error) });
      return;
    }
    this.#refuse(peer, "", "BAD_VERSION", messageOf(error));
  }

  #onHello(peer: string, { helloId }: MessageOf<"hello">): void {
    const options = this.#options;
    const known = this.#memberOfPeer(peer);
    // The worker began anew: whatever it was given before is void.
    if (known !== undefined) this.#remove(known, "it began anew");
    this.#sendTo(peer, "", {
      type: "offer",
      helloId,
      runConfig: options.runConfig,
      configHash: options.identity.configHash,
      numMicroshards: options.numMicroshards,
      parameterCount: options.parameterCount,
      heartbeatIntervalMs: options.policy.heartbeatIntervalMs,
      chunkBytes: this.#chunkBytes,
      windowBytes: options.policy.windowBytes,
      checksum: !options.transport.protectsBytes,
      nonce: this.#gate.nonceOf(peer, helloId),
      parameterFormat: options.exchange.parameters,
      gradientFormat: options.exchange.gradients,
      reduction: options.reduction,
      optimizerState: this.replicas === undefined ? "coordinator" : "replicated",
    });
  }

  #onJoin(peer: string, join: MessageOf<"join">): void {
    const { policy, clock } = this.#options;
    const known = this.#memberOfPeer(peer);
    if (known !== undefined) {
      // Our welcome was lost.
      this.#send(known, { type: "welcome", helloId: join.helloId });
      return;
    }
    const numWorkers = this.#members.size;
    const refusal =
      this.#gate.whyRefused(peer, join, this.#numericClass, numWorkers) ?? this.#whyNoReplica(join);
    if (refusal !== undefined) {
      this.#refuse(peer, join.helloId, refusal.code, refusal.text);
      return;
    }
    this.#numericClass ??= join.numericClass;
    const session = randomBytes(16).toString("hex");
    const member: Member = {
      session,
      peer,
      name: join.workerName,
      peerAddress: join.peerAddress,
      meshToken: randomBytes(16).toString("hex"),
      outgoing: new OutgoingTransfers({
        clock,
        chunkBytes: this.#chunkBytes,
        windowBytes: policy.windowBytes,
        checksum: !this.#options.transport.protectsBytes,
        resendMs: policy.resendMs,
      }),
      lastSeenMs: clock.nowMs(),
      heldRevision: -1,
      parameterTransfer: undefined,
      lease: undefined,
      computedMicroshards: 0,
      msPerMicroshard: undefined,
      isStalled: false,
      isImpersonated: false,
    };
    this.#members.set(session, member);
    this.#generation++;
    this.#send(member, { type: "welcome", helloId: join.helloId });
    this.#broadcast.bringUpToDate(member);
    this.replicas?.bring(member);
    this.#options.onEvent({ kind: "joined", worker: member.name, reason: join.numericClass });
    this.#onCapacity();
  }

  #whyNoReplica({ workerName, optimizerClass }: MessageOf<"join">): Refusal | undefined {
    if (this.replicas === undefined) return undefined;
    const excluded = this.replicas.whyExcluded(workerName);
    if (excluded !== undefined) return { code: "EXCLUDED", text: `${workerName}: ${excluded}` };
    const ours = this.#options.optimizerClass;
    if (optimizerClass === ours) return undefined;
    const theirs = optimizerClass === "" ? "does not apply one" : `applies it as ${optimizerClass}`;
    const text = `every worker applies the optimizer, the coordinator as ${ours}, ${workerName} ${theirs}: parameters would differ in their last bits`;
    return { code: "CLASS_NOT_ALLOWED", text: text.slice(0, LIMITS.textLength) };
  }

  #onProgress(member: Member, message: MessageOf<"progress">): void {
    const nowMs = this.#options.clock.nowMs();
    const { lease } = member;
    const numNew = message.computedMicroshards - member.computedMicroshards;
    if (numNew > 0) {
      if (lease !== undefined && message.leaseId === lease.leaseId) {
        member.msPerMicroshard = updatedMsPerMicroshard(
          member.msPerMicroshard,
          nowMs - lease.progressAtMs,
          numNew,
        );
        lease.progressAtMs = nowMs;
        lease.computedAtMs = nowMs;
      }
      member.computedMicroshards = message.computedMicroshards;
      member.isStalled = false;
    }
    if (message.leaseId === 0) member.isStalled = false;
    else if (lease === undefined && member.isStalled) {
      this.#send(member, { type: "revoke", leaseId: message.leaseId, reason: "no progress" });
    }
    if (lease !== undefined && message.leaseId < lease.leaseId) {
      if (nowMs - lease.sentAtMs > this.#options.policy.resendMs) this.#sendLease(member, lease);
    }
    const plan = this.#work?.mesh?.plan;
    if (plan !== undefined && message.assignmentId < plan.assignmentId) this.#sendSlices([member]);
    if (plan !== undefined && lease !== undefined) this.#renewSharing(lease, message, nowMs);
    if (message.leaseId === 0) this.replicas?.bring(member);
    if (lease !== undefined && this.replicas?.isApplying(member)) lease.progressAtMs = nowMs;
    this.#send(member, { type: "alive", step: this.#work?.work.step ?? 0 });
    this.#onCapacity();
  }

  #onGradient(member: Member, message: MessageOf<"gradient">, payload: Uint8Array): void {
    const { leaseId, node, transferId, offset } = message;
    const acknowledge = (): void => this.#send(member, { type: "received", transferId, offset });
    if (this.#intake.isFinished(member.session, transferId)) return acknowledge();
    const work = this.#work;
    const { lease } = member;
    if (
      work === undefined ||
      !work.isGradient ||
      work.mesh !== undefined ||
      lease?.leaseId !== leaseId ||
      !(lease.isAudit ? work.audit?.isOf(node) : work.table.isExpected(leaseId, node))
    ) {
      this.#send(member, { type: "revoke", leaseId, reason: "no longer wanted" });
      return;
    }
    const verdict = this.#meter.reducing(() =>
      this.#intake.take(member.session, message, payload, work.reducerFor(node)),
    );
    if (verdict.kind === "refused") {
      this.#options.logger.log("warn", "gradient.refused", {
        worker: member.name,
        reason: verdict.reason,
      });
      return;
    }
    work.contributors.add(member.name);
    lease.progressAtMs = member.lastSeenMs;
    lease.firstPieceAtMs ??= member.lastSeenMs;
    acknowledge();
    if (verdict.kind !== "whole") return;
    const { array, leaves } = verdict;
    if (array !== undefined) {
      if (lease.isAudit) return this.#onAudited(work, member, array);
      if (work.isRepeat && this.#isRejected(work, member, leaseId, node, array)) return;
      work.audit?.onCounted(node, member.name, array);
      this.#meter.reducing(() => work.add(node, array));
    }
    this.#completeNode(work, member, leaseId, node, leaves);
  }

  /** The replicas that are still out are too late. */
  #endRound(work: CurrentWork): void {
    for (const replica of work.table.open) work.table.waive(replica);
    for (const member of this.#members.values()) {
      const { lease } = member;
      if (lease === undefined) continue;
      this.#endLease(member);
      this.#send(member, { type: "revoke", leaseId: lease.leaseId, reason: "the round has ended" });
    }
  }

  #onSlice(member: Member, message: MessageOf<"slice">, payload: Uint8Array): void {
    const work = this.#work;
    const isOfStep = work?.mesh !== undefined && work.work.step === message.step;
    const isTaken = isOfStep
      ? this.#meter.reducing(() => work.mesh!.take(member.session, message, payload))
      : true;
    if (!isTaken) return;
    const { transferId, offset } = message;
    this.#send(member, { type: "received", transferId, offset });
    if (work?.isDone) this.#onCapacity();
  }

  #onDelivered(member: Member, message: MessageOf<"delivered">): void {
    const { step, leaseId, node, leaves, assignmentId } = message;
    const work = this.#work;
    const plan = work?.mesh?.plan;
    if (work === undefined || plan === undefined || work.work.step !== step) return;
    const isExpected = member.lease?.leaseId === leaseId && work.table.isExpected(leaseId, node);
    if (!isExpected || !areLeavesOf(node, leaves)) {
      return plan.reconfirm(node, member.session, assignmentId);
    }
    plan.confirm(node, member.session, assignmentId);
    this.#completeNode(work, member, leaseId, node, leaves);
  }

  /** Everything is computed, and shares are on their way to other workers: nothing of that is seen here. */
  #renewSharing(lease: HeldLease, progress: MessageOf<"progress">, nowMs: number): void {
    const numMicroshards = lease.nodes.reduce((sum, { width }) => sum + width, 0);
    if (progress.leaseId !== lease.leaseId || progress.microshardsDone < numMicroshards) return;
    const sinceMs = nowMs - (lease.computedAtMs ?? lease.grantedAtMs);
    if (sinceMs < this.#options.policy.leaseMaxMs) lease.progressAtMs = nowMs;
  }

  /** Begins a mesh where one is wanted and possible. */
  #planMesh(work: CurrentWork): void {
    if (this.#options.reduction !== "mesh" || !work.isGradient || work.isRound) return;
    // Workers know shares and slices by the step alone.
    if (work.isRepeat || work.work.isAgain === true) return;
    const workers = this.#meshWorkers();
    if (workers.length === 0) return;
    const pieceLength = this.#intake.pieceLength;
    const nextId = (): number => this.#nextAssignmentId++;
    const plan = new MeshPlan(workers, this.#options.parameterCount, pieceLength, nextId);
    work.useMesh(plan, this.#chunkBytes, !this.#options.transport.protectsBytes);
    this.#sendSlices(this.#members.values());
  }

  #meshWorkers(): Member[] {
    return this.#eligible().filter(({ peerAddress }) => peerAddress !== "");
  }

  /** Workers came or went: their slices, and nodes that nobody has any more, go to others. */
  #updateMesh(): void {
    const work = this.#work;
    const plan = work?.mesh?.plan;
    if (work === undefined || plan === undefined) return;
    const before = plan.assignmentId;
    for (const node of plan.onMembers(this.#meshWorkers())) work.table.reopen(node);
    if (plan.assignmentId > before) this.#sendSlices(this.#members.values());
  }

  #sendSlices(members: Iterable<Member>): void {
    const work = this.#work;
    const plan = work?.mesh?.plan;
    if (work === undefined || plan === undefined) return;
    const { assignmentId, owners } = plan;
    for (const member of members) {
      this.#send(member, { type: "slices", assignmentId, step: work.work.step, owners });
    }
  }

  #onAudited(work: CurrentWork, member: Member, array: Float32Array): void {
    const alert = work.audit?.compare(member.name, array);
    this.#pool.give(array);
    this.#endLease(member);
    if (alert !== undefined) {
      work.alerts.push(alert);
      this.#options.onEvent(alert);
    }
    this.#onCapacity();
  }

  /** A node that is not finite is done again by a worker that gave no such node; when all did, it counts. */
  #isRejected(
    work: CurrentWork,
    member: Member,
    leaseId: number,
    node: TreeNode,
    array: Float32Array,
  ): boolean {
    const { suspects } = work;
    if (array.every(Number.isFinite)) return false;
    if (!this.#eligible().some(({ name }) => name !== member.name && !suspects.has(name))) {
      return false;
    }
    suspects.add(member.name);
    this.#pool.give(array);
    if (!work.table.reject(leaseId, node)) this.#endLease(member);
    this.#onCapacity();
    return true;
  }

  #onEvaluation(member: Member, { leaseId, leaves }: MessageOf<"evaluation">): void {
    const work = this.#work;
    const { lease } = member;
    if (work === undefined || work.isGradient || lease?.leaseId !== leaseId) return;
    const byMicroshard = new Map(leaves.map((leaf) => [leaf.microshard, leaf]));
    for (const node of lease.nodes) {
      // Some of it may have been done by a faster worker, or the work may just have ended.
      if (this.#work !== work || !work.table.isExpected(leaseId, node)) continue;
      const ofNode = Array.from({ length: node.width }, (_, i) => byMicroshard.get(node.lo + i));
      if (!ofNode.every((leaf) => leaf !== undefined)) return;
      this.#completeNode(work, member, leaseId, node, ofNode);
    }
  }

  #completeNode(
    work: CurrentWork,
    member: Member,
    leaseId: number,
    node: TreeNode,
    leaves: readonly LeafStats[],
  ): void {
    work.contributors.add(member.name);
    for (const leaf of leaves) work.leaves[leaf.microshard] = leaf;
    for (const ended of work.table.complete(leaseId, node, member.name)) {
      if (ended === leaseId) {
        if (member.lease !== undefined) this.#meter.onLeaseDone(member.name, member.lease);
        this.#endLease(member);
      } else this.#onBeaten(ended);
    }
    this.#onCapacity();
  }

  /** Another worker delivered what this lease had still to deliver. */
  #onBeaten(leaseId: number): void {
    for (const member of this.#members.values()) {
      if (member.lease?.leaseId !== leaseId) continue;
      this.#endLease(member);
      this.#send(member, { type: "revoke", leaseId, reason: "another worker was faster" });
    }
  }

  #endWork(settle: (work: CurrentWork) => void): void {
    const work = this.#work;
    if (work === undefined) return;
    this.#work = undefined;
    for (const member of this.#members.values()) this.#endLease(member);
    settle(work);
  }

  /** Nothing of its lease is expected any more. */
  #endLease(member: Member): void {
    if (member.lease === undefined) return;
    this.#intake.drop(member.session, member.lease.leaseId);
    member.lease = undefined;
  }

  /** Something may be possible now that was not: gives open work to idle workers. */
  #onCapacity(): void {
    this.#gathering?.check();
    const work = this.#work;
    if (work === undefined) return;
    this.#updateMesh();
    if (!this.#isPaused()) this.#shareOut(work);
    else if (work.table.isDone) work.audit?.giveUp();
    if (!work.isDone) return;
    this.#endWork((done) => done.resolve(done.collected()));
  }

  #shareOut(work: CurrentWork): void {
    const eligible = this.#eligible();
    const trusted = eligible.filter(({ name }) => !work.suspects.has(name));
    const idle = (trusted.length > 0 ? trusted : eligible).filter(isIdle);
    const workers = idle.map((member) => ({
      session: member.session,
      speed: speedOf(member, eligible),
    }));
    const leases = work.table.assign(workers, () => this.#nextLeaseId++);
    this.#giveOut(work, this.#setApart(work, leases, eligible.length));
    this.#backUp(work, eligible);
    this.#giveAudit(work, eligible);
  }

  /** Makes one microshard a node of its own in steps where one is computed twice. */
  #setApart(work: CurrentWork, leases: WorkLease[], numEligible: number): WorkLease[] {
    const {
      work: { step },
      audit,
      isGradient,
      isRepeat,
    } = work;
    const { auditEverySteps } = this.#options.policy;
    const isStar = work.mesh === undefined;
    if (work.isRound) return leases;
    if (audit !== undefined || !isGradient || isRepeat || !isStar || numEligible < 2) return leases;
    if (!isAuditStep(step, auditEverySteps)) return leases;
    const candidates = leases.map(({ leaseId, session, nodes }) => ({
      leaseId,
      worker: this.#members.get(session)!.name,
      microshards: nodes.flatMap(microshardsOf),
    }));
    const chosen = chooseAudit(step, candidates, this.#numAudits);
    if (chosen === undefined) return leases;
    work.audit = new Audit(step, chosen.microshard);
    this.#numAudits.set(chosen.worker, (this.#numAudits.get(chosen.worker) ?? 0) + 1);
    return leases.map((lease) =>
      lease.leaseId === chosen.leaseId
        ? work.table.isolate(lease.leaseId, chosen.microshard)
        : lease,
    );
  }

  /** Gives the second computing of a microshard to an idle worker of known speed; without one, it is left out. */
  #giveAudit(work: CurrentWork, eligible: readonly Member[]): void {
    const { audit, table } = work;
    const firstBy = audit?.firstBy;
    if (audit === undefined || firstBy === undefined) return;
    const member = eligible.find(
      (other) => other.name !== firstBy && other.msPerMicroshard !== undefined && isIdle(other),
    );
    if (member !== undefined) {
      audit.onGiven();
      const { session } = member;
      const lease = { leaseId: this.#nextLeaseId++, session, nodes: [audit.node], attempt: 0 };
      this.#giveOut(work, [lease], true);
    } else if (table.isDone) audit.giveUp();
  }

  #giveOut(work: CurrentWork, leases: readonly WorkLease[], isAudit = false): void {
    const nowMs = this.#options.clock.nowMs();
    for (const lease of leases) {
      const member = this.#members.get(lease.session)!;
      // What goes from worker to worker is not seen here.
      if (work.mesh !== undefined) work.contributors.add(member.name);
      member.lease = {
        ...lease,
        purpose: work.work.purpose,
        sentAtMs: nowMs,
        progressAtMs: nowMs,
        grantedAtMs: nowMs,
        startableAtMs: nowMs,
        computedAtMs: undefined,
        firstPieceAtMs: undefined,
        isAudit,
      };
      const { leaseId, attempt, nodes } = lease;
      this.#options.onEvent({
        kind: "leased",
        worker: member.name,
        leaseId,
        purpose: work.work.purpose,
        step: work.work.step,
        attempt,
        numMicroshards: nodes.reduce((sum, { width }) => sum + width, 0),
      });
      this.#sendLease(member, member.lease);
    }
  }

  /** Idle workers do the work of the latest straggler a second time. */
  #backUp(work: CurrentWork, eligible: readonly Member[]): void {
    const idle = eligible.filter(isIdle);
    // A round has its own way with late replicas.
    if (idle.length === 0 || work.isRound) return;
    const nowMs = this.#options.clock.nowMs();
    const late = decideBackup({
      doneShare: work.table.numDone / this.#options.numMicroshards,
      msPerMicroshard: eligible.flatMap(({ msPerMicroshard }) => msPerMicroshard ?? []),
      leases: eligible.flatMap(({ lease }) =>
        lease === undefined
          ? []
          : [
              {
                leaseId: lease.leaseId,
                ageMs: nowMs - lease.grantedAtMs,
                numMissing: work.table.missing(lease.leaseId).length,
              },
            ],
      ),
    });
    if (late === undefined) return;
    const workers = idle.map((member) => ({
      session: member.session,
      speed: speedOf(member, eligible),
    }));
    const leases = work.table.backUp(late, workers, () => this.#nextLeaseId++);
    if (leases.length === 0) return;
    const slow = eligible.find(({ lease }) => lease?.leaseId === late)!;
    const numMicroshards = work.table.missing(late).length;
    this.#options.onEvent({ kind: "backed-up", worker: slow.name, numMicroshards });
    this.#giveOut(work, leases);
  }

  /** Workers that keep up: those that still fetch their first parameters would hold a step up. */
  #eligible(): Member[] {
    const newest = this.#newestRevision;
    const all = [...this.#members.values()];
    const upToDate = all.filter(({ heldRevision }) => heldRevision >= Math.max(0, newest - 1));
    return upToDate.length > 0 ? upToDate : all.filter(({ heldRevision }) => heldRevision >= 0);
  }

  #isPaused(): boolean {
    const { policy, clock, onEvent } = this.#options;
    const reason = `${this.#members.size} workers, minWorkers is ${policy.minWorkers}`;
    if (this.#members.size >= policy.minWorkers) {
      if (this.#belowMinimumSinceMs !== undefined) onEvent({ kind: "continued", reason });
      this.#belowMinimumSinceMs = undefined;
      return false;
    }
    if (this.#belowMinimumSinceMs === undefined) onEvent({ kind: "paused", reason });
    this.#belowMinimumSinceMs ??= clock.nowMs();
    return true;
  }

  #sendLease(member: Member, lease: HeldLease): void {
    const work = this.#work;
    if (work === undefined) return;
    lease.sentAtMs = this.#options.clock.nowMs();
    const { leaseId, purpose, attempt, nodes } = lease;
    const { step, revision } = work.work;
    this.#send(member, {
      type: "lease",
      leaseId,
      purpose,
      step,
      revision,
      attempt,
      nodes: [...nodes],
      mesh: work.mesh !== undefined,
      blocks: nodes
        .flatMap(microshardsOf)
        .flatMap((replica) => work.work.round?.blocks[replica] ?? []),
    });
  }

  #onPeerLost(peer: string): void {
    const member = this.#memberOfPeer(peer);
    if (member !== undefined) this.#remove(member, "its connection broke");
  }

  #remove(member: Member, reason: string, kind: "left" | "lost" = "lost"): void {
    this.#members.delete(member.session);
    this.#generation++;
    member.outgoing.cancelAll(reason);
    this.replicas?.onLeft(member);
    this.#options.onEvent({ kind, worker: member.name, reason });
    this.#release(member);
    this.#intake.forget(member.session);
    this.#onCapacity();
  }

  #release(member: Member): void {
    const { lease } = member;
    if (lease === undefined) return;
    this.#endLease(member);
    if (lease.isAudit) this.#work?.audit?.giveUp();
    const numMicroshards = this.#work?.table.release(lease.leaseId) ?? 0;
    if (numMicroshards === 0) return;
    this.#options.onEvent({ kind: "reissued", worker: member.name, numMicroshards });
  }

  #scheduleTick(): void {
    const { clock, policy } = this.#options;
    const dueMs = clock.nowMs() + policy.tickMs;
    this.#tick = clock.after(policy.tickMs, () => {
      const nowMs = clock.nowMs();
      this.#forgive(nowMs - dueMs);
      this.#onTick(nowMs);
      if (!this.#isClosing) this.#scheduleTick();
    });
  }

  /** While this process stood still it heard nobody: that time is no worker's silence. */
  #forgive(stoodStillMs: number): void {
    if (stoodStillMs < this.#options.policy.tickMs) return;
    for (const member of this.#members.values()) {
      member.lastSeenMs += stoodStillMs;
      if (member.lease !== undefined) member.lease.progressAtMs += stoodStillMs;
    }
  }

  #onSuspended(isSuspended: boolean): void {
    const { clock, onEvent } = this.#options;
    const nowMs = clock.nowMs();
    const sinceMs = this.#suspendedSinceMs;
    if (isSuspended === (sinceMs !== undefined)) return;
    this.#suspendedSinceMs = isSuspended ? nowMs : undefined;
    if (sinceMs !== undefined) this.#forgive(nowMs - sinceMs);
    onEvent({ kind: isSuspended ? "paused" : "continued", reason: CUT_OFF });
  }

  #onTick(nowMs: number): void {
    const { policy } = this.#options;
    const suspendedSinceMs = this.#suspendedSinceMs;
    if (suspendedSinceMs !== undefined) {
      if (nowMs - suspendedSinceMs < policy.pauseTimeoutMs) return;
      return this.#pause(
        `${CUT_OFF} for ${policy.pauseTimeoutMs} ms`,
        "Does the broker run, and does it still let the coordinator in? Then resume the run.",
      );
    }
    for (const member of this.#members.values()) {
      if (nowMs - member.lastSeenMs >= policy.heartbeatTimeoutMs) {
        this.#remove(member, `silent for ${policy.heartbeatTimeoutMs} ms`);
        continue;
      }
      const { lease } = member;
      if (lease === undefined) continue;
      const ttlMs = lease.isAudit
        ? auditTtlMs(member.msPerMicroshard, policy)
        : leaseTtlMs(member.msPerMicroshard, policy);
      if (nowMs - lease.progressAtMs < ttlMs) continue;
      const withoutProgressMs = nowMs - lease.progressAtMs;
      member.isStalled = true;
      member.msPerMicroshard = msPerMicroshardAfterExpiry(
        member.msPerMicroshard,
        withoutProgressMs,
      );
      this.#options.onEvent({
        kind: "expired",
        worker: member.name,
        leaseId: lease.leaseId,
        withoutProgressMs,
      });
      this.#release(member);
      this.#send(member, { type: "revoke", leaseId: lease.leaseId, reason: "no progress" });
      this.#onCapacity();
    }
    this.replicas?.onTick(nowMs);
    if (this.#work?.mayDoWithout(nowMs)) this.#endRound(this.#work);
    // Time alone can make a lease late.
    this.#onCapacity();
    const sinceMs = this.#belowMinimumSinceMs;
    const lastWords = this.#lastFailure === undefined ? "" : `; one failed: ${this.#lastFailure}`;
    if (sinceMs !== undefined && nowMs - sinceMs >= policy.pauseTimeoutMs) {
      const text = `fewer than ${policy.minWorkers} workers for ${policy.pauseTimeoutMs} ms${lastWords}`;
      this.#pause(text, "Start workers, then resume the run.");
    }
  }

  #pause(text: string, hint: string): void {
    this.abandon(new AuspexError("PAUSED", EXIT.paused, text, { hint }));
  }

  #memberOfPeer(peer: string): Member | undefined {
    for (const member of this.#members.values()) if (member.peer === peer) return member;
    return undefined;
  }

  #refuse(peer: string, helloId: string, code: RefuseCode, text: string): void {
    this.#options.onEvent({ kind: "refused", code, text });
    this.#sendTo(peer, "", { type: "refuse", helloId, code, text: text.slice(0, 1024) });
  }

  #send(member: Member, message: Message, payload?: Uint8Array): void {
    this.#sendTo(member.peer, member.session, message, payload);
  }

  #sendTo(peer: string, session: string, message: Message, payload?: Uint8Array): void {
    const { runId, incarnation } = this.#options;
    const envelope = { run: runId, incarnation, generation: this.#generation, session };
    this.#listener?.send(peer, encodeMessage(envelope, message, payload));
  }
}
