// What a worker must know to compute its part of a run: data, vocabularies, model, mixture. The coordinator's
// side makes it from a run configuration and sends it as JSON; every worker builds the same run from it.

import { z } from "zod";
import { ConfigError } from "../core/index.ts";
import { mixtureConfigSchema } from "../data/config.ts";
import {
  datasetHash,
  type Example,
  groupByTask,
  Mixture,
  parseSelectors,
  readExamples,
  type TaskGroup,
  taskSizes,
} from "../data/index.ts";
import { modelConfigSchema } from "../model/index.ts";
import { engineConfigSchema } from "../tensor/config.ts";
import { numberTokenizerConfigSchema } from "../tokenizer/index.ts";

export const runSpecSchema = z.strictObject({
  name: z.string(),
  seed: z.int(),
  engine: engineConfigSchema,
  data: z.array(z.strictObject({ file: z.string(), where: z.array(z.string()) })),
  holdOut: z.array(z.string()),
  /** The JSON form of the text vocabulary. */
  textVocabulary: z.unknown(),
  numberTokenizer: numberTokenizerConfigSchema,
  model: modelConfigSchema,
  batch: z.strictObject({
    globalBatchSize: z.int().positive(),
    numMicroshards: z.int().positive(),
  }),
  mixture: mixtureConfigSchema,
  evalExamples: z.int().nonnegative(),
});

export type RunSpec = Readonly<z.infer<typeof runSpecSchema>>;

/** The rows of a run, cut into what is trained on and what is validated on. */
export interface RunData {
  /** Training rows by task, as the mixture counts them. */
  readonly groups: readonly TaskGroup[];
  readonly mixture: Mixture;
  /** Validation rows of the training tasks, evenly from each. */
  readonly validation: readonly Example[];
  /** Names training and validation rows: workers with other data are refused. */
  readonly datasetHash: string;
}

export type RunDataSpec = Pick<RunSpec, "seed" | "data" | "holdOut" | "mixture" | "evalExamples">;

/**
 * Reads the rows of a run. Rows that `holdOut` selects are left out of everything; rows of split `test` and
 * `search` are never used.
 *
 * @throws {ConfigError} when nothing is left to train on.
 */
export async function readRunData(spec: RunDataSpec): Promise<RunData> {
  const rows: Example[] = [];
  for (const { file, where } of spec.data) {
    rows.push(...(await readExamples([file], { where, splits: ["train", "val"] })));
  }
  const isHeldOut = spec.holdOut.length === 0 ? () => false : parseSelectors(spec.holdOut);
  const kept = rows.filter((row) => !isHeldOut(row));
  const groups = groupByTask(kept.filter(({ split }) => split === "train"));
  if (groups.length === 0) {
    throw new ConfigError("data", "no training rows are left after where and holdOut");
  }
  const validation = spread(
    groupByTask(kept.filter(({ split }) => split === "val")),
    spec.evalExamples,
  );
  return {
    groups,
    mixture: new Mixture(taskSizes(groups), { seed: spec.seed, ...spec.mixture }),
    validation,
    datasetHash: datasetHash([...groups.flatMap(({ examples }) => examples), ...validation]),
  };
}

/** About `total` rows, the same number from each task, evenly spaced over its rows. */
function spread(groups: readonly TaskGroup[], total: number): Example[] {
  const perTask = Math.ceil(total / Math.max(1, groups.length));
  return groups
    .flatMap(({ examples }) => {
      const count = Math.min(perTask, examples.length);
      return Array.from(
        { length: count },
        (_, i) => examples[Math.floor((i * examples.length) / count)]!,
      );
    })
    .slice(0, total);
}
