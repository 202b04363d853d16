// A worker among workers: sends each owner its slice of the nodes that were computed here, and owns slices
// itself. Keeps the nodes of a step until the next one, so that an owner that dies costs its slice's transfers.

import {
  type ArrayFormat,
  bytesPerValue,
  type TreeNode,
  valuesOf,
} from "../../collective/index.ts";
import { type Clock, type Logger, messageOf } from "../../core/index.ts";
import {
  type Decoded,
  decodeMessage,
  type Envelope,
  encodeMessage,
  type LeafStats,
  type MessageOf,
  type WireMessage,
} from "../../protocol/index.ts";
import {
  type Connection,
  type Listener,
  OutgoingTransfers,
  type TransferOptions,
  type Transport,
} from "../../transport/index.ts";
import { SliceOwner } from "./slice-owner.ts";

export interface MeshOptions extends Omit<TransferOptions, "clock"> {
  readonly transport: Transport;
  /** Where other workers reach this one. */
  readonly address: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly format: ArrayFormat;
  readonly numMicroshards: number;
  /** Run and incarnation. */
  readonly envelope: () => Envelope;
  /** A slice that this worker owns is whole; resolves when the coordinator has it. */
  readonly onSlice: (step: number, slice: number, values: Float32Array) => Promise<void>;
  /** Every owner has its slice of a node. */
  readonly onDelivered: (delivered: MessageOf<"delivered">) => void;
}

interface KeptNode {
  readonly step: number;
  readonly leaseId: number;
  readonly node: TreeNode;
  readonly leaves: readonly LeafStats[];
  /** As it is sent. */
  readonly bytes: Uint8Array;
  readonly release: () => void;
  /** By slice: what it was or is being sent as. */
  readonly sent: Map<number, SentShare>;
  /** Slices whose owner has them. */
  readonly arrived: Set<number>;
}

interface SentShare {
  /** Of the owner, in its session: it changes when the owner begins anew. */
  readonly token: string;
  readonly address: string;
  readonly transferId: number;
}

interface Link {
  readonly connection: Promise<Connection>;
  readonly outgoing: OutgoingTransfers;
}

type Assignment = MessageOf<"slices">;

export class MeshPeer {
  readonly #options: MeshOptions;
  readonly #owner: SliceOwner;
  readonly #links = new Map<string, Link>();
  #listener: Listener | undefined;
  #assignment: Assignment | undefined;
  #kept: KeptNode[] = [];
  #nextTransferId = 1;

  private constructor(options: MeshOptions) {
    this.#options = options;
    this.#owner = new SliceOwner({ ...options, onWhole: options.onSlice });
  }

