// Float buffers that are used again. A training step makes the same large arrays over and over; a fresh one
// costs a page fault for every 4 KiB, which is as much as the arithmetic of an elementwise operation.

/** Arrays below this many floats are left to the garbage collector. */
const SMALLEST_POOLED = 128;
/** Below this many floats every size is a class of its own: a view costs more than the memory it saves. */
const SMALLEST_ROUNDED = 4096;
const STEPS_PER_OCTAVE = 8;
/** An array may be so many classes larger than needed: it is at most three eighths longer than asked for. */
const CLASSES_ABOVE = 2;

/** Idle memory that is always kept, and how much beside that, as a share of the most that was ever in use. */
const IDLE_BYTES = 2 ** 24;
const IDLE_SHARE = 1;

/**
 * Hands out arrays with undefined contents. Large sizes are rounded up to one of 8 classes an octave. Idle
 * memory is bounded by what was in use at once: batches of ever new lengths must not pile it up.
 */
export class BufferPool {
  /** Idle arrays by capacity in floats; the class used last is last. */
  readonly #idle = new Map<number, Float32Array[]>();
  #idleBytes = 0;
  #usedBytes = 0;
  #mostUsedBytes = 0;

  get idleBytes(): number {
    return this.#idleBytes;
  }

  /** An array of `size` floats whose contents are undefined. */
  acquire(size: number): Float32Array {
    if (size < SMALLEST_POOLED) return new Float32Array(size);
    const capacity = capacityFor(size);
    const idle = this.#takeIdle(capacity);
    const array = idle ?? new Float32Array(capacity);
    if (idle !== undefined) this.#idleBytes -= idle.byteLength;
    this.#usedBytes += array.byteLength;
    this.#mostUsedBytes = Math.max(this.#mostUsedBytes, this.#usedBytes);
    return view(array, size);
  }

  /** An idle array of the class, or of one a little larger: lengths of batches vary from one to the next. */
  #takeIdle(capacity: number): Float32Array | undefined {
    const exact = this.#idle.get(capacity)?.pop();
    if (exact !== undefined || capacity < SMALLEST_ROUNDED) return exact;
    let larger = capacity;
    for (let i = 0; i < CLASSES_ABOVE; i++) {
      larger = capacityFor(larger + 1);
      const array = this.#idle.get(larger)?.pop();
      if (array !== undefined) return array;
    }
    return undefined;
  }

  /** Takes back an array that `acquire` gave. Nobody may use it any more. */
  release(array: Float32Array): void {
    if (array.length < SMALLEST_POOLED) return;
    const whole = new Float32Array(array.buffer);
    this.#usedBytes -= whole.byteLength;
    const idle = this.#idle.get(whole.length) ?? [];
    this.#idle.delete(whole.length);
    this.#idle.set(whole.length, idle);
    idle.push(whole);
    this.#idleBytes += whole.byteLength;
    const limit = IDLE_BYTES + IDLE_SHARE * this.#mostUsedBytes;
    if (this.#idleBytes > limit) this.#evict(limit);
  }

  /** Leaves an array that `acquire` gave to the garbage collector. */
  forget(array: Float32Array): void {
    if (array.length >= SMALLEST_POOLED) this.#usedBytes -= array.buffer.byteLength;
  }

  /** Drops idle arrays, those of the class that was unused longest first. */
  #evict(limit: number): void {
    for (const [capacity, arrays] of this.#idle) {
      while (arrays.length > 0 && this.#idleBytes > limit) {
        arrays.pop();
        this.#idleBytes -= 4 * capacity;
      }
      if (arrays.length === 0) this.#idle.delete(capacity);
      if (this.#idleBytes <= limit) return;
    }
  }
}

/** The smallest class that holds `size` floats: at most an eighth is wasted. */
export function capacityFor(size: number): number {
  if (size < SMALLEST_ROUNDED) return size;
  const step = 2 ** Math.max(0, Math.floor(Math.log2(size)) - Math.log2(STEPS_PER_OCTAVE));
  return Math.ceil(size / step) * step;
}

function view(array: Float32Array, size: number): Float32Array {
  return array.length === size ? array : array.subarray(0, size);
}
