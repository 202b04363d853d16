// The coordinator's shell around the network: sessions, leases and transfers of all workers. Decides nothing
// by itself that `admission`, `lease-policy` and `work-table` do not say. `collect` gives out one piece of
// work and resolves when every microshard of it is in, whoever comes and goes meanwhile.

import { createHmac, randomBytes } from "node:crypto";
import { FloatPool, type TreeNode, TreeReducer } from "../collective/index.ts";
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
  joinStatement,
  type LeafStats,
  LIMITS,
  type Message,
  type MessageOf,
  ProtocolError,
  type RefuseCode,
  type WireMessage,
} from "../protocol/index.ts";
import {
  isSignedBy,
  type Listener,
  OutgoingTransfers,
  type PublicIdentity,
  type Transport,
} from "../transport/index.ts";
import { decideAdmission, type RunIdentity } from "./admission.ts";
import { GradientIntake } from "./gradient-intake.ts";
import { decideBackup, leaseTtlMs, updatedMsPerMicroshard } from "./lease-policy.ts";
import { type HeldLease, type Member, speedOf } from "./member.ts";
import { ParameterBroadcast } from "./parameter-broadcast.ts";
import type { CoordinatorPolicy } from "./policy.ts";
import { type WorkLease, WorkTable } from "./work-table.ts";

export interface FleetOptions {
  readonly runId: string;
  readonly incarnation: number;
  /** JSON for the workers. */
  readonly runConfig: string;
  readonly identity: RunIdentity;
  readonly numMicroshards: number;
  readonly parameterCount: number;
  readonly policy: CoordinatorPolicy;
  readonly transport: Transport;
  readonly address: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Who may join, asked at each join; undefined admits anybody that can connect. */
  readonly admitted: (() => readonly PublicIdentity[]) | undefined;
  /** A worker joined, left or was lost; a lease was given out again; somebody was refused. */
  readonly onEvent: (event: FleetEvent) => void;
}

export type FleetEvent =
  | { readonly kind: "joined" | "lost"; readonly worker: string; readonly reason: string }
  | {
      readonly kind: "reissued" | "backed-up";
      readonly worker: string;
      readonly numMicroshards: number;
    }
  | { readonly kind: "refused"; readonly code: RefuseCode; readonly text: string }
  | { readonly kind: "paused" | "continued"; readonly reason: string };

export interface Work {
  readonly purpose: "gradient" | "evaluation";
  readonly step: number;
  readonly revision: number;
}

export interface CollectedWork {
  /** One per microshard, in order. */
  readonly leaves: readonly LeafStats[];
  readonly table: WorkTable;
  /** Of gradients; give it back with {@link Fleet.giveBack}. */
  readonly sum: Float32Array | undefined;
}

interface CurrentWork extends Work {
  readonly table: WorkTable;
  readonly leaves: LeafStats[];
  readonly reducer: TreeReducer;
  sum: Float32Array | undefined;
  readonly resolve: (collected: CollectedWork) => void;
  readonly reject: (error: Error) => void;
}

export class Fleet {
  readonly #options: FleetOptions;
  readonly #members = new Map<string, Member>();
  readonly #broadcast: ParameterBroadcast;
  readonly #pool: FloatPool;
  #intake: GradientIntake;
  #chunkBytes: number;
  #suspendedSinceMs: number | undefined;
  readonly #secret = randomBytes(32);
  #numericClass: string | undefined;
  #listener: Listener | undefined;
  #generation = 0;
  #nextLeaseId = 1;
  #work: CurrentWork | undefined;
  #gathering: { readonly check: () => void; readonly reject: (error: Error) => void } | undefined;
  #belowMinimumSinceMs: number | undefined;
  #tick: Timer | undefined;
  #isClosing = false;

