// Who comes in: what a peer that says hello is told, and whether its join is good. Strangers cost no memory.

import { createHmac, randomBytes } from "node:crypto";
import { joinStatement, type MessageOf, type RefuseCode } from "../protocol/index.ts";
import { isSignedBy, type PublicIdentity } from "../transport/index.ts";
import { decideAdmission, type RunIdentity } from "./admission.ts";

export interface GateOptions {
  readonly runId: string;
  readonly incarnation: number;
  readonly identity: RunIdentity;
  readonly maxWorkers: number;
  /** Who may join, asked at each join; undefined admits anybody that can connect. */
  readonly admitted: (() => readonly PublicIdentity[]) | undefined;
}

export interface Refusal {
  readonly code: RefuseCode;
  readonly text: string;
}

export class Gate {
  readonly #options: GateOptions;
  readonly #secret = randomBytes(32);

  constructor(options: GateOptions) {
    this.#options = options;
  }

  /** What a join of this peer must sign. Computed, not kept. */
  nonceOf(peer: string, helloId: string): string {
    return createHmac("sha256", this.#secret).update(`${peer} ${helloId}`).digest("hex");
  }

  /** @param numericClass Of the run, once it is known. */
  whyRefused(
    peer: string,
    join: MessageOf<"join">,
    numericClass: string | undefined,
    numWorkers: number,
  ): Refusal | undefined {
    const stranger = this.#whyStranger(peer, join);
    if (stranger !== undefined) return stranger;
    const { identity, maxWorkers } = this.#options;
    const decision = decideAdmission(join, { ...identity, numericClass }, numWorkers, maxWorkers);
    return decision.kind === "refuse" ? decision : undefined;
  }

  #whyStranger(peer: string, join: MessageOf<"join">): Refusal | undefined {
    const admitted = this.#options.admitted?.();
    if (admitted === undefined) return undefined;
    const entry = admitted.find(({ signing }) => signing === join.publicKey);
    if (entry === undefined || entry.name !== join.workerName) {
      return { code: "UNKNOWN_KEY", text: `${join.workerName} is not on the allow list` };
    }
    const { runId: run, incarnation } = this.#options;
    const nonce = this.nonceOf(peer, join.helloId);
    const statement = joinStatement(nonce, { run, incarnation }, join);
    if (isSignedBy(join.publicKey, statement, join.signature)) return undefined;
    return {
      code: "BAD_SIGNATURE",
      text: `the join of ${join.workerName} is not signed by its key`,
    };
  }
}
