// One training run as data: a YAML or JSON file, checked field by field. Unknown keys are errors, so that a
// typing mistake never trains with a default. Each part's schema lives in the folder that uses it.

import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { parse as parseYaml, YAMLParseError } from "yaml";
import { z } from "zod";
import { ConfigError, InputError, messageOf } from "../core/index.ts";
import { mixtureConfigSchema } from "../data/config.ts";
import { modelConfigSchema } from "../model/config.ts";
import { optimizerConfigSchema, scheduleConfigSchema } from "../optim/config.ts";
import { engineConfigSchema } from "../tensor/config.ts";
import { numberTokenizerConfigSchema } from "../tokenizer/config.ts";

const dataSourceSchema = z.strictObject({
  /** A JSON-lines file; relative paths start at the config file. */
  file: z.string().min(1),
  /** Selectors such as `task=sempl/x264/*`; a row is taken when any of them matches. Empty: all rows. */
  where: z.array(z.string()).default([]),
});

const vocabularySchema = z.union([
  z.strictObject({ kind: z.literal("train"), size: z.int().min(320).max(65_536) }),
  z.strictObject({ kind: z.literal("file"), file: z.string().min(1) }),
]);

const trainingSchema = z
  .strictObject({
    /** Optimizer updates in all. */
    numSteps: z.int().positive(),
    /** Examples per step over all workers, however many there are. */
    globalBatchSize: z.int().positive(),
    /** Fixed parts of a step's batch (V): a power of two; what leases cover. */
    numMicroshards: z.int().positive(),
    optimizer: optimizerConfigSchema,
    schedule: scheduleConfigSchema,
    /** Global gradient norm above which gradients are scaled down. */
    clipNorm: z.number().positive(),
    mixture: mixtureConfigSchema,
    /** Steps between validations; validation rows are the `val` split of the training tasks. */
    evalEverySteps: z.int().positive(),
    /** Validation rows, spread evenly over the tasks; 0 validates never. */
    evalExamples: z.int().nonnegative(),
    checkpointEverySteps: z.int().positive(),
  })
  .superRefine((training, context) => {
    const { globalBatchSize, numMicroshards } = training;
    if (!Number.isInteger(Math.log2(numMicroshards))) {
      context.addIssue({
        code: "custom",
        path: ["numMicroshards"],
        message: `numMicroshards (${numMicroshards}) must be a power of two`,
      });
    }
    if (globalBatchSize % numMicroshards !== 0) {
      context.addIssue({
        code: "custom",
        path: ["globalBatchSize"],
        message: `globalBatchSize (${globalBatchSize}) must be a multiple of numMicroshards (${numMicroshards})`,
      });
    }
  });

const runConfigSchema = z.strictObject({
  /** Names the run in logs and bundles. */
  name: z.string().min(1).max(128),
  seed: z.int().nonnegative(),
  engine: engineConfigSchema.prefault({}),
  data: z.array(dataSourceSchema).min(1),
  /** Selectors of tasks that are left out of training, validation and vocabulary. */
  holdOut: z.array(z.string()).default([]),
  vocabulary: vocabularySchema,
  numberTokenizer: numberTokenizerConfigSchema,
  model: modelConfigSchema,
  training: trainingSchema,
});

export type RunConfig = Readonly<z.infer<typeof runConfigSchema>>;

/**
 * Reads a run's configuration (YAML or JSON). Relative file names in it are resolved against the
 * directory of the config file, so that a run starts from anywhere.
 *
 * @throws {ConfigError} naming the first field that breaks a rule.
 * @throws {InputError} when the file cannot be read or is not YAML.
 */
export function readRunConfig(path: string): RunConfig {
  const config = checkRunConfig(parseDocument(path), path);
  const absolute = (file: string): string => resolve(dirname(path), file);
  return {
    ...config,
    data: config.data.map((source) => ({ ...source, file: absolute(source.file) })),
    vocabulary:
      config.vocabulary.kind === "file"
        ? { ...config.vocabulary, file: absolute(config.vocabulary.file) }
        : config.vocabulary,
  };
}

/** Checks a value that came from a file or a peer. `source` is named in errors. */
function checkRunConfig(value: unknown, source: string): RunConfig {
  const result = runConfigSchema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0]!;
  const path = issue.path.join(".") || "(top level)";
  throw new ConfigError(path, `${issue.message} (in ${source})`, {
    hint: "configs/demo.yaml shows every field",
  });
}

function parseDocument(path: string): unknown {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    throw new InputError(`cannot read the config ${path}: ${messageOf(error)}`, { cause: error });
  }
  try {
    return parseYaml(text, { maxAliasCount: 0 });
  } catch (error) {
    const line = error instanceof YAMLParseError ? error.linePos?.[0]?.line : undefined;
    throw new InputError(
      `${path}${line === undefined ? "" : `:${line}`}: not YAML: ${messageOf(error)}`,
      { cause: error },
    );
  }
}
