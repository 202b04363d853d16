// Who gets which part of the current work: open microshards to idle workers, those of a straggler a second time, and in
// some steps one microshard twice to compare.

import { microshardsOf } from "../collective/index.ts";
import type { Clock } from "../core/index.ts";
import { Audit, chooseAudit, isAuditStep } from "./audit.ts";
import type { CurrentWork } from "./current-work.ts";
import type { FleetEvent } from "./fleet-event.ts";
import { decideBackup } from "./lease-policy.ts";
import type { Leases } from "./leases.ts";
import { isIdle, type Member, speedOf } from "./member.ts";
import type { CoordinatorPolicy } from "./policy.ts";
import type { Roster } from "./roster.ts";
import type { WorkLease } from "./work-table.ts";

export interface SharingOutOptions {
  readonly numMicroshards: number;
  readonly policy: Pick<CoordinatorPolicy, "auditEverySteps">;
  readonly clock: Clock;
  readonly roster: Roster;
  readonly leases: Leases;
  readonly onEvent: (event: FleetEvent) => void;
}

export class SharingOut {
  readonly #options: SharingOutOptions;
  /** By worker name. */
  readonly #numAudits = new Map<string, number>();

  constructor(options: SharingOutOptions) {
    this.#options = options;
  }

  /** @param eligible Workers that may be given something, idle or not. */
  shareOut(work: CurrentWork, eligible: readonly Member[]): void {
    const { leases } = this.#options;
    const trusted = eligible.filter(({ name }) => !work.suspects.has(name));
    const idle = (trusted.length > 0 ? trusted : eligible).filter(isIdle);
    const shares = work.table.assign(withSpeeds(idle, eligible), () => leases.nextId());
    leases.grant(work, this.#setApart(work, shares, eligible.length));
    this.#backUp(work, eligible);
    this.#giveAudit(work, eligible);
  }

  /** Makes one microshard a node of its own in steps where one is computed twice. */
  #setApart(work: CurrentWork, shares: WorkLease[], numEligible: number): WorkLease[] {
    const {
      work: { step },
      audit,
      isGradient,
      isRepeat,
    } = work;
    const { policy, roster } = this.#options;
    const isStar = work.mesh === undefined;
    if (work.isRound) return shares;
    if (audit !== undefined || !isGradient || isRepeat || !isStar || numEligible < 2) return shares;
    if (!isAuditStep(step, policy.auditEverySteps)) return shares;
    const candidates = shares.map(({ leaseId, session, nodes }) => ({
      leaseId,
      worker: roster.of(session)!.name,
      microshards: nodes.flatMap(microshardsOf),
    }));
    const chosen = chooseAudit(step, candidates, this.#numAudits);
    if (chosen === undefined) return shares;
    work.audit = new Audit(step, chosen.microshard);
    this.#numAudits.set(chosen.worker, (this.#numAudits.get(chosen.worker) ?? 0) + 1);
    return shares.map((lease) =>
      lease.leaseId === chosen.leaseId
        ? work.table.isolate(lease.leaseId, chosen.microshard)
        : lease,
    );
  }

  /** Idle workers do the work of the latest straggler a second time. */
  #backUp(work: CurrentWork, eligible: readonly Member[]): void {
    const { clock, numMicroshards, leases, onEvent } = this.#options;
    const idle = eligible.filter(isIdle);
    // A round has its own way with late replicas.
    if (idle.length === 0 || work.isRound) return;
    const nowMs = clock.nowMs();
    const late = decideBackup({
      doneShare: work.table.numDone / numMicroshards,
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
    const backups = work.table.backUp(late, withSpeeds(idle, eligible), () => leases.nextId());
    if (backups.length === 0) return;
    const slow = eligible.find(({ lease }) => lease?.leaseId === late)!;
    const numMissing = work.table.missing(late).length;
    onEvent({ kind: "backed-up", worker: slow.name, numMicroshards: numMissing });
    leases.grant(work, backups);
  }

  /** Gives the second computing of a microshard to an idle worker of known speed; without one, it is left out. */
  #giveAudit(work: CurrentWork, eligible: readonly Member[]): void {
    const { leases } = this.#options;
    const { audit, table } = work;
    const firstBy = audit?.firstBy;
    if (audit === undefined || firstBy === undefined) return;
    const member = eligible.find(
      (other) => other.name !== firstBy && other.msPerMicroshard !== undefined && isIdle(other),
    );
    if (member !== undefined) {
      audit.onGiven();
      const { session } = member;
      const lease = { leaseId: leases.nextId(), session, nodes: [audit.node], attempt: 0 };
      leases.grant(work, [lease], true);
    } else if (table.isDone) audit.giveUp();
  }
}

function withSpeeds(
  workers: readonly Member[],
  eligible: readonly Member[],
): { readonly session: string; readonly speed: number }[] {
  return workers.map((member) => ({ session: member.session, speed: speedOf(member, eligible) }));
}
