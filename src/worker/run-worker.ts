// The life of a worker: hello, prepare, join, then leases until the run has ended. Holds sockets and timers
// only; computing is behind the port. Every message can be lost or come twice: what matters is repeated with
// the beat until its effect is seen.

import { randomBytes } from "node:crypto";
import { bytesPerValue, type TreeNode, writeValues } from "../collective/index.ts";
import {
  AuspexError,
  bytesOf,
  type Clock,
  EXIT,
  type Logger,
  messageOf,
  RefusedError,
  type Timer,
  UnavailableError,
} from "../core/index.ts";
import {
  type Decoded,
  decodeMessage,
  type Envelope,
  encodeMessage,
  joinStatement,
  type LeafStats,
  LIMITS,
  type Message,
  type MessageOf,
  ProtocolError,
  type WireMessage,
} from "../protocol/index.ts";
import {
  type Connection,
  type Identity,
  largestPieceBytes,
  OutgoingTransfers,
  peerAddressBeside,
  signStatement,
  type Transport,
} from "../transport/index.ts";
import type { ComputePort, PreparedRun } from "./compute-port.ts";
import { MeshPeer } from "./mesh/mesh-peer.ts";
import { ParameterSlots } from "./parameter-slots.ts";
import { Replica } from "./replica.ts";
import { SpanClient } from "./span-client.ts";

export interface WorkerOptions {
  readonly joinAddress: string;
  readonly name: string;
  /** For the coordinator's log: program and version. */
  readonly software: string;
  readonly transport: Transport;
  readonly port: ComputePort;
  /** Signs the join; needed where the run has an allow list. Its name is the worker's then. */
  readonly identity?: Identity;
  /** Where other workers of a mesh reach this one. Default: made from the join address, on one machine. */
  readonly peerListenAddress?: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** How long a coordinator may be silent before the worker gives up. Default 10 minutes. */
  readonly silenceMs?: number;
  readonly onProgress?: (progress: WorkerProgress) => void;
}

export type WorkerProgress =
  | { readonly kind: "preparing" | "joined" | "rejoining" }
  | { readonly kind: "lease"; readonly step: number; readonly numMicroshards: number };

export interface WorkerResult {
  /** `finished`: the run has ended. `paused`: its coordinator has, and may be started again. `left`: {@link RunningWorker.leave} was called. */
  readonly outcome: "finished" | "paused" | "left";
  readonly reason: string;
  readonly computedMicroshards: number;
}

export interface RunningWorker {
  /** @throws {RefusedError} with the coordinator's code, {@link UnavailableError}, or what computing threw. */
  readonly finished: Promise<WorkerResult>;
  /** Gives the lease back and goes; for SIGTERM. */
  leave(reason: string): void;
}

const HELLO_INTERVAL_MS = 500;
const RESEND_MS = 1000;

/** Connects and works until the run ends. Resolves as soon as the connection is being made. */
export async function startWorker(options: WorkerOptions): Promise<RunningWorker> {
  const session = new WorkerSession(options);
  await session.connect();
  return { finished: session.finished, leave: (reason) => session.leave(reason) };
}

type Phase =
  | { readonly kind: "hello" }
  | { readonly kind: "preparing" }
  | { readonly kind: "joining"; readonly join: MessageOf<"join"> }
  | { readonly kind: "member" }
  | { readonly kind: "over" };

/** A lease of the coordinator on its way through the port. */
interface CurrentLease {
  readonly message: MessageOf<"lease">;
  workId: number | undefined;
  numDone: number;
  evaluation: MessageOf<"evaluation"> | undefined;
  readonly transfers: Set<number>;
}