  static async open(options: MeshOptions): Promise<MeshPeer> {
    const mesh = new MeshPeer(options);
    mesh.#listener = await options.transport.listen(options.address, {
      message: (peer, wire) => mesh.#onPeerMessage(peer, wire),
      peerLost: () => {},
    });
    return mesh;
  }

  get address(): string {
    return this.#listener?.address ?? this.#options.address;
  }

  /** Bytes of a piece between workers. */
  get chunkBytes(): number {
    return this.#options.chunkBytes;
  }

  /** Number of the newest assignment; 0 before the first. */
  get assignmentId(): number {
    return this.#assignment?.assignmentId ?? 0;
  }

  /** Nodes that every owner of the newest assignment has, to be said again. */
  get delivered(): MessageOf<"delivered">[] {
    return this.#kept
      .filter((kept) => this.#isDelivered(kept))
      .map((kept) => this.#deliveredMessage(kept));
  }

  assign(assignment: Assignment): void {
    if (assignment.assignmentId <= this.assignmentId) return;
    if (assignment.step !== this.#assignment?.step) this.#endStep(assignment.step);
    this.#assignment = assignment;
    const mine = assignment.owners.flatMap(({ address, begin, end }, slice) =>
      address === this.address && begin < end ? [[slice, { begin, end }] as const] : [],
    );
    this.#owner.own(assignment.step, new Map(mine));
    const known = new Set(assignment.owners.map(({ address }) => address));
    for (const [address, link] of this.#links) if (!known.has(address)) this.#drop(address, link);
    for (const kept of this.#kept) {
      this.#distribute(kept);
      if (this.#isDelivered(kept)) this.#options.onDelivered(this.#deliveredMessage(kept));
    }
  }

  /** Sends a node's slices to their owners. `bytes` stays as it is until `release` is called. */
  send(
    { step, leaseId }: Pick<MessageOf<"lease">, "step" | "leaseId">,
    node: TreeNode,
    leaves: readonly LeafStats[],
    bytes: Uint8Array,
    release: () => void,
  ): void {
    const kept: KeptNode = {
      step,
      leaseId,
      node,
      leaves,
      bytes,
      release,
      sent: new Map(),
      arrived: new Set(),
    };
    this.#kept.push(kept);
    this.#distribute(kept);
    if (this.#isDelivered(kept)) this.#options.onDelivered(this.#deliveredMessage(kept));
  }

  /** Tries again what failed. */
  onBeat(): void {
    if (this.#assignment === undefined) return;
    for (const kept of this.#kept) this.#distribute(kept);
    this.#owner.onBeat();
  }

  /** The session is over: what was computed and added up is void. */
  forget(): void {
    this.#endStep(undefined);
    this.#assignment = undefined;
    this.#owner.clear();
  }

  async close(): Promise<void> {
    this.forget();
    for (const [address, link] of this.#links) this.#drop(address, link);
    await this.#listener?.close();
  }

  /** Lets nodes of other steps go. */
  #endStep(nextStep: number | undefined): void {
    for (const { outgoing } of this.#links.values()) outgoing.cancelAll("the step has ended");
    for (const { step, release } of this.#kept) if (step !== nextStep) release();
    this.#kept = this.#kept.filter(({ step }) => step === nextStep);
  }

  #isDelivered({ step, arrived }: KeptNode): boolean {
    const assignment = this.#assignment;
    return assignment?.step === step && arrived.size === assignment.owners.length;
  }

  #distribute(kept: KeptNode): void {
    const assignment = this.#assignment;
    if (assignment?.step !== kept.step) return;
    assignment.owners.forEach((owner, slice) => {
      const before = kept.sent.get(slice);
      if (before?.token === owner.token) return;
      if (owner.begin === owner.end) {
        // The coordinator has this slice, and its owner is gone.
        kept.arrived.add(slice);
        return;
      }
      if (before !== undefined) {
        const link = this.#links.get(before.address);
        link?.outgoing.cancel(before.transferId, "the owner has changed");
      }
      const { address, token, begin, end } = owner;
      const share = { address, token, transferId: this.#nextTransferId++ };
      kept.sent.set(slice, share);
      kept.arrived.delete(slice);
      const size = bytesPerValue(this.#options.format);
      const part = kept.bytes.subarray(size * begin, size * end);
      if (address !== this.address) return this.#sendShare(kept, slice, share, part);
      this.#owner.takeOwn(slice, kept.node, valuesOf(this.#options.format, part));
      this.#onArrived(kept, slice, share);
    });
  }

  #sendShare(kept: KeptNode, slice: number, share: SentShare, part: Uint8Array): void {
    const { step, node } = kept;
    const link = this.#linkTo(share.address);
    const envelope = { ...this.#options.envelope(), session: share.token };
    link.outgoing
      .start(share.transferId, part, (chunk, payload) => {
        const wire = encodeMessage(
          envelope,
          { type: "share", ...chunk, step, slice, node },
          payload,
        );
        link.connection.then((connection) => connection.send(wire), ignore);
      })
      .then(
        () => this.#onArrived(kept, slice, share),
        (error: unknown) => {
          this.#options.logger.log("debug", "share.dropped", { reason: messageOf(error) });
          // The owner did not answer, and is still the owner: the next beat tries again.
          if (kept.sent.get(slice) === share) kept.sent.delete(slice);
        },
      );
  }

  #onArrived(kept: KeptNode, slice: number, share: SentShare): void {
    if (kept.sent.get(slice) !== share || !this.#kept.includes(kept)) return;
    kept.arrived.add(slice);
    if (this.#isDelivered(kept)) this.#options.onDelivered(this.#deliveredMessage(kept));
  }

  #deliveredMessage({ leaseId, node, leaves }: KeptNode): MessageOf<"delivered"> {
    const { assignmentId, step } = this.#assignment!;
    return { type: "delivered", leaseId, assignmentId, step, node, leaves: [...leaves] };
  }

  #linkTo(address: string): Link {
    const known = this.#links.get(address);
    if (known !== undefined) return known;
    const { transport, chunkBytes, windowBytes, checksum, resendMs, clock } = this.#options;
    const outgoing = new OutgoingTransfers({ chunkBytes, windowBytes, checksum, resendMs, clock });
    const connection = transport.connect(address, {
      message: (wire) => {
        const message = decoded(wire)?.message;
        if (message?.type === "received") outgoing.onReceived(message.transferId, message.offset);
      },
      reconnected: () => {},
    });
    const link = { connection, outgoing };
    this.#links.set(address, link);
    connection.catch((error: unknown) => {
      const reason = messageOf(error);
      this.#options.logger.log("warn", "peer.unreachable", { address, reason });
      // Its shares fall back, and the next beat tries again.
      if (this.#links.get(address) === link) this.#links.delete(address);
      outgoing.cancelAll(reason);
    });
    return link;
  }

  #drop(address: string, { connection, outgoing }: Link): void {
    this.#links.delete(address);
    outgoing.cancelAll("it owns nothing any more");
    connection.then((open) => open.close(), ignore);
  }

  #onPeerMessage(peer: string, wire: WireMessage): void {
    const { envelope, message, payload } = decoded(wire) ?? {};
    const assignment = this.#assignment;
    if (envelope === undefined || message?.type !== "share" || assignment === undefined) return;
    const mine = assignment.owners[message.slice];
    // The token came with the assignment: only workers of this run, and of this coordinator, know it.
    if (mine?.address !== this.address || envelope.session !== mine.token) return;
    if (!this.#owner.take(peer, message, payload!)) return;
    const { transferId, offset } = message;
    this.#listener?.send(peer, encodeMessage(envelope, { type: "received", transferId, offset }));
  }
}

/** What it says has been said where the connection is made. */
function ignore(): void {}

function decoded(wire: WireMessage): Decoded | undefined {
  try {
    return decodeMessage(wire);
  } catch {
    return undefined;
  }
}
