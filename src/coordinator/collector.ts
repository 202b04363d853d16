// The work of the moment: begins it, has it shared out whenever something may be possible that was not, and hands it
// over when every microshard of it is in, whoever comes and goes meanwhile.

import type { FloatPool } from "../collective/index.ts";
import type { Alert } from "./audit.ts";
import { type CollectedWork, CurrentWork, type Work, type WorkProgress } from "./current-work.ts";
import type { Leases } from "./leases.ts";
import type { Member } from "./member.ts";
import type { MeshSteps } from "./mesh-steps.ts";
import type { PhaseMeter } from "./phase-meter.ts";
import type { Results } from "./results.ts";
import type { Roster } from "./roster.ts";
import type { SharingOut } from "./sharing-out.ts";
import type { Watch } from "./watch.ts";

export interface CollectorOptions {
  readonly numMicroshards: number;
  /** Whole arrays. */
  readonly pool: FloatPool;
  readonly roster: Roster;
  readonly leases: Leases;
  readonly sharingOut: SharingOut;
  readonly results: Results;
  readonly mesh: MeshSteps;
  readonly meter: PhaseMeter;
  readonly watch: Pick<Watch, "isPaused">;
  /** Workers that may be given something. */
  readonly eligible: () => readonly Member[];
  /** New work is there. */
  readonly changed: () => void;
}

export class Collector {
  readonly #options: CollectorOptions;
  #work: CurrentWork | undefined;
  /** The run is given up: nothing is begun any more. */
  #abandoned: Error | undefined;

  constructor(options: CollectorOptions) {
    this.#options = options;
  }

  get work(): CurrentWork | undefined {
    return this.#work;
  }

  /** What {@link abandon} was given. */
  get abandoned(): Error | undefined {
    return this.#abandoned;
  }

  /** What is being computed now, and how much of it is in. */
  get progress(): WorkProgress | undefined {
    if (this.#work === undefined) return undefined;
    const { work, table } = this.#work;
    const { purpose, step } = work;
    return { purpose, step, numDone: table.numDone, numMicroshards: this.#options.numMicroshards };
  }

  /** @throws what {@link abandon} was given. */
  collect(work: Work): Promise<CollectedWork> {
    if (this.#abandoned !== undefined) return Promise.reject(this.#abandoned);
    this.#options.meter.onWork();
    return new Promise((resolve, reject) => this.#begin(work, { resolve, reject }));
  }

  /**
   * Drops what is in of the current work.
   *
   * @returns begins it again.
   */
  interrupt(): () => void {
    const work = this.#work;
    this.#work = undefined;
    work?.drop();
    return () => {
      if (work !== undefined) this.#begin({ ...work.work, isAgain: true }, work, work.alerts);
    };
  }

  /** Something may be possible now that was not: gives open work to idle workers. */
  advance(): void {
    const work = this.#work;
    if (work === undefined) return;
    const { mesh, watch, sharingOut, eligible } = this.#options;
    mesh.update(work);
    if (!watch.isPaused()) sharingOut.shareOut(work, eligible());
    else if (work.table.isDone) work.audit?.giveUp();
    if (!work.isDone) return;
    this.#end((done) => done.resolve(done.collected()));
  }

  /** Ends a round for which the replicas that are still out are too late. */
  endLateRound(nowMs: number): void {
    const work = this.#work;
    if (work?.mayDoWithout(nowMs) !== true) return;
    const { roster, leases } = this.#options;
    for (const replica of work.table.open) work.table.waive(replica);
    for (const member of roster) leases.revoke(member, "the round has ended");
  }

  /** Stops the current work, and any that comes. */
  abandon(error: Error): void {
    this.#abandoned ??= error;
    this.#end((work) => {
      work.drop();
      work.reject(error);
    });
  }

  /** @param alerts What was found out about it before. */
  #begin(
    work: Work,
    settle: Pick<CurrentWork, "resolve" | "reject">,
    alerts: readonly Alert[] = [],
  ): void {
    const { numMicroshards, pool, results, mesh } = this.#options;
    const memory = { numMicroshards, pool, spares: results.spares };
    this.#work = new CurrentWork(work, memory, settle);
    this.#work.alerts.push(...alerts);
    for (const replica of work.round?.withoutReplicas ?? []) this.#work.table.waive(replica);
    mesh.begin(this.#work);
    this.#options.changed();
  }

  #end(settle: (work: CurrentWork) => void): void {
    const work = this.#work;
    if (work === undefined) return;
    this.#work = undefined;
    const { roster, leases } = this.#options;
    for (const member of roster) leases.end(member);
    settle(work);
  }
}