class WorkerSession {
  readonly finished: Promise<WorkerResult>;
  readonly #options: WorkerOptions;
  #settle!: { resolve(result: WorkerResult): void; reject(error: Error): void };
  #connection: Connection | undefined;
  #phase: Phase = { kind: "hello" };
  #helloId = randomId();
  #envelope: Envelope = { run: "", incarnation: 0, generation: 0, session: "" };
  #offer: MessageOf<"offer"> | undefined;
  #prepared: { readonly configHash: string; readonly run: PreparedRun } | undefined;
  #slots: ParameterSlots | undefined;
  /** Where the run's optimizer is applied here. */
  #replica: Replica | undefined;
  /** Whose update is being applied: a session before may have begun it. */
  #applying: Replica | undefined;
  readonly #spans = new SpanClient({
    isMember: () => this.#phase.kind === "member",
    send: (message) => this.#send(message),
  });
  #outgoing: OutgoingTransfers | undefined;
  #mesh: MeshPeer | undefined;
  #lease: CurrentLease | undefined;
  #newestLeaseId = 0;
  #running: { readonly workId: number; readonly buffer: 0 | 1 } | undefined;
  #nextWorkId = 1;
  #nextTransferId = 1;
  #nextParametersId = 1;
  #computedMicroshards = 0;
  #lastHeardMs: number;
  #beat: Timer | undefined;

  constructor(options: WorkerOptions) {
    this.#options = options;
    this.#lastHeardMs = options.clock.nowMs();
    this.finished = new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
  }

  async connect(): Promise<void> {
    const { transport, joinAddress } = this.#options;
    this.#connection = await transport.connect(joinAddress, {
      message: (wire) => this.#onMessage(wire),
      reconnected: () => this.#onReconnected(),
      refused: ({ code, text }) => this.#fail(new RefusedError(code, text)),
    });
    this.#onBeat();
  }

  leave(reason: string): void {
    if (this.#phase.kind === "member") this.#send({ type: "leave", reason: reason.slice(0, 1024) });
    this.#end(() => this.#settle.resolve(this.#result("left", reason)));
  }

  /** The broker may have another limit than the one for which pieces were agreed on. */
  #onReconnected(): void {
    const { kind } = this.#phase;
    if (kind === "over") return;
    const fits = this.#fits(this.#offer);
    // A member is told by the coordinator, and one that prepares looks when it is done.
    if (fits === false && kind === "joining") this.#beginAnew();
    else if (fits !== undefined) this.#sendBeat();
  }

  /** @returns whether the pieces of an offer can cross; undefined: nothing can, and the worker has failed. */
  #fits(offer: MessageOf<"offer"> | undefined): boolean | undefined {
    try {
      const maxPieceBytes = largestPieceBytes(this.#connection?.maxMessageBytes?.());
      return offer === undefined || offer.chunkBytes <= maxPieceBytes;
    } catch (error) {
      this.#fail(error);
      return undefined;
    }
  }

  #result(outcome: WorkerResult["outcome"], reason: string): WorkerResult {
    return { outcome, reason, computedMicroshards: this.#computedMicroshards };
  }

  /** The heart: repeats what has not had its effect yet, and notices silence. */
  #onBeat(): void {
    const { clock, silenceMs = 600_000 } = this.#options;
    if (this.#phase.kind === "over") return;
    if (clock.nowMs() - this.#lastHeardMs > silenceMs) {
      return this.#fail(
        new UnavailableError(
          `no coordinator answered at ${this.#options.joinAddress} for ${Math.round(silenceMs / 1000)} s`,
          { hint: "Is the coordinator running, and is the address right?" },
        ),
      );
    }
    this.#sendBeat();
    const isMember = this.#phase.kind === "member";
    const delayMs = isMember
      ? (this.#offer?.heartbeatIntervalMs ?? HELLO_INTERVAL_MS)
      : HELLO_INTERVAL_MS;
    this.#beat = clock.after(delayMs, () => this.#onBeat());
  }

  #sendBeat(): void {
    const phase = this.#phase;
    switch (phase.kind) {
      case "hello": {
        const { name, software } = this.#options;
        this.#send({ type: "hello", workerName: name, software, helloId: this.#helloId });
        return;
      }
      case "joining":
        this.#send(phase.join);
        return;
      case "member":
        this.#sendProgress();
        this.#spans.repeat();
        this.#replica?.report();
        if (this.#lease?.evaluation !== undefined) this.#send(this.#lease.evaluation);
        this.#mesh?.onBeat();
        for (const delivered of this.#mesh?.delivered ?? []) this.#send(delivered);
        return;
      case "preparing":
      case "over":
        return;
      default:
        phase satisfies never;
    }
  }

  #onMessage(wire: WireMessage): void {
    if (this.#phase.kind === "over") return;
    let decoded: Decoded;
    try {
      decoded = decodeMessage(wire);
    } catch (error) {
      if (error instanceof ProtocolError && error.peerVersion !== undefined) {
        this.#fail(new RefusedError("BAD_VERSION", `the coordinator: ${messageOf(error)}`));
      }
      return;
    }
    const { envelope, message, payload } = decoded;
    // A coordinator that was replaced: its words count no more.
    if (envelope.incarnation < this.#envelope.incarnation) return;
    this.#lastHeardMs = this.#options.clock.nowMs();
    if (message.type === "offer") return this.#onOffer(envelope, message);
    if (message.type === "welcome") return this.#onWelcome(envelope, message);
    if (message.type === "refuse") return this.#onRefuse(message);
    if (message.type === "stale") return this.#onStale();
    if (this.#phase.kind !== "member" || envelope.session !== this.#envelope.session) return;
    this.#envelope = { ...this.#envelope, generation: envelope.generation };
    this.#onMemberMessage(message, payload);
  }

  #onMemberMessage(message: Message, payload: Uint8Array | undefined): void {
    if (message.type === "lease") this.#onLease(message);
    else if (message.type === "parameters") this.#onParameters(message, payload!);
    else if (message.type === "state" || message.type === "update") {
      this.#onReplicaPiece(message, payload!);
    } else if (message.type === "span") this.#onSpan(message, payload!);
    else if (message.type === "slices") this.#mesh?.assign(message);
    else if (message.type === "received") {
      this.#outgoing?.onReceived(message.transferId, message.offset);
    } else if (message.type === "revoke") {
      if (this.#lease?.message.leaseId === message.leaseId) this.#dropLease(message.reason);
    } else if (message.type === "finished") {
      const outcome = message.paused ? "paused" : "finished";
      this.#end(() => this.#settle.resolve(this.#result(outcome, message.reason)));
    }
  }

  #onOffer(envelope: Envelope, offer: MessageOf<"offer">): void {
    if (this.#phase.kind !== "hello" || offer.helloId !== this.#helloId) return;
    if (this.#fits(offer) === false) {
      // The coordinator fits them to its own broker: this worker's is another one.
      const text = `the run's pieces of ${offer.chunkBytes} bytes are too large for this broker`;
      const hint = "Give all brokers of a cluster the same max_payload.";
      return this.#fail(new AuspexError("MAX_PAYLOAD", EXIT.unavailable, text, { hint }));
    }
    this.#phase = { kind: "preparing" };
    this.#envelope = { ...envelope, session: "" };
    this.#offer = offer;
    this.#prepare(offer).then(
      (run) => this.#onPrepared(offer, run),
      (error: unknown) => this.#fail(error),
    );
  }

  async #prepare(offer: MessageOf<"offer">): Promise<PreparedRun> {
    if (this.#prepared?.configHash === offer.configHash) {
      if (offer.reduction === "mesh" && this.#mesh?.chunkBytes !== offer.chunkBytes) {
        await this.#mesh?.close();
        this.#mesh = await this.#openMesh(offer);
      }
      return this.#prepared.run;
    }
    if (this.#prepared !== undefined) {
      throw new RefusedError("BAD_RUN", "another run answers at the coordinator's address");
    }
    this.#options.onProgress?.({ kind: "preparing" });
    if (offer.reduction === "mesh") this.#mesh = await this.#openMesh(offer);
    const run = await this.#options.port.prepare(offer.runConfig, {
      partDone: () => this.#onPartDone(),
      leafDone: () => this.#onLeafDone(),
      nodeDone: (workId, node, sum, leaves, release) =>
        this.#onNodeDone(workId, node, sum, leaves, release),
      evaluated: (workId, leaves) => this.#onEvaluated(workId, leaves),
      ended: () => this.#onWorkEnded(),
      applied: () => this.#onApplied(),
      fetch: (source, part) => this.#spans.fetch(source, part),
      failed: (error) => this.#fail(error),
    });
    this.#prepared = { configHash: offer.configHash, run };
    return run;
  }

  #openMesh(offer: MessageOf<"offer">): Promise<MeshPeer> {
    const { transport, clock, logger, joinAddress } = this.#options;
    const { chunkBytes, windowBytes, checksum, numMicroshards, gradientFormat } = offer;
    return MeshPeer.open({
      transport,
      clock,
      logger,
      address: this.#options.peerListenAddress ?? peerAddressBeside(joinAddress),
      chunkBytes,
      windowBytes,
      checksum,
      resendMs: RESEND_MS,
      numMicroshards,
      format: gradientFormat,
      envelope: () => this.#envelope,
      onSlice: (step, slice, values) => this.#sendSlice(step, slice, values),
      onDelivered: (delivered) => this.#send(delivered),
    });
  }

  #onPrepared(offer: MessageOf<"offer">, run: PreparedRun): void {
    if (this.#phase.kind !== "preparing") return;
    const fits = this.#fits(offer);
    if (fits === undefined) return;
    if (!fits) return this.#beginAnew();
    const { datasetHash, layoutHash, numericClass, optimizerClass } = run;
    const { identity } = this.#options;
    const who = { helloId: this.#helloId, workerName: identity?.public.name ?? this.#options.name };
    const statement = joinStatement(offer.nonce, this.#envelope, who);
    const join: MessageOf<"join"> = {
      type: "join",
      ...who,
      configHash: offer.configHash,
      datasetHash,
      layoutHash,
      numericClass,
      publicKey: identity?.public.signing ?? "",
      signature: identity === undefined ? "" : signStatement(identity, statement),
      peerAddress: this.#mesh?.address ?? "",
      optimizerClass,
    };
    // Preparing may have taken minutes in which nothing was asked.
    this.#lastHeardMs = this.#options.clock.nowMs();
    this.#phase = { kind: "joining", join };
    this.#send(join);
  }

  #onWelcome(envelope: Envelope, { helloId }: MessageOf<"welcome">): void {
    if (this.#phase.kind !== "joining" || helloId !== this.#helloId) return;
    const { clock, port } = this.#options;
    const { chunkBytes, windowBytes, checksum, parameterFormat } = this.#offer!;
    this.#phase = { kind: "member" };
    this.#envelope = envelope;
    this.#newestLeaseId = 0;
    this.#outgoing = new OutgoingTransfers({
      clock,
      chunkBytes,
      windowBytes,
      checksum,
      resendMs: RESEND_MS,
    });
    const nextParametersId = (): number => this.#nextParametersId++;
    this.#slots = new ParameterSlots(port.parameterBuffers, {
      format: parameterFormat,
      chunkBytes,
      checksum,
      nextParametersId,
    });
    const buffers = port.replicaBuffers;
    this.#replica?.forget();
    this.#replica =
      buffers &&
      new Replica({
        parameterBuffers: port.parameterBuffers,
        buffers,
        chunkBytes,
        checksum,
        nextParametersId,
        bufferInUse: () => this.#running?.buffer,
        isApplying: () => this.#applying !== undefined,
        send: (message) => {
          if (this.#phase.kind === "member") this.#send(message);
        },
      });
    // Work of the session before may still be on its last microshard.
    if (this.#running !== undefined) this.#slots.lock(this.#running.buffer);
    this.#spans.onSession({ chunkBytes, checksum });
    this.#options.onProgress?.({ kind: "joined" });
    this.#sendProgress();
  }

  #onRefuse({ helloId, code, text }: MessageOf<"refuse">): void {
    if (helloId !== "" && helloId !== this.#helloId) return;
    this.#fail(new RefusedError(code, `the coordinator refused: ${text}`));
  }

  /** The coordinator does not know the session: everything partial is void. */
  #onStale(): void {
    if (this.#phase.kind !== "member") return;
    this.#dropLease("the session is stale");
    this.#outgoing?.cancelAll("the session is stale");
    this.#mesh?.forget();
    this.#options.onProgress?.({ kind: "rejoining" });
    this.#beginAnew();
  }

  #beginAnew(): void {
    this.#helloId = randomId();
    this.#envelope = { ...this.#envelope, session: "" };
    this.#phase = { kind: "hello" };
    this.#sendBeat();
  }

  #onLease(message: MessageOf<"lease">): void {
    if (message.leaseId <= this.#newestLeaseId) return;
    this.#dropLease("a newer lease came");
    this.#newestLeaseId = message.leaseId;
    this.#lease = {
      message,
      workId: undefined,
      numDone: 0,
      evaluation: undefined,
      transfers: new Set(),
    };
    const numMicroshards = message.nodes.reduce((sum, { width }) => sum + width, 0);
    this.#options.onProgress?.({ kind: "lease", step: message.step, numMicroshards });
    this.#startIfPossible();
  }

  #onReplicaPiece(message: MessageOf<"state" | "update">, payload: Uint8Array): void {
    const isTaken =
      message.type === "state"
        ? this.#replica?.takeState(message, payload)
        : this.#replica?.takeUpdate(message, payload);
    if (isTaken !== true) return;
    const { transferId, offset } = message;
    this.#send({ type: "received", transferId, offset });
    this.#startIfPossible();
  }

  #onParameters(message: MessageOf<"parameters">, payload: Uint8Array): void {
    // What is being applied lies in one of the buffers: the piece will come again.
    if (this.#applying !== undefined) return;
    this.#replica?.forget();
    if (this.#slots?.take(message, payload) !== true) return;
    const { transferId, offset } = message;
    this.#send({ type: "received", transferId, offset });
    this.#startIfPossible();
  }

  #onSpan(message: MessageOf<"span">, payload: Uint8Array): void {
    if (!this.#spans.take(message, payload)) return;
    const { transferId, offset } = message;
    this.#send({ type: "received", transferId, offset });
  }

  /** A lease needs its revision of the parameters and an idle port. */
  #startIfPossible(): void {
    if (this.#running !== undefined || this.#applying !== undefined) return;
    const update = this.#replica?.dueUpdate;
    if (update !== undefined) {
      this.#applying = this.#replica;
      this.#replica?.onApplying();
      return this.#options.port.apply(update);
    }
    const lease = this.#lease;
    if (lease === undefined || lease.workId !== undefined) return;
    const { purpose, step, revision, nodes, blocks } = lease.message;
    const held = this.#replica?.held(revision) ?? this.#slots?.held(revision);
    if (held === undefined) return;
    const { buffer, parametersId } = held;
    const workId = this.#nextWorkId++;
    lease.workId = workId;
    this.#running = { workId, buffer };
    this.#slots!.lock(buffer);
    this.#options.port.start({
      workId,
      purpose,
      step,
      buffer,
      parametersId,
      nodes,
      blocks,
    });
  }

  /** Computing goes on: that renews the lease as a whole microshard does. */
  #onPartDone(): void {
    this.#computedMicroshards++;
    if (this.#phase.kind === "member") this.#sendProgress();
  }

  #onLeafDone(): void {
    this.#computedMicroshards++;
    if (this.#lease !== undefined) this.#lease.numDone++;
    if (this.#phase.kind === "member") this.#sendProgress();
  }

  #onNodeDone(
    workId: number,
    node: TreeNode,
    sum: Float32Array,
    leaves: readonly LeafStats[],
    release: () => void,
  ): void {
    const lease = this.#lease;
    if (lease?.workId !== workId || this.#outgoing === undefined) return release();
    const { bytes, free } = this.#asSent(sum, release);
    if (lease.message.mesh) {
      this.#mesh?.send(lease.message, node, leaves, bytes, free);
      return;
    }
    const transferId = this.#nextTransferId++;
    const { leaseId } = lease.message;
    lease.transfers.add(transferId);
    this.#outgoing
      .start(transferId, bytes, (chunk, payload) =>
        this.#send(
          {
            type: "gradient",
            ...chunk,
            leaseId,
            node,
            leaves: chunk.offset === 0 ? [...leaves] : [],
          },
          payload,
        ),
      )
      .catch((error: unknown) => {
        this.#options.logger.log("debug", "transfer.dropped", { reason: messageOf(error) });
        // Dropped with its lease, nobody counts it. Otherwise the coordinator does not hear us: join anew.
        if (this.#lease === lease) this.#onStale();
      })
      .finally(() => {
        lease.transfers.delete(transferId);
        free();
      });
  }

  /** A slice that this worker added up for everybody. */
  #sendSlice(step: number, slice: number, values: Float32Array): Promise<void> {
    const transferId = this.#nextTransferId++;
    const outgoing = this.#outgoing;
    if (this.#phase.kind !== "member" || outgoing === undefined) {
      return Promise.reject(new UnavailableError("there is no session"));
    }
    return outgoing.start(transferId, bytesOf(values), (chunk, payload) =>
      this.#send({ type: "slice", ...chunk, step, slice }, payload),
    );
  }

  /** Bytes that stay as they are until `free` is called. What was rounded is a copy, and the sum is free at once. */
  #asSent(sum: Float32Array, release: () => void): { bytes: Uint8Array; free: () => void } {
    const { gradientFormat } = this.#offer!;
    if (gradientFormat === "f32") return { bytes: bytesOf(sum), free: release };
    const bytes = new Uint8Array(bytesPerValue(gradientFormat) * sum.length);
    writeValues(gradientFormat, sum, bytes);
    release();
    return { bytes, free: () => {} };
  }

  #onEvaluated(workId: number, leaves: readonly LeafStats[]): void {
    const lease = this.#lease;
    if (lease?.workId !== workId) return;
    lease.evaluation = {
      type: "evaluation",
      leaseId: lease.message.leaseId,
      leaves: [...leaves],
    };
    this.#send(lease.evaluation);
  }

  #onWorkEnded(): void {
    this.#running = undefined;
    this.#slots?.unlock();
    this.#startIfPossible();
    if (this.#phase.kind === "member" && this.#running === undefined) this.#sendProgress();
  }

  #onApplied(): void {
    const replica = this.#applying;
    this.#applying = undefined;
    // Of a session before: its revision counts no more.
    if (replica === this.#replica) replica?.onApplied();
    this.#startIfPossible();
  }

  #dropLease(reason: string): void {
    const lease = this.#lease;
    if (lease === undefined) return;
    this.#lease = undefined;
    if (lease.workId !== undefined) this.#options.port.revoke(lease.workId);
    for (const transferId of lease.transfers) this.#outgoing?.cancel(transferId, reason);
  }

  #sendProgress(): void {
    this.#send({
      type: "progress",
      // 0 says idle: a lease that was taken away counts until computing has stopped.
      leaseId: this.#lease === undefined && this.#running === undefined ? 0 : this.#newestLeaseId,
      microshardsDone: this.#lease?.numDone ?? 0,
      computedMicroshards: this.#computedMicroshards,
      assignmentId: this.#mesh?.assignmentId ?? 0,
    });
  }

  #send(message: Message, payload?: Uint8Array): void {
    this.#connection?.send(encodeMessage(this.#envelope, message, payload));
  }

  #fail(error: unknown): void {
    this.#reportFailure(error);
    this.#end(() =>
      this.#settle.reject(
        error instanceof Error
          ? error
          : new AuspexError("COMPUTE", EXIT.internal, messageOf(error)),
      ),
    );
  }

  /** The coordinator learns why: what fails here may fail everywhere. */
  #reportFailure(error: unknown): void {
    const lease = this.#lease;
    if (this.#phase.kind !== "member" || lease === undefined) return;
    const {
      code,
      exitCode,
      hint = "",
    } = error instanceof AuspexError ? error : { code: "COMPUTE", exitCode: EXIT.internal };
    const { leaseId } = lease.message;
    const text = messageOf(error).slice(0, LIMITS.textLength);
    this.#send({
      type: "failed",
      leaseId,
      code,
      exitCode,
      text,
      hint: hint.slice(0, LIMITS.textLength),
    });
  }

  #end(settle: () => void): void {
    if (this.#phase.kind === "over") return;
    this.#phase = { kind: "over" };
    this.#beat?.cancel();
    this.#dropLease("the worker ends");
    this.#outgoing?.cancelAll("the worker ends");
    // Sockets first: a thread that ends under an open socket takes the process with it.
    const closing = Promise.all([this.#connection?.close(), this.#mesh?.close()]);
    closing.then(() => this.#options.port.close()).then(settle, settle);
  }
}

function randomId(): string {
  return randomBytes(16).toString("hex");
}
