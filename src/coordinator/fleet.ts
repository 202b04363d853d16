// The coordinator's front towards its workers: wires messages and events to the parts that deal with them.

import { FloatPool } from "../collective/index.ts";
import {
  type Decoded,
  decodeMessage,
  type Message,
  type MessageOf,
  type WireMessage,
} from "../protocol/index.ts";
import { type Listener, largestPieceBytes } from "../transport/index.ts";
import { Collector } from "./collector.ts";
import type { CollectedWork, Work, WorkProgress } from "./current-work.ts";
import { Entrance } from "./entrance.ts";
import type { FleetOptions } from "./fleet-options.ts";
import { Gathering } from "./gathering.ts";
import { Leases } from "./leases.ts";
import { keepingUp, type Member } from "./member.ts";
import { MeshSteps } from "./mesh-steps.ts";
import { Outbox } from "./outbox.ts";
import { ParameterBroadcast } from "./parameter-broadcast.ts";
import { PhaseMeter, type StepPhases } from "./phase-meter.ts";
import { Replicas, type ReplicaUpdate } from "./replicas.ts";
import { Results } from "./results.ts";
import { Roster } from "./roster.ts";
import { SharingOut } from "./sharing-out.ts";
import { SpanServer } from "./span-server.ts";
import { Watch } from "./watch.ts";
import { viewOf, type WorkerView } from "./worker-view.ts";

/** What a transport may put around a message. */
const FRAMING_BYTES = 64;

export class Fleet {
  readonly #options: FleetOptions;
  readonly #roster = new Roster();
  readonly #outbox: Outbox;
  readonly #pool: FloatPool;
  readonly #meter: PhaseMeter;
  readonly #broadcast: ParameterBroadcast;
  /** Where every worker applies the optimizer: what they apply it to. */
  readonly replicas: Replicas | undefined;
  readonly #spans: SpanServer;
  readonly #entrance: Entrance;
  readonly #leases: Leases;
  readonly #results: Results;
  readonly #mesh: MeshSteps;
  readonly #gathering: Gathering;
  readonly #watch: Watch;
  readonly #collector: Collector;
  #listener: Listener | undefined;
  #isClosing = false;

