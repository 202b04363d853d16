// Where peers become members: answers hello with an offer and join with a welcome, and says why not. Whether a join is
// good is decided in `gate` and `admission`.

import { randomBytes } from "node:crypto";
import { messageOf } from "../core/index.ts";
import {
  encodeMessage,
  LIMITS,
  type Message,
  type MessageOf,
  ProtocolError,
} from "../protocol/index.ts";
import { OutgoingTransfers } from "../transport/index.ts";
import type { FleetOptions } from "./fleet-options.ts";
import { Gate, type GateOptions, type Refusal } from "./gate.ts";
import type { Member } from "./member.ts";
import type { Outbox } from "./outbox.ts";
import type { Replicas } from "./replicas.ts";
import type { Roster } from "./roster.ts";

export interface EntranceOptions
  extends Omit<GateOptions, "maxWorkers">,
    Pick<
      FleetOptions,
      | "runConfig"
      | "numMicroshards"
      | "parameterCount"
      | "exchange"
      | "reduction"
      | "optimizerClass"
      | "policy"
      | "transport"
      | "clock"
      | "logger"
      | "onEvent"
    > {
  readonly roster: Roster;
  readonly outbox: Outbox;
  readonly replicas: Replicas | undefined;
  /** Bytes of a piece, as it is now. */
  readonly chunkBytes: () => number;
  /** A member is in, and has been welcomed. */
  readonly onJoined: (member: Member, numericClass: string) => void;
  /** A member says hello: whatever it was given before is void. */
  readonly onAnew: (member: Member) => void;
}

export class Entrance {
  readonly #options: EntranceOptions;
  readonly #gate: Gate;
  #numericClass: string | undefined;

  constructor(options: EntranceOptions) {
    this.#options = options;
    this.#gate = new Gate({ ...options, maxWorkers: options.policy.maxWorkers });
    this.#numericClass = options.identity.numericClass;
  }

  /** Fixed by the first worker that joined. */
  get numericClass(): string | undefined {
    return this.#numericClass;
  }

  /** Length of what a peer is told first: nothing without a payload is longer. */
  get offerBytes(): number {
    const { runId: run, incarnation } = this.#options;
    const envelope = { run, incarnation, generation: 0, session: "" };
    return encodeMessage(envelope, this.#offer("", "0".repeat(32))).header.byteLength;
  }

  onHello(peer: string, { helloId }: MessageOf<"hello">): void {
    const { roster, outbox, onAnew } = this.#options;
    const known = roster.ofPeer(peer);
    if (known !== undefined) onAnew(known);
    outbox.sendTo(peer, "", this.#offer(peer, helloId));
  }

  #offer(peer: string, helloId: string): MessageOf<"offer"> {
    const { policy, exchange, identity, ...options } = this.#options;
    return {
      type: "offer",
      helloId,
      runConfig: options.runConfig,
      configHash: identity.configHash,
      numMicroshards: options.numMicroshards,
      parameterCount: options.parameterCount,
      heartbeatIntervalMs: policy.heartbeatIntervalMs,
      chunkBytes: options.chunkBytes(),
      windowBytes: policy.windowBytes,
      checksum: !options.transport.protectsBytes,
      nonce: this.#gate.nonceOf(peer, helloId),
      parameterFormat: exchange.parameters,
      gradientFormat: exchange.gradients,
      reduction: options.reduction,
      optimizerState: options.replicas === undefined ? "coordinator" : "replicated",
    };
  }

  onJoin(peer: string, join: MessageOf<"join">): void {
    const { roster, outbox, onJoined } = this.#options;
    const known = roster.ofPeer(peer);
    if (known !== undefined) {
      // Our welcome was lost.
      outbox.send(known, { type: "welcome", helloId: join.helloId });
      return;
    }
    const refusal =
      this.#gate.whyRefused(peer, join, this.#numericClass, roster.size) ??
      this.#whyNoReplica(join);
    if (refusal !== undefined) return this.#refuse(peer, join.helloId, refusal);
    this.#numericClass ??= join.numericClass;
    const member = this.#memberOf(peer, join);
    roster.add(member);
    outbox.send(member, { type: "welcome", helloId: join.helloId });
    onJoined(member, join.numericClass);
  }

  /** The peer is a worker of another run. */
  onForeignRun(peer: string, run: string): void {
    const text = `this is run ${this.#options.runId}, not ${run}`;
    this.#refuse(peer, "", { code: "BAD_RUN", text });
  }

  /** The peer speaks another version, or not our language. */
  onUndecodable(peer: string, error: unknown): void {
    const peerVersion = error instanceof ProtocolError ? error.peerVersion : undefined;
    if (peerVersion === undefined) {
      this.#options.logger.log("debug", "message.refused", { reason: messageOf(error) });
      return;
    }
    this.#refuse(peer, "", { code: "BAD_VERSION", text: messageOf(error) });
  }

  /** A peer speaks with a session that is not its own: that of a member, or one that there is not. */
  onForeignSession(peer: string, owner: Member | undefined, message: Message): void {
    // A replay, or worse. Said once a worker.
    if (owner?.isImpersonated === false) {
      owner.isImpersonated = true;
      const text = `another connection speaks with the session of ${owner.name}`;
      this.#options.onEvent({ kind: "refused", code: "FOREIGN_SESSION", text });
    }
    if (message.type === "progress") {
      this.#options.outbox.sendTo(peer, "", { type: "stale", reason: "unknown session" });
    }
  }

  #memberOf(peer: string, { workerName, peerAddress }: MessageOf<"join">): Member {
    const { clock, policy, transport, chunkBytes } = this.#options;
    return {
      session: randomBytes(16).toString("hex"),
      peer,
      name: workerName,
      peerAddress,
      meshToken: randomBytes(16).toString("hex"),
      outgoing: new OutgoingTransfers({
        clock,
        chunkBytes: chunkBytes(),
        windowBytes: policy.windowBytes,
        checksum: !transport.protectsBytes,
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
  }

  /** Where every worker applies the optimizer. */
  #whyNoReplica({ workerName, optimizerClass }: MessageOf<"join">): Refusal | undefined {
    const { replicas, optimizerClass: ours } = this.#options;
    if (replicas === undefined) return undefined;
    const excluded = replicas.whyExcluded(workerName);
    if (excluded !== undefined) return { code: "EXCLUDED", text: `${workerName}: ${excluded}` };
    if (optimizerClass === ours) return undefined;
    const theirs = optimizerClass === "" ? "does not apply one" : `applies it as ${optimizerClass}`;
    const text = `every worker applies the optimizer, the coordinator as ${ours}, ${workerName} ${theirs}: parameters would differ in their last bits`;
    return { code: "CLASS_NOT_ALLOWED", text: text.slice(0, LIMITS.textLength) };
  }

  #refuse(peer: string, helloId: string, { code, text }: Refusal): void {
    const { onEvent, outbox } = this.#options;
    onEvent({ kind: "refused", code, text });
    outbox.sendTo(peer, "", { type: "refuse", helloId, code, text: text.slice(0, 1024) });
  }
}
