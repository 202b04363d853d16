// The open nodes of one text's search, the most urgent first.

/** A binary heap of nodes by priority; of equal ones the older node comes first. */
export class Frontier {
  readonly #nodes: number[] = [];
  readonly #priorities: number[] = [];

  get size(): number {
    return this.#nodes.length;
  }

  push(node: number, priority: number): void {
    let at = this.#nodes.push(node) - 1;
    this.#priorities.push(priority);
    while (at > 0) {
      const up = (at - 1) >> 1;
      if (!this.#before(at, up)) break;
      this.#swap(at, up);
      at = up;
    }
  }

  /** Takes the most urgent node out. */
  pop(): number | undefined {
    const top = this.#nodes[0];
    if (top === undefined) return undefined;
    const last = this.#nodes.length - 1;
    this.#swap(0, last);
    this.#nodes.pop();
    this.#priorities.pop();
    for (let at = 0; ; ) {
      const left = 2 * at + 1;
      if (left >= last) break;
      const right = left + 1;
      const child = right < last && this.#before(right, left) ? right : left;
      if (!this.#before(child, at)) break;
      this.#swap(child, at);
      at = child;
    }
    return top;
  }

  /** Nodes in no particular order. */
  nodes(): readonly number[] {
    return this.#nodes;
  }

  #before(a: number, b: number): boolean {
    const difference = this.#priorities[a]! - this.#priorities[b]!;
    return difference === 0 ? this.#nodes[a]! < this.#nodes[b]! : difference > 0;
  }

  #swap(a: number, b: number): void {
    const node = this.#nodes[a]!;
    this.#nodes[a] = this.#nodes[b]!;
    this.#nodes[b] = node;
    const priority = this.#priorities[a]!;
    this.#priorities[a] = this.#priorities[b]!;
    this.#priorities[b] = priority;
  }
}
