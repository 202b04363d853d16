// Brings every worker's own parameters and optimizer state to the newest revision: a gradient to those that have the
// one before, everything to the others. One revision is under way at a time: the next one waits until nobody is being
// sent anything, so one gradient and the coordinator's own state are all the memory that this needs.

import { type FloatPool } from "../collective/index.ts";
import { bytesOf, type Clock, messageOf } from "../core/index.ts";
import type { Message, MessageOf } from "../protocol/index.ts";
import type { Chunk } from "../transport/index.ts";
import type { Member } from "./member.ts";
import { judgeReplicas, type ReplicaReport } from "./replica-verdict.ts";

/** What leads from the revision before to this one. */
export interface ReplicaUpdate {
  readonly revision: number;
  /** Undefined: the step is skipped. Lent until the next update is published, and given back to the pool then. */
  readonly gradient: Float32Array | undefined;
  /** Counts applied updates from 1; 0 for a skipped step. */
  readonly number: number;
  readonly learningRateFactor: number;
  readonly gradientScale: number;
}

export interface ReplicasOptions {
  readonly clock: Clock;
  readonly timeoutMs: number;
  readonly pool: FloatPool;
  readonly roster: Iterable<Member>;
  readonly send: (member: Member, message: Message, payload: Uint8Array) => void;
  /** A worker has the newest revision. */
  readonly delivered: (member: Member) => void;
  /** A worker must go. */
  readonly failed: (member: Member, reason: string) => void;
}

/** What a worker was last sent. */
interface Holding {
  readonly transferId: number;
  readonly revision: number;
  readonly sinceMs: number;
  /** Everything was acknowledged. */
  isDelivered: boolean;
  isApplied: boolean;
}

interface Report {
  readonly worker: string;
  digest: string | undefined;
  isGone: boolean;
}

/** Numbers of transfers that the parameters' do not use, below those of spans. */
const FIRST_TRANSFER_ID = 2 ** 30;
/** After so many faults a worker is not let in again. */
const MAX_FAULTS = 2;
const NOTHING = new Float32Array(1);

export class Replicas {
  readonly #options: ReplicasOptions;
  readonly #holdings = new Map<Member, Holding>();
  /** By session, of the newest revision. */
  readonly #reports = new Map<string, Report>();
  readonly #faults = new Map<string, { count: number; reason: string }>();
  #arrays: readonly Float32Array[] = [];
  #revision = -1;
  #update: ReplicaUpdate | undefined;
  /** A transfer of the update ended without all acknowledgements: the socket may still read it. */
  #isTainted = false;
  /** The coordinator's own arrays are of the newest revision. */
  #isSettled = false;
  #isClosed = false;
  #abandoned: Error | undefined;
  #nextTransferId = FIRST_TRANSFER_ID;
  #numSending = 0;
  #waiting: (() => void)[] = [];

  constructor(options: ReplicasOptions) {
    this.#options = options;
  }

  /** The newest that was published; -1 at first. */
  get revision(): number {
    return this.#revision;
  }

  /**
   * Begins.
   *
   * @param arrays The coordinator's own: parameters, then the optimizer's in the order of their names. They lie still
   *   between {@link settled} and {@link publish}.
   */
  open(revision: number, arrays: readonly Float32Array[]): void {
    this.#arrays = arrays;
    this.#revision = revision;
    this.settled();
  }

  /** The last step is done: workers are brought nothing any more. */
  close(): void {
    this.#isClosed = true;
    this.#holdings.clear();
    this.#reports.clear();
  }

  /** Nobody waits for workers any more. */
  abandon(error: Error): void {
    this.#abandoned = error;
    this.#wake();
  }

