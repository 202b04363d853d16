// Trust with samples: in some steps one microshard is computed a second time, by another worker, and compared
// bit by bit. What does not agree is an alert: a worker's machine, build or data is not what it says. Costs
// the fleet one microshard in such a step; never holds a step up when no second worker can do it.

import type { TreeNode } from "../collective/index.ts";
import { bytesOf, Random, sha256Hex } from "../core/index.ts";

export interface Alert {
  readonly kind: "alert";
  /**
   * Two results of one microshard differ; a gradient was not finite and another worker's was; or parameters that a
   * worker updated by itself are not the coordinator's.
   */
  readonly code: "RESULTS_DIFFER" | "NOT_FINITE" | "REPLICA_DIFFERS";
  readonly step: number;
  readonly workers: readonly string[];
  readonly text: string;
}

export function isAuditStep(step: number, auditEverySteps: number): boolean {
  return auditEverySteps > 0 && step % auditEverySteps === 0;
}

export interface AuditCandidate {
  readonly leaseId: number;
  readonly worker: string;
  readonly microshards: readonly number[];
}

/**
 * Chooses what is computed twice: a microshard of the worker that was audited least. Workers take turns, so a
 * wrong one is found after as many audits as there are workers. Not a defence against one that plays along.
 */
export function chooseAudit(
  step: number,
  candidates: readonly AuditCandidate[],
  numAudits: ReadonlyMap<string, number>,
): (AuditCandidate & { readonly microshard: number }) | undefined {
  const timesAudited = ({ worker }: AuditCandidate): number => numAudits.get(worker) ?? 0;
  const [least] = candidates.toSorted((a, b) => timesAudited(a) - timesAudited(b));
  if (least === undefined) return undefined;
  const index = new Random("audit", 0, step).int(least.microshards.length);
  return { ...least, microshard: least.microshards[index]! };
}

type State =
  | { readonly kind: "expected" }
  | { readonly kind: "first"; readonly by: string; readonly digest: string; isGiven: boolean }
  | { readonly kind: "over" };

/** The audit of one step. */
export class Audit {
  readonly step: number;
  readonly node: TreeNode;
  #state: State = { kind: "expected" };

  constructor(step: number, microshard: number) {
    this.step = step;
    this.node = { lo: microshard, width: 1 };
  }

  isOf({ lo, width }: TreeNode): boolean {
    return width === 1 && lo === this.node.lo;
  }

  /** The first result is in, the second is not. */
  get isPending(): boolean {
    return this.#state.kind === "first";
  }

  /** Name of who must not do it again; undefined when nobody is looked for. */
  get firstBy(): string | undefined {
    return this.#state.kind === "first" && !this.#state.isGiven ? this.#state.by : undefined;
  }

  /** A result counts now; remembers it when it is the one to compare with. */
  onCounted(node: TreeNode, by: string, sum: Float32Array): void {
    if (this.#state.kind !== "expected" || !this.isOf(node)) return;
    this.#state = { kind: "first", by, digest: sha256Hex(bytesOf(sum)), isGiven: false };
  }

  onGiven(): void {
    if (this.#state.kind === "first") this.#state.isGiven = true;
  }

  giveUp(): void {
    this.#state = { kind: "over" };
  }

  /** @returns the alert when the second result is not the first. */
  compare(by: string, sum: Float32Array): Alert | undefined {
    const first = this.#state;
    this.giveUp();
    if (first.kind !== "first") return undefined;
    const digest = sha256Hex(bytesOf(sum));
    if (digest === first.digest) return undefined;
    const { step, node } = this;
    return {
      kind: "alert",
      code: "RESULTS_DIFFER",
      step,
      workers: [first.by, by],
      text: `microshard ${node.lo} of step ${step} is ${first.digest.slice(0, 12)} by ${first.by}, ${digest.slice(0, 12)} by ${by}`,
    };
  }
}