  private constructor(options: FleetOptions) {
    this.#options = options;
    const { policy, parameterCount, exchange } = options;
    const { windowBytes, chunkBytes, replicaTimeoutMs } = policy;
    const roster = this.#roster;
    const outbox = new Outbox({ ...options, roster });
    const given = {
      ...options,
      roster,
      outbox,
      pool: new FloatPool(parameterCount),
      meter: new PhaseMeter(options.clock),
      checksum: !options.transport.protectsBytes,
      eligible: () => this.#eligible(),
      changed: () => this.#onCapacity(),
    };
    const transfers = {
      send: outbox.send.bind(outbox),
      delivered: (member: Member) => this.#onUpToDate(member),
      failed: (member: Member, reason: string) => {
        // What the end of the run cancels is nobody's loss.
        if (!this.#isClosing && roster.has(member)) this.#remove(member, reason);
      },
    };
    const leases = new Leases({
      ...given,
      onEnded: (session, leaseId) => this.#results.drop(session, leaseId),
    });
    const results = new Results({ ...given, leases, format: exchange.gradients, chunkBytes });

    this.#outbox = outbox;
    this.#pool = given.pool;
    this.#meter = given.meter;
    this.#leases = leases;
    this.#results = results;
    this.replicas =
      options.optimizerClass === undefined
        ? undefined
        : new Replicas({ ...given, ...transfers, timeoutMs: replicaTimeoutMs });
    this.#mesh = new MeshSteps({ ...given, results });
    this.#broadcast = new ParameterBroadcast(parameterCount, exchange.parameters, transfers);
    this.#spans = new SpanServer({
      ...options,
      windowBytes,
      isMember: (member) => roster.has(member),
      send: transfers.send,
    });
    this.#entrance = new Entrance({
      ...given,
      replicas: this.replicas,
      chunkBytes: () => results.chunkBytes,
      onJoined: (member, numericClass) => this.#onJoined(member, numericClass),
      onAnew: (member) => this.#remove(member, "it began anew"),
    });
    this.#gathering = new Gathering({ ...options, numReady: () => this.#eligible().length });
    this.#watch = new Watch({
      ...given,
      onTick: (nowMs) => this.#onTick(nowMs),
      onPause: (error) => this.abandon(error),
    });
    this.#collector = new Collector({
      ...given,
      leases,
      results,
      sharingOut: new SharingOut({ ...given, leases }),
      mesh: this.#mesh,
      watch: this.#watch,
    });
  }

  /** Starts listening. */
  static async open(options: FleetOptions): Promise<Fleet> {
    const fleet = new Fleet(options);
    const listener = await options.transport.listen(options.address, {
      message: (peer, wire) => fleet.#onMessage(peer, wire),
      peerLost: (peer) => fleet.#onPeerLost(peer),
      refused: ({ code, text }) => options.onEvent({ kind: "refused", code, text }),
      suspended: (isSuspended) => fleet.#onSuspended(isSuspended),
    });
    try {
      fleet.#results.limitChunks(fleet.#largestPieceBytes(listener));
    } catch (error) {
      await listener.close();
      throw error;
    }
    fleet.#listener = listener;
    fleet.#outbox.open(listener);
    fleet.#watch.start();
    return fleet;
  }

  #largestPieceBytes(listener: Listener): number {
    const neededBytes = this.#entrance.offerBytes + FRAMING_BYTES;
    return largestPieceBytes(listener.maxMessageBytes?.(), neededBytes);
  }

  /** Where workers connect. */
  get address(): string {
    return this.#listener?.address ?? this.#options.address;
  }

  get numWorkers(): number {
    return this.#roster.size;
  }

  get generation(): number {
    return this.#roster.generation;
  }

  /** Fixed by the first worker that joined. */
  get numericClass(): string | undefined {
    return this.#entrance.numericClass;
  }

  get workers(): WorkerView[] {
    const nowMs = this.#options.clock.nowMs();
    return [...this.#roster].map((member) => viewOf(member, this.#newestRevision, nowMs));
  }

  /** What is being computed now, and how much of it is in. */
  get progress(): WorkProgress | undefined {
    return this.#collector.progress;
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
    this.#broadcast.publish(revision, parameters, this.#roster, numReady);
  }

  /** {@link publish} where every worker applies the optimizer; see {@link Replicas.publish}. */
  publishUpdate(update: ReplicaUpdate): Promise<void> {
    this.#meter.onPublished();
    return this.replicas!.publish(update);
  }

  /** More values of what was published last are final. */
  extend(numReady: number): void {
    this.#broadcast.extend(numReady, this.#roster);
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
    if (this.#collector.abandoned !== undefined) throw this.#collector.abandoned;
    await this.#gathering.done();
  }

  /**
   * Has one piece of work done by the workers.
   *
   * @throws {AuspexError} code PAUSED when there were too few workers for too long, or what {@link abandon} was given.
   */
  collect(work: Work): Promise<CollectedWork> {
    return this.#collector.collect(work);
  }

  /** Stops waiting for workers or for the current work, and for any that comes. */
  abandon(error: Error): void {
    this.replicas?.abandon(error);
    this.#gathering.abandon(error);
    this.#collector.abandon(error);
  }

  /**
   * Tells all workers to go, and closes.
   *
   * @param paused Whether the run goes on when a coordinator is started again.
   */
  async close(reason: string, paused: boolean): Promise<void> {
    this.#isClosing = true;
    this.#watch.stop();
    for (const member of this.#roster) {
      this.#outbox.send(member, { type: "finished", reason, paused });
      member.outgoing.cancelAll(reason);
    }
    await this.#listener?.close();
  }

  /** A local worker's process ended: no need to wait for silence. */
  workerExited(name: string, reason: string): void {
    for (const member of this.#roster) if (member.name === name) this.#remove(member, reason);
  }

  #onMessage(peer: string, wire: WireMessage): void {
    if (this.#isClosing) return;
    let decoded: Decoded;
    try {
      decoded = decodeMessage(wire);
    } catch (error) {
      this.#entrance.onUndecodable(peer, error);
      return;
    }
    const { envelope, message, payload } = decoded;
    if (envelope.run !== "" && envelope.run !== this.#options.runId) {
      this.#entrance.onForeignRun(peer, envelope.run);
      return;
    }
    if (message.type === "hello") return this.#entrance.onHello(peer, message);
    if (message.type === "join") return this.#entrance.onJoin(peer, message);

    const member = this.#roster.of(envelope.session);
    if (member === undefined || member.peer !== peer) {
      this.#entrance.onForeignSession(peer, member, message);
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
        return this.#results.onGradient(this.#collector.work, member, message, payload!);
      case "evaluation":
        return this.#results.onEvaluation(this.#collector.work, member, message);
      case "received":
        if (member.lease !== undefined) member.lease.progressAtMs = member.lastSeenMs;
        return member.outgoing.onReceived(message.transferId, message.offset);
      case "slice":
        return this.#mesh.onSlice(this.#collector.work, member, message, payload!);
      case "fetch":
        return this.#spans.onFetch(member, message);
      case "delivered":
        return this.#mesh.onDelivered(this.#collector.work, member, message);
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

  #onJoined(member: Member, numericClass: string): void {
    this.#broadcast.bringUpToDate(member);
    this.replicas?.bring(member);
    this.#options.onEvent({ kind: "joined", worker: member.name, reason: numericClass });
    this.#onCapacity();
  }

  /** A worker has what its lease computes from. */
  #onUpToDate(member: Member): void {
    if (member.heldRevision === this.#newestRevision) this.#meter.onDelivered();
    this.#leases.onStartable(member);
    this.#onCapacity();
  }

  #onProgress(member: Member, message: MessageOf<"progress">): void {
    const nowMs = this.#options.clock.nowMs();
    this.#leases.onProgress(this.#collector.work, member, message, nowMs);
    this.#mesh.onProgress(this.#collector.work, member, message, nowMs);
    if (message.leaseId === 0) this.replicas?.bring(member);
    const { lease } = member;
    if (lease !== undefined && this.replicas?.isApplying(member)) lease.progressAtMs = nowMs;
    this.#outbox.send(member, { type: "alive", step: this.#collector.work?.work.step ?? 0 });
    this.#onCapacity();
  }

  /** What computing threw: others try, unless it is the work that cannot be done. */
  #onFailed(member: Member, failed: MessageOf<"failed">): void {
    const { work } = this.#collector;
    const isCurrent = member.lease?.leaseId === failed.leaseId;
    const fatal =
      isCurrent && work !== undefined
        ? work.failures.add(work.work, work.table.missing(failed.leaseId), failed)
        : undefined;
    this.#watch.onFailure(failed.text);
    this.#remove(member, failed.text);
    if (fatal !== undefined) this.abandon(fatal);
  }

  #onPeerLost(peer: string): void {
    const member = this.#roster.ofPeer(peer);
    if (member !== undefined) this.#remove(member, "its connection broke");
  }

  #remove(member: Member, reason: string, kind: "left" | "lost" = "lost"): void {
    this.#roster.remove(member);
    member.outgoing.cancelAll(reason);
    this.replicas?.onLeft(member);
    this.#options.onEvent({ kind, worker: member.name, reason });
    this.#leases.release(this.#collector.work, member);
    this.#results.forget(member.session);
    this.#onCapacity();
  }

  #onSuspended(isSuspended: boolean): void {
    this.#watch.onSuspended(isSuspended);
    if (isSuspended || this.#isClosing || this.#listener === undefined) return;
    let maxPieceBytes: number;
    try {
      maxPieceBytes = this.#largestPieceBytes(this.#listener);
    } catch (error) {
      return this.abandon(error as Error);
    }
    if (maxPieceBytes < this.#results.chunkBytes) this.#cutAnew(maxPieceBytes);
  }

  /** The broker came back with a lower limit: everybody is offered smaller pieces, and the work begins again. */
  #cutAnew(maxPieceBytes: number): void {
    const beginAgain = this.#collector.interrupt();
    const reason = `pieces of ${this.#results.chunkBytes} bytes are too large for the broker now`;
    for (const member of this.#roster) this.#remove(member, reason);
    this.#results.limitChunks(maxPieceBytes);
    beginAgain();
  }

  #onTick(nowMs: number): void {
    const { heartbeatTimeoutMs } = this.#options.policy;
    for (const member of this.#roster) {
      if (this.#watch.isSilent(member, nowMs)) {
        this.#remove(member, `silent for ${heartbeatTimeoutMs} ms`);
      } else if (this.#leases.expire(this.#collector.work, member, nowMs)) this.#onCapacity();
    }
    this.replicas?.onTick(nowMs);
    this.#collector.endLateRound(nowMs);
    // Time alone can make a lease late.
    this.#onCapacity();
  }

  /** Something may be possible now that was not. */
  #onCapacity(): void {
    this.#gathering.check();
    this.#collector.advance();
  }

  #eligible(): Member[] {
    return keepingUp([...this.#roster], this.#newestRevision);
  }

  get #newestRevision(): number {
    return Math.max(this.#broadcast.revision, this.replicas?.revision ?? -1);
  }
}
