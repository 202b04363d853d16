// What an optimizer is to the one who runs it: a step over flat arrays and a state that can be stored.

export interface Optimizer {
  /** Flat arrays of the parameters' length, by name; live, not copies. Storing and restoring them resumes exactly. */
  readonly state: Readonly<Record<string, Float32Array>>;
  /**
   * One update in place.
   *
   * @param gradient Is multiplied by `gradientScale` as it is read (division by the weight and clipping in one).
   * @param step Counts applied updates from 1.
   */
  apply(
    parameters: Float32Array,
    gradient: Float32Array,
    update: {
      readonly learningRateFactor: number;
      readonly gradientScale: number;
      readonly step: number;
    },
  ): void;
}
