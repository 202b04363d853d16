// The run's parameters and the state of its optimizer. A step is applied part by part, and each part goes out
// to the workers while the next one is computed; before the step is on disk nothing of it goes out.

import type { ExponentialAverage, Optimizer, OptimizerUpdate } from "../optim/index.ts";
import type { Fleet } from "./fleet.ts";
import { Hold } from "./hold.ts";
import type { ReplicaUpdate } from "./replicas.ts";

/** Values that are updated in one go: long enough to use all threads, short enough to keep sockets busy. */
const PART_LENGTH = 1 << 20;

export interface MasterState {
  readonly parameters: Float32Array;
  readonly optimizer: Optimizer;
  readonly numApplied: number;
  readonly average: ExponentialAverage | undefined;
  /** May change the parameters of a step before anyone sees them. */
  readonly finishStep: ((parameters: Float32Array, step: number) => void) | undefined;
}

/** Where every worker applies the optimizer by itself. */
export interface ReplicaChannel {
  /** Resolves when the coordinator may apply the update too. */
  publishUpdate(update: ReplicaUpdate): Promise<void>;
  /** Resolves when the workers have it. */
  delivered(): Promise<void>;
  /** The coordinator has applied it. */
  settled(): void;
}

export interface StepUpdate extends Omit<OptimizerUpdate, "step"> {
  readonly gradient: Float32Array;
}

export class Master {
  readonly #fleet: Pick<Fleet, "publish" | "extend" | "withdraw" | "isLent">;
  readonly #replicas: ReplicaChannel | undefined;
  readonly #optimizer: Optimizer;
  readonly #average: ExponentialAverage | undefined;
  readonly #finishStep: MasterState["finishStep"];
  /** Of the checkpoint that is being written. */
  #hold: Hold | undefined;
  #parameters: Float32Array;
  #numApplied: number;
  /** The step that workers have and that is applied here while they compute the next one. */
  #applying: Promise<void> = Promise.resolve();

  /** @param replicas Where every worker applies the optimizer. */
  constructor(
    state: MasterState,
    fleet: Pick<Fleet, "publish" | "extend" | "withdraw" | "isLent">,
    replicas?: ReplicaChannel,
  ) {
    this.#parameters = state.parameters;
    this.#optimizer = state.optimizer;
    this.#numApplied = state.numApplied;
    this.#average = state.average;
    this.#finishStep = state.finishStep;
    this.#fleet = fleet;
    this.#replicas = replicas;
  }

  /** Resolves when everything here is of the newest committed step: behind replicas that takes a while. */
  settled(): Promise<void> {
    return this.#applying;
  }

  /** Of the newest committed step. Another array may hold the next ones. */
  get parameters(): Float32Array {
    return this.#parameters;
  }

  /** Steps whose update was applied: skipped ones are not in it. */
  get numApplied(): number {
    return this.#numApplied;
  }

  /** Their moving average, where the run keeps one. */
  get average(): Float32Array | undefined {
    return this.#average?.values;
  }

  /** Everything that a checkpoint needs, live. */
  get arrays(): Readonly<Record<string, Float32Array>> {
    const { average } = this;
    return { parameters: this.#parameters, ...this.#optimizer.state, ...(average && { average }) };
  }

  /** Until {@link Hold.release} values change only where {@link Hold.pass} has been: they are being written. */
  hold(): Hold {
    this.#hold = new Hold();
    return this.#hold;
  }

  /**
   * Applies a step and publishes it.
   *
   * @param update Undefined: the step is skipped, its parameters are those before.
   * @param commit `recorded` resolves when the step is on disk; then `onPublish` is called and workers get it.
   */
  async commit(
    step: number,
    update: StepUpdate | undefined,
    commit: { readonly recorded: Promise<void>; readonly onPublish: () => void },
  ): Promise<void> {
    if (this.#replicas !== undefined) {
      return this.#commitBehind(step, update, commit, this.#replicas);
    }
    const { onPublish } = commit;
    const isChanged = update !== undefined || this.#finishStep !== undefined;
    let numReady = isChanged ? 0 : this.#parameters.length;
    let isPublished = false;
    const published = commit.recorded.then(() => {
      isPublished = true;
      onPublish();
      this.#fleet.publish(step, this.#parameters, numReady);
    });
    // Told once, here or below; without it a failing disk would be nobody's.
    published.catch(() => {});
    if (isChanged) this.#makeOurs();
    if (update !== undefined) {
      for await (const end of this.#apply(update)) {
        // What is changed once more goes out as a whole.
        numReady = this.#finishStep === undefined ? end : 0;
        if (isPublished) this.#fleet.extend(numReady);
      }
    }
    if (this.#finishStep !== undefined) {
      await this.#hold?.passed(this.#parameters.length);
      this.#finishStep(this.#parameters, step);
    }
    numReady = this.#parameters.length;
    await published;
    this.#fleet.extend(numReady);
    // The workers compute meanwhile.
    if (update === undefined || this.#average === undefined) return;
    await this.#hold?.passed(this.#parameters.length);
    this.#average.update(this.#parameters, this.#numApplied);
  }

  /** Sends the gradient to the workers, and applies it here while they compute from what it gave them. */
  async #commitBehind(
    step: number,
    update: StepUpdate | undefined,
    { recorded, onPublish }: { readonly recorded: Promise<void>; readonly onPublish: () => void },
    replicas: ReplicaChannel,
  ): Promise<void> {
    await Promise.all([recorded, this.#applying]);
    onPublish();
    await replicas.publishUpdate({
      revision: step,
      gradient: update?.gradient,
      number: update === undefined ? 0 : this.#numApplied + 1,
      learningRateFactor: update?.learningRateFactor ?? 0,
      gradientScale: update?.gradientScale ?? 0,
    });
    this.#applying = this.#applyBehind(step, update, replicas).then(() => replicas.settled());
    // Told by whoever waits for it.
    this.#applying.catch(() => {});
  }

  async #applyBehind(
    step: number,
    update: StepUpdate | undefined,
    replicas: ReplicaChannel,
  ): Promise<void> {
    // An optimizer with products leaves no turns for sockets.
    await replicas.delivered();
    if (update !== undefined) for await (const _end of this.#apply(update));
    if (this.#finishStep === undefined && update === undefined) return;
    await this.#hold?.passed(this.#parameters.length);
    this.#finishStep?.(this.#parameters, step);
    if (update !== undefined) this.#average?.update(this.#parameters, this.#numApplied);
  }

  /** The array may change from here on. */
  #makeOurs(): void {
    this.#fleet.withdraw();
    if (this.#fleet.isLent(this.#parameters)) this.#parameters = this.#parameters.slice();
  }

  /** @returns how many values are final, part by part. */
  async *#apply({ gradient, ...update }: StepUpdate): AsyncGenerator<number> {
    const optimizer = this.#optimizer;
    const { length } = this.#parameters;
    const whole = { ...update, step: ++this.#numApplied };
    if (optimizer.applyRange === undefined) {
      await this.#hold?.passed(length);
      optimizer.apply(this.#parameters, gradient, whole);
      yield length;
      return;
    }
    for (let begin = 0; begin < length; begin += PART_LENGTH) {
      const end = Math.min(length, begin + PART_LENGTH);
      await this.#hold?.passed(end);
      optimizer.applyRange(this.#parameters, gradient, whole, begin, end);
      yield end;
      // Sockets get their turn.
      if (end < length) await new Promise((resolve) => setImmediate(resolve));
    }
  }
}
