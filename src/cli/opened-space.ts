// What a space of `auspex search` comes with.

import type { SearchSpace } from "../evaluator/index.ts";

/** The same candidates with other labels, known beforehand. */
export interface LabelSource {
  readonly space: SearchSpace;
  /** What one label costs, in units of a real evaluation. */
  readonly price: number;
}

export interface OpenedSpace {
  readonly space: SearchSpace;
  /** Undefined where nothing alike has labels. */
  readonly source: LabelSource | undefined;
}

export interface SpaceOptions {
  /** Where the data files are. */
  readonly data: string;
  /** Where labels come from; default: the usual source of the space. */
  readonly source?: string | undefined;
  /** Where evaluations of a live space are kept. */
  readonly cache: string;
}
