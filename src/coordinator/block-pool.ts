// The samples of a DiLoCo run, in blocks: what one replica trains on in one round. A replica that came too late
// gives its block back, and the next rounds take it first; so every sample counts once, whoever was late.

export class BlockPool {
  #next = 0;
  #returned: number[] = [];

  /** The blocks of a round, one a replica: those that came back first, in ascending order. */
  take(count: number): number[] {
    const blocks = this.#returned.slice(0, count);
    this.#returned = this.#returned.slice(count);
    while (blocks.length < count) blocks.push(this.#next++);
    return blocks;
  }

  giveBack(blocks: readonly number[]): void {
    this.#returned = [...this.#returned, ...blocks].toSorted((a, b) => a - b);
  }

  /** Blocks below this number have all counted, when nothing is out. */
  get firstOpen(): number {
    return this.#returned[0] ?? this.#next;
  }
}