  private constructor(options: FleetOptions) {
    const { policy, parameterCount, transport } = options;
    this.#options = options;
    this.#numericClass = options.identity.numericClass;
    this.#pool = new FloatPool(parameterCount);
    this.#chunkBytes = policy.chunkBytes;
    this.#intake = new GradientIntake(this.#pool, policy.chunkBytes, !transport.protectsBytes);
    this.#broadcast = new ParameterBroadcast(parameterCount, {
      send: (member, message, payload) => this.#send(member, message, payload),
      delivered: (member) => {
        if (member.lease !== undefined) member.lease.progressAtMs = options.clock.nowMs();
        this.#onCapacity();
      },
      failed: (member, reason) => {
        if (this.#members.has(member.session)) this.#remove(member, reason);
      },
    });
  }

  /** Starts listening. */
  static async open(options: FleetOptions): Promise<Fleet> {
    const fleet = new Fleet(options);
    fleet.#listener = await options.transport.listen(options.address, {
      message: (peer, wire) => fleet.#onMessage(peer, wire),
      peerLost: (peer) => fleet.#onPeerLost(peer),
      suspended: (isSuspended) => fleet.#onSuspended(isSuspended),
    });
    fleet.#limitChunks(fleet.#listener.maxPayloadBytes);
    fleet.#scheduleTick();
    return fleet;
  }

  /** Before anybody has joined. */
  #limitChunks(maxPayloadBytes: number = LIMITS.payloadBytes): void {
    const { policy, transport } = this.#options;
    // Pieces are whole floats.
    this.#chunkBytes = Math.min(policy.chunkBytes, maxPayloadBytes - (maxPayloadBytes % 4));
    this.#intake = new GradientIntake(this.#pool, this.#chunkBytes, !transport.protectsBytes);
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

  /** Makes committed parameters known to all workers; the array is copied. */
  publish(revision: number, parameters: Float32Array): void {
    this.#broadcast.publish(revision, parameters, this.#members.values());
  }

  giveBack(array: Float32Array): void {
    this.#pool.give(array);
  }

  /** Resolves when the expected workers are there, or enough of them and the join window has passed. */
  async gather(): Promise<void> {
    const { policy, clock } = this.#options;
    let windowTimer: Timer | undefined;
    let isWindowOver = false;
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
   * @throws {AuspexError} code PAUSED when there were too few workers for too long.
   */
  collect(work: Work): Promise<CollectedWork> {
    const { numMicroshards } = this.#options;
    return new Promise((resolve, reject) => {
      this.#work = {
        ...work,
        table: new WorkTable(numMicroshards),
        leaves: [],
        reducer: new TreeReducer({ lo: 0, width: numMicroshards }, this.#pool),
        sum: undefined,
        resolve,
        reject,
      };
      this.#onCapacity();
    });
  }

  /** Stops waiting for workers or for the current work. */
  abandon(error: Error): void {
    this.#gathering?.reject(error);
    this.#endWork((work) => work.reject(error));
  }

  /** Tells all workers that the run has ended, and closes. */
  async close(reason: string): Promise<void> {
    this.#isClosing = true;
    this.#tick?.cancel();
    for (const member of this.#members.values()) {
      this.#send(member, { type: "finished", reason });
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
      case "leave":
        return this.#remove(member, message.reason);
      case "hello":
      case "join":
      case "offer":
      case "welcome":
      case "refuse":
      case "lease":
      case "parameters":
      case "revoke":
      case "stale":
      case "finished":
      case "alive":
        this.#options.logger.log("debug", "message.misplaced", { type: message.type });
        return;
      default:
        return message satisfies never;
    }
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
      nonce: this.#nonceOf(peer, helloId),
    });
  }

  #onJoin(peer: string, join: MessageOf<"join">): void {
    const { policy, identity, clock } = this.#options;
    const known = this.#memberOfPeer(peer);
    if (known !== undefined) {
      // Our welcome was lost.
      this.#send(known, { type: "welcome", helloId: join.helloId });
      return;
    }
    const stranger = this.#whyStranger(peer, join);
    if (stranger !== undefined) {
      this.#refuse(peer, join.helloId, stranger.code, stranger.text);
      return;
    }
    const decision = decideAdmission(
      join,
      { ...identity, numericClass: this.#numericClass },
      this.#members.size,
      policy.maxWorkers,
    );
    if (decision.kind === "refuse") {
      this.#refuse(peer, join.helloId, decision.code, decision.text);
      return;
    }
    this.#numericClass ??= join.numericClass;
    const session = randomBytes(16).toString("hex");
    const member: Member = {
      session,
      peer,
      name: join.workerName,
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
    };
    this.#members.set(session, member);
    this.#generation++;
    this.#send(member, { type: "welcome", helloId: join.helloId });
    this.#broadcast.bringUpToDate(member);
    this.#options.onEvent({ kind: "joined", worker: member.name, reason: join.numericClass });
    this.#onCapacity();
  }

  /** What a join of this peer must sign. Computed, not kept: strangers cost no memory. */
  #nonceOf(peer: string, helloId: string): string {
    return createHmac("sha256", this.#secret).update(`${peer} ${helloId}`).digest("hex");
  }

  #whyStranger(
    peer: string,
    join: MessageOf<"join">,
  ): { readonly code: RefuseCode; readonly text: string } | undefined {
    const admitted = this.#options.admitted?.();
    if (admitted === undefined) return undefined;
    const entry = admitted.find(({ signing }) => signing === join.publicKey);
    if (entry === undefined || entry.name !== join.workerName) {
      return { code: "UNKNOWN_KEY", text: `${join.workerName} is not on the allow list` };
    }
    const { runId: run, incarnation } = this.#options;
    const nonce = this.#nonceOf(peer, join.helloId);
    const statement = joinStatement(nonce, { run, incarnation }, join);
    if (isSignedBy(join.publicKey, statement, join.signature)) return undefined;
    return {
      code: "BAD_SIGNATURE",
      text: `the join of ${join.workerName} is not signed by its key`,
    };
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
    this.#send(member, { type: "alive", step: this.#work?.step ?? 0 });
    this.#onCapacity();
  }

  #onGradient(member: Member, message: MessageOf<"gradient">, payload: Uint8Array): void {
    const { leaseId, node, transferId, offset } = message;
    const acknowledge = (): void => this.#send(member, { type: "received", transferId, offset });
    if (this.#intake.isFinished(member.session, transferId)) return acknowledge();
    const work = this.#work;
    const { lease } = member;
    if (
      work?.purpose !== "gradient" ||
      lease?.leaseId !== leaseId ||
      !work.table.isExpected(leaseId, node)
    ) {
      this.#send(member, { type: "revoke", leaseId, reason: "no longer wanted" });
      return;
    }
    const verdict = this.#intake.take(member.session, message, payload);
    if (verdict.kind === "refused") {
      this.#options.logger.log("warn", "gradient.refused", {
        worker: member.name,
        reason: verdict.reason,
      });
      return;
    }
    lease.progressAtMs = member.lastSeenMs;
    acknowledge();
    if (verdict.kind === "whole") {
      work.sum = work.reducer.add(node, verdict.sum) ?? work.sum;
      this.#completeNode(work, member, leaseId, node, verdict.leaves);
    }
  }

  #onEvaluation(member: Member, { leaseId, leaves }: MessageOf<"evaluation">): void {
    const work = this.#work;
    const { lease } = member;
    if (work?.purpose !== "evaluation" || lease?.leaseId !== leaseId) return;
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
    for (const leaf of leaves) work.leaves[leaf.microshard] = leaf;
    for (const ended of work.table.complete(leaseId, node, member.name)) {
      if (ended === leaseId) member.lease = undefined;
      else this.#onBeaten(ended);
    }
    if (work.table.isDone) {
      this.#endWork(({ leaves: all, table, sum, resolve }) => resolve({ leaves: all, table, sum }));
    } else this.#onCapacity();
  }

  /** Another worker delivered what this lease had still to deliver. */
  #onBeaten(leaseId: number): void {
    for (const member of this.#members.values()) {
      if (member.lease?.leaseId !== leaseId) continue;
      member.lease = undefined;
      this.#intake.drop(member.session, leaseId);
      this.#send(member, { type: "revoke", leaseId, reason: "another worker was faster" });
    }
  }

  #endWork(settle: (work: CurrentWork) => void): void {
    const work = this.#work;
    if (work === undefined) return;
    this.#work = undefined;
    for (const member of this.#members.values()) {
      if (member.lease === undefined) continue;
      this.#intake.drop(member.session, member.lease.leaseId);
      member.lease = undefined;
    }
    work.reducer.clear();
    settle(work);
  }

  /** Something may be possible now that was not: gives open work to idle workers. */
  #onCapacity(): void {
    this.#gathering?.check();
    const work = this.#work;
    if (work === undefined || this.#isPaused()) return;
    const eligible = this.#eligible();
    const idle = eligible.filter((member) => member.lease === undefined && !member.isStalled);
    const workers = idle.map((member) => ({
      session: member.session,
      speed: speedOf(member, eligible),
    }));
    this.#giveOut(
      work,
      work.table.assign(workers, () => this.#nextLeaseId++),
    );
    this.#backUp(work, eligible);
  }

  #giveOut(work: CurrentWork, leases: readonly WorkLease[]): void {
    const nowMs = this.#options.clock.nowMs();
    for (const lease of leases) {
      const member = this.#members.get(lease.session)!;
      member.lease = {
        ...lease,
        purpose: work.purpose,
        sentAtMs: nowMs,
        progressAtMs: nowMs,
        grantedAtMs: nowMs,
      };
      this.#sendLease(member, member.lease);
    }
  }

  /** Idle workers do the work of the latest straggler a second time. */
  #backUp(work: CurrentWork, eligible: readonly Member[]): void {
    const idle = eligible.filter((member) => member.lease === undefined && !member.isStalled);
    if (idle.length === 0) return;
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
    const newest = this.#broadcast.revision;
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
    const { step, revision } = work;
    this.#send(member, {
      type: "lease",
      leaseId,
      purpose,
      step,
      revision,
      attempt,
      nodes: [...nodes],
    });
  }

  #onPeerLost(peer: string): void {
    const member = this.#memberOfPeer(peer);
    if (member !== undefined) this.#remove(member, "its connection broke");
  }

  #remove(member: Member, reason: string): void {
    this.#members.delete(member.session);
    this.#generation++;
    member.outgoing.cancelAll(reason);
    this.#options.onEvent({ kind: "lost", worker: member.name, reason });
    this.#release(member);
    this.#intake.drop(member.session);
    this.#onCapacity();
  }

  #release(member: Member): void {
    const { lease } = member;
    if (lease === undefined) return;
    member.lease = undefined;
    this.#intake.drop(member.session, lease.leaseId);
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
    const nowMs = this.#options.clock.nowMs();
    if (isSuspended) this.#suspendedSinceMs ??= nowMs;
    else if (this.#suspendedSinceMs !== undefined) {
      this.#forgive(nowMs - this.#suspendedSinceMs);
      this.#suspendedSinceMs = undefined;
    }
  }

  #onTick(nowMs: number): void {
    if (this.#suspendedSinceMs !== undefined) return;
    const { policy } = this.#options;
    for (const member of this.#members.values()) {
      if (nowMs - member.lastSeenMs >= policy.heartbeatTimeoutMs) {
        this.#remove(member, `silent for ${policy.heartbeatTimeoutMs} ms`);
        continue;
      }
      const { lease } = member;
      if (lease === undefined) continue;
      const ttlMs = leaseTtlMs(member.msPerMicroshard, policy);
      if (nowMs - lease.progressAtMs < ttlMs) continue;
      member.isStalled = true;
      this.#release(member);
      this.#send(member, { type: "revoke", leaseId: lease.leaseId, reason: "no progress" });
      this.#onCapacity();
    }
    // Time alone can make a lease late.
    this.#onCapacity();
    const sinceMs = this.#belowMinimumSinceMs;
    if (sinceMs !== undefined && nowMs - sinceMs >= policy.pauseTimeoutMs) {
      const text = `fewer than ${policy.minWorkers} workers for ${policy.pauseTimeoutMs} ms`;
      this.abandon(
        new AuspexError("PAUSED", EXIT.paused, text, {
          hint: "Start workers, then resume the run.",
        }),
      );
    }
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