  /**
   * Sends an update to the workers that have the revision before. Resolves when the coordinator may apply it too: until
   * {@link settled} nobody is sent its own arrays.
   */
  async publish(update: ReplicaUpdate): Promise<void> {
    await this.delivered();
    // Somebody may still be sent the arrays: the run ends, and they are not used any more.
    const before = this.#update?.gradient;
    if (before !== undefined && !this.#isTainted) this.#options.pool.give(before);
    this.#isTainted = false;
    this.#isSettled = false;
    this.#revision = update.revision;
    this.#update = update;
    this.#reports.clear();
    for (const member of this.#options.roster) {
      const holding = this.#holdings.get(member);
      // Who is not through with the revision before needs everything when it is.
      if (holding !== undefined && holding.revision < update.revision - 1) this.#drop(member);
      else this.bring(member);
    }
  }

  /** Resolves when nobody is being sent anything, or the run is given up. */
  async delivered(): Promise<void> {
    while (this.#numSending > 0 && this.#abandoned === undefined) await this.#change();
  }

  /** The coordinator has applied the update as well. */
  settled(): void {
    this.#isSettled = true;
    for (const member of this.#options.roster) this.bring(member);
  }

  /** Sends a worker what it lacks, if that is possible now. */
  bring(member: Member): void {
    if (this.#isClosed || this.#revision < 0) return;
    const holding = this.#holdings.get(member);
    if (holding === undefined) {
      // Who computes still, for a lease that it lost, may not be listening.
      if (this.#isSettled && member.lease === undefined && !member.isStalled) {
        this.#sendState(member);
      }
      return;
    }
    const isNext = holding.isApplied && holding.revision === this.#revision - 1;
    if (isNext && this.#update !== undefined) this.#sendUpdate(member, this.#update);
  }

  /** A worker says what it has. */
  onApplied(member: Member, { transferId, digest }: MessageOf<"applied">): void {
    const holding = this.#holdings.get(member);
    if (holding?.transferId !== transferId) return;
    const report = this.#reports.get(member.session);
    if (report !== undefined && digest !== "" && holding.revision === this.#revision) {
      report.digest = digest;
    }
    if (!holding.isApplied) {
      holding.isApplied = true;
      member.heldRevision = holding.revision;
      this.#options.delivered(member);
      this.bring(member);
    }
    this.#wake();
  }

  onLeft(member: Member): void {
    this.#holdings.delete(member);
    const report = this.#reports.get(member.session);
    if (report !== undefined) report.isGone = true;
    this.#wake();
  }

  /** It has the gradient and applies it: that takes its time, and no lease is lost by it. */
  isApplying(member: Member): boolean {
    const holding = this.#holdings.get(member);
    return holding?.isDelivered === true && !holding.isApplied;
  }

  /** Why a worker of this name is not let in; undefined: it is. */
  whyExcluded(name: string): string | undefined {
    const faults = this.#faults.get(name);
    return faults !== undefined && faults.count >= MAX_FAULTS ? faults.reason : undefined;
  }

  /** Nobody holds the others up for ever. */
  onTick(nowMs: number): void {
    const { timeoutMs } = this.#options;
    for (const [member, { sinceMs, isDelivered, isApplied }] of this.#holdings) {
      const isDone = isApplied && this.#reports.get(member.session)?.digest !== undefined;
      if (isDone || nowMs - sinceMs < timeoutMs) continue;
      const what = !isDelivered ? "receive" : isApplied ? "check" : "apply";
      this.#fault(member, `it took longer than ${timeoutMs} ms to ${what} the optimizer's state`);
    }
  }

  /**
   * Waits until it is known from which parameters a step's contributors computed. Workers that have others are
   * brought everything again; at the second time they must go.
   *
   * @returns whether all of them had the right ones, and who had not.
   */
  async verify(
    contributors: ReadonlySet<string>,
    digest: string,
  ): Promise<{ readonly isGood: boolean; readonly wrong: readonly string[] }> {
    for (;;) {
      if (this.#abandoned !== undefined) throw this.#abandoned;
      const reports: ReplicaReport[] = [...this.#reports.values()];
      const verdict = judgeReplicas(reports, contributors, digest);
      if (verdict.kind === "known") {
        this.#correct(digest);
        return verdict;
      }
      await this.#change();
    }
  }

  #correct(digest: string): void {
    for (const [session, report] of this.#reports) {
      const isWrong = report.digest !== undefined && report.digest !== digest;
      if (!isWrong && !report.isGone) continue;
      // What it computed is judged: of what comes from now on it says nothing.
      this.#reports.delete(session);
      const member = [...this.#holdings.keys()].find((known) => known.session === session);
      if (!isWrong || member === undefined) continue;
      const isIn = this.#fault(
        member,
        "its parameters differ from the coordinator's after the same updates",
        MAX_FAULTS,
      );
      if (isIn) {
        this.#drop(member);
        this.bring(member);
      }
    }
  }

  /** @returns whether the worker stays. */
  #fault(member: Member, reason: string, maxFaults = 1): boolean {
    const count = (this.#faults.get(member.name)?.count ?? 0) + 1;
    this.#faults.set(member.name, { count, reason });
    if (count < maxFaults) return true;
    this.#options.failed(member, reason);
    return false;
  }

  #drop(member: Member): void {
    this.#holdings.delete(member);
    this.#reports.delete(member.session);
    member.heldRevision = -1;
  }

  #sendState(member: Member): void {
    const arrays = this.#arrays;
    const first = this.#nextTransferId;
    this.#nextTransferId += arrays.length;
    const revision = this.#revision;
    this.#follow(member, first, revision, () =>
      arrays.map((array, i) =>
        this.#start(member, first + i, array, (chunk) => ({
          type: "state",
          ...chunk,
          revision,
          array: i,
          numArrays: arrays.length,
        })),
      ),
    );
  }

  #sendUpdate(member: Member, update: ReplicaUpdate): void {
    const { gradient = NOTHING, ...numbers } = update;
    const id = this.#nextTransferId++;
    this.#follow(member, id, update.revision, () => [
      this.#start(member, id, gradient, (chunk) => ({ type: "update", ...chunk, ...numbers })),
    ]);
  }

  #start(
    member: Member,
    id: number,
    array: Float32Array,
    messageOf: (chunk: Chunk) => Message,
  ): Promise<void> {
    return member.outgoing.start(id, bytesOf(array), (chunk, payload) =>
      this.#options.send(member, messageOf(chunk), payload),
    );
  }

  #follow(
    member: Member,
    transferId: number,
    revision: number,
    start: () => Promise<void>[],
  ): void {
    const holding: Holding = {
      transferId,
      revision,
      sinceMs: this.#options.clock.nowMs(),
      isDelivered: false,
      isApplied: false,
    };
    this.#holdings.set(member, holding);
    this.#reports.set(member.session, { worker: member.name, digest: undefined, isGone: false });
    this.#numSending++;
    Promise.all(start()).then(
      () => {
        holding.isDelivered = true;
        this.#ended();
      },
      (error: unknown) => {
        this.#isTainted = true;
        this.#ended();
        if (this.#holdings.get(member) === holding) this.#options.failed(member, messageOf(error));
      },
    );
  }

  #ended(): void {
    this.#numSending--;
    this.#wake();
  }

  #change(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}
