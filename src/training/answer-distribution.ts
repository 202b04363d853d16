import type { ConditionalDistribution, Distribution } from "../model/index.ts";

/** The distribution of one answer: of each objective, the first one's statistics at hand. */
export class AnswerDistribution {
  /** One for each objective, in order. */
  readonly objectives: readonly Distribution[];
  /**
   * The joint distribution, `[objective][branch]`: each objective given evenly spread answers to the earlier ones. As
   * the model says it, before any refinement but the temperature.
   */
  readonly joint: readonly (readonly ConditionalDistribution[])[];

  constructor(
    objectives: readonly Distribution[],
    joint: readonly (readonly ConditionalDistribution[])[],
  ) {
    this.objectives = objectives;
    this.joint = joint;
  }

  get first(): Distribution {
    return this.objectives[0]!;
  }
  get mean(): number {
    return this.first.mean;
  }
  get median(): number {
    return this.first.median;
  }
  get mode(): number {
    return this.first.mode;
  }
  get std(): number {
    return this.first.std;
  }
  get entropy(): number {
    return this.first.entropy;
  }
  get intervals(): Distribution["intervals"] {
    return this.first.intervals;
  }
  quantile(p: number): number {
    return this.first.quantile(p);
  }
  /** P(y <= value). */
  cdf(value: number): number {
    return this.first.cdf(value);
  }
  density(value: number): number {
    return this.first.density(value);
  }
}
