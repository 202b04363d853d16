// Typed arrays that grow by doubling; `length` counts what is in use.

type Numbers = Float32Array | Float64Array | Int32Array;

export class Growing<T extends Numbers> {
  values: T;
  length = 0;
  readonly #make: (length: number) => T;

  constructor(make: (length: number) => T, capacity = 1024) {
    this.#make = make;
    this.values = make(capacity);
  }

  /** Makes room for `count` more and counts them as used. Returns the index of the first. */
  extend(count: number): number {
    const first = this.length;
    this.length += count;
    if (this.length > this.values.length) {
      const larger = this.#make(Math.max(this.length, 2 * this.values.length));
      larger.set(this.values.subarray(0, first));
      this.values = larger;
    }
    return first;
  }
}

export const growingFloats = (capacity?: number): Growing<Float32Array> =>
  new Growing((length) => new Float32Array(length), capacity);
export const growingDoubles = (capacity?: number): Growing<Float64Array> =>
  new Growing((length) => new Float64Array(length), capacity);
export const growingIntegers = (capacity?: number): Growing<Int32Array> =>
  new Growing((length) => new Int32Array(length), capacity);
