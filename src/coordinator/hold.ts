// Keeps values as they are while somebody reads them from the front: a step is applied behind the reader, so that
// a checkpoint needs no copy.

export class Hold {
  #numPassed = 0;
  #waiting: { readonly numValues: number; readonly go: () => void }[] = [];

  /** The reader is done with the first `numValues` values. */
  pass(numValues: number): void {
    this.#numPassed = Math.max(this.#numPassed, numValues);
    const ready = this.#waiting.filter((waiter) => waiter.numValues <= this.#numPassed);
    this.#waiting = this.#waiting.filter((waiter) => waiter.numValues > this.#numPassed);
    for (const { go } of ready) go();
  }

  /** The reader is done, or has failed. */
  release(): void {
    this.pass(Number.POSITIVE_INFINITY);
  }

  /** Resolves when the first `numValues` values may change. */
  async passed(numValues: number): Promise<void> {
    if (numValues <= this.#numPassed) return;
    await new Promise<void>((go) => this.#waiting.push({ numValues, go }));
  }
}
