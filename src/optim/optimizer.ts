// What an optimizer is to the one who runs it: a step over flat arrays and a state that can be stored.

export interface OptimizerUpdate {
  readonly learningRateFactor: number;
  /** Multiplies the gradient as it is read: division by the weight and clipping in one. */
  readonly gradientScale: number;
  /** Counts applied updates from 1. */
  readonly step: number;
}

/** Makes an array of zeros for an optimizer's state: where others write it too, in shared memory. */
export type Allocate = (length: number) => Float32Array;

export const plainMemory: Allocate = (length) => new Float32Array(length);

export interface Optimizer {
  /** Flat arrays of the parameters' length, by name; live, not copies. Storing and restoring them resumes exactly. */
  readonly state: Readonly<Record<string, Float32Array>>;
  /** One update in place. */
  apply(parameters: Float32Array, gradient: Float32Array, update: OptimizerUpdate): void;
  /**
   * The part of {@link apply} on values `begin .. end - 1`; parts that cover everything once, in any order, are
   * the whole. Absent where a value's update depends on others.
   */
  applyRange?(
    parameters: Float32Array,
    gradient: Float32Array,
    update: OptimizerUpdate,
    begin: number,
    end: number,
  ): void;
}

/** The arrays of the state in the order of their names. */
export function stateArrays({ state }: Optimizer): Float32Array[] {
  return Object.keys(state)
    .toSorted()
    .map((name) => state[name]!);
}
