// Reuses large arrays: allocating and zeroing hundreds of megabytes at every step costs more than the sums.

export class FloatPool {
  /** Floats per array. */
  readonly size: number;
  readonly #free: Float32Array[] = [];
  readonly #allocate: (size: number) => Float32Array;

  /** @param allocate Default: plain memory. A worker allocates shared memory. */
  constructor(
    size: number,
    allocate: (size: number) => Float32Array = (length) => new Float32Array(length),
  ) {
    this.size = size;
    this.#allocate = allocate;
  }

  /** An array with any content. */
  take(): Float32Array {
    return this.#free.pop() ?? this.#allocate(this.size);
  }

  /** Takes an array back; nobody else may use it any more. */
  give(array: Float32Array): void {
    this.#free.push(array);
  }
}
