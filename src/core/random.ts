// Seeded random numbers. A stream is named by its parts: new Random("dropout", seed, step, layer) is the
// same stream on every machine, whatever ran before it. Nothing in auspex draws from anywhere else.

/** 32-bit finaliser of MurmurHash3 (Appleby, public domain algorithm): spreads every bit over the word. */
function mix32(value: number): number {
  let h = value >>> 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** Folds strings and numbers (by their full double bits) into 32 bits, depending on order and `salt`. */
export function hash32(salt: number, ...parts: readonly (string | number)[]): number {
  let h = mix32(salt ^ 0x9e3779b9);
  const add = (word: number): void => {
    h = mix32(Math.imul(h ^ mix32(word), 5) + 0xe6546b64);
  };
  for (const part of parts) {
    if (typeof part === "number") {
      DOUBLE[0] = part;
      add(1);
      add(WORDS[0]!);
      add(WORDS[1]!);
    } else {
      add(2 + part.length);
      for (let i = 0; i < part.length; i++) add(part.charCodeAt(i));
    }
  }
  return h;
}

const DOUBLE = new Float64Array(1);
const WORDS = new Uint32Array(DOUBLE.buffer);

/** xoshiro128** (Blackman and Vigna, 2018) seeded from the parts that name the stream. */
export class Random {
  #a: number;
  #b: number;
  #c: number;
  #d: number;
  #spareNormal: number | undefined;

  constructor(...parts: readonly (string | number)[]) {
    this.#a = hash32(1, ...parts);
    this.#b = hash32(2, ...parts);
    this.#c = hash32(3, ...parts);
    this.#d = hash32(4, ...parts) | 1;
  }

  /** Uniform in 0 .. 2^32 - 1. */
  uint32(): number {
    const scrambled = Math.imul(rotateLeft(Math.imul(this.#b, 5), 7), 9) >>> 0;
    const t = this.#b << 9;
    this.#c ^= this.#a;
    this.#d ^= this.#b;
    this.#b ^= this.#c;
    this.#a ^= this.#d;
    this.#c ^= t;
    this.#d = rotateLeft(this.#d, 11);
    return scrambled;
  }

  /** Uniform in [0, 1) with 53 random bits. */
  float(): number {
    return ((this.uint32() >>> 5) * 67_108_864 + (this.uint32() >>> 6)) / 9_007_199_254_740_992;
  }

  /** Uniform integer in 0 .. count - 1. */
  int(count: number): number {
    return Math.floor(this.float() * count);
  }

  /** Standard normal (Box and Muller, 1958). */
  normal(): number {
    if (this.#spareNormal !== undefined) {
      const spare = this.#spareNormal;
      this.#spareNormal = undefined;
      return spare;
    }
    const radius = Math.sqrt(-2 * Math.log(1 - this.float()));
    const angle = 2 * Math.PI * this.float();
    this.#spareNormal = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  }

  /** A shuffled copy (Fisher and Yates). */
  shuffled<T>(items: readonly T[]): T[] {
    const copy = [...items];
    for (let i = copy.length - 1; i > 0; i--) {
      const j = this.int(i + 1);
      const swap = copy[i]!;
      copy[i] = copy[j]!;
      copy[j] = swap;
    }
    return copy;
  }
}

function rotateLeft(value: number, by: number): number {
  return (value << by) | (value >>> (32 - by));
}
