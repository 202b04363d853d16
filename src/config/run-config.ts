// One training run as data: a YAML or JSON file, checked field by field. Unknown keys are errors, so that a
// typing mistake never trains with a default. Each part's schema lives in the folder that uses it.

import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { parse as parseYaml, YAMLParseError } from "yaml";
import { z } from "zod";
import { ConfigError, InputError, messageOf } from "../core/index.ts";
import { augmentConfigSchema, dataAccessSchema, mixtureConfigSchema } from "../data/config.ts";
import { modelConfigSchema } from "../model/config.ts";
import { optimizerConfigSchema, scheduleConfigSchema } from "../optim/config.ts";
import { engineConfigSchema } from "../tensor/config.ts";
import { numberTokenizerConfigSchema } from "../tokenizer/config.ts";

const dataSourceSchema = z.strictObject({
  /** A JSON-lines file or the directory of a prepared dataset; relative paths start at the config file. */
  file: z.string().min(1),
  /** Selectors such as `task=sempl/x264/*`; a row is taken when any of them matches. Empty: all rows. */
  where: z.array(z.string()).default([]),
  /** Varies the texts of this source's training rows: keys in another order, left out, numbers respelled. */
  augment: augmentConfigSchema.optional(),
  /** `streamed`: workers need no copy of this prepared dataset. Default: local. */
  access: dataAccessSchema.optional(),
});

const vocabularySchema = z.union([
  z.strictObject({
    kind: z.literal("train"),
    size: z.int().min(320).max(65_536),
    /** Of more training text, evenly spaced rows with about so many characters are taken. */
    sampleChars: z.int().positive().default(64_000_000),
  }),
  /** Ours (`.json`), SentencePiece's (`.model`) or Hugging Face's (`tokenizer.json`). */
  z.strictObject({ kind: z.literal("file"), file: z.string().min(1) }),
  /** The general byte-pair vocabulary that comes with the package. */
  z.strictObject({ kind: z.literal("default") }),
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
    /** What is done with training texts longer than model.maxInputTokens. */
    longTexts: z.enum(["cut", "refuse"]).default("cut"),
    /** Global gradient norm above which gradients are scaled down. */
    clipNorm: z.number().positive(),
    /**
     * The bundle gets the exponential moving average of the parameters with this decay (0.999 is usual)
     * instead of the last ones. Absent: the last ones.
     */
    emaDecay: z.number().gt(0).lt(1).optional(),
    mixture: mixtureConfigSchema,
    /** Steps between validations; validation rows are the `val` split of the training tasks. */
    evalEverySteps: z.int().positive(),
    /** Validation rows, spread evenly over the tasks; 0 validates never. */
    evalExamples: z.int().nonnegative(),
    checkpointEverySteps: z.int().positive(),
    /** Who adds gradients up: `star` the coordinator, `mesh` each worker a slice, for four workers and more. */
    reduction: z.enum(["star", "mesh"]).default("star"),
    /**
     * Who applies the optimizer to the parameters that workers compute from: the coordinator, which sends parameters;
     * or each worker, to which it sends the gradient. The bits are the same.
     */
    optimizerState: z.enum(["coordinator", "replicated"]).default("coordinator"),
    /** When workers meet: in every step, or after `localSteps` steps of their own (DiLoCo). */
    sync: z
      .discriminatedUnion("kind", [
        z.strictObject({ kind: z.literal("every-step") }),
        z.strictObject({
          kind: z.literal("diloco"),
          /** Virtual replicas, a power of two; a worker computes one after the other. */
          replicas: z.int().positive().default(4),
          localSteps: z.int().positive().default(50),
          outerLearningRate: z.number().positive().default(0.7),
          outerMomentum: z.number().min(0).lt(1).default(0.9),
          /** Share of the replicas that is enough for a round. Below 1 results depend on who was late. */
          quorum: z.number().gt(0).max(1).default(0.75),
          /** How long the others are waited for then. */
          graceMs: z.number().nonnegative().default(10_000),
        }),
      ])
      .prefault({ kind: "every-step" }),
    /** How arrays travel between coordinator and workers. bf16 halves the bytes; docs/distributed.md has the price. */
    exchange: z
      .strictObject({
        /** bf16: every worker computes from the same rounded parameters; the coordinator keeps float32. */
        parameters: z.enum(["f32", "bf16"]).default("f32"),
        /** bf16: sums are rounded where workers hand them over, so that bits depend on the workers. */
        gradients: z.enum(["f32", "bf16"]).default("f32"),
      })
      .prefault({}),
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
    const { sync, numSteps, optimizerState, exchange } = training;
    if (optimizerState === "replicated" && sync.kind === "diloco") {
      context.addIssue({
        code: "custom",
        path: ["optimizerState"],
        message:
          "optimizerState: replicated does not go with sync: diloco, whose replicas have optimizers of their own; leave one of them out",
      });
    }
    if (optimizerState === "replicated" && exchange.parameters === "bf16") {
      context.addIssue({
        code: "custom",
        path: ["optimizerState"],
        message:
          "optimizerState: replicated does not go with exchange.parameters: bf16, because no parameters travel in a step; leave one of them out",
      });
    }
    const rule = (path: string, message: string): void =>
      context.addIssue({ code: "custom", path: ["sync", path], message });
    if (sync.kind === "diloco") {
      const { replicas, localSteps } = sync;
      if (!Number.isInteger(Math.log2(replicas))) {
        rule("replicas", `replicas (${replicas}) must be a power of two`);
      }
      if (globalBatchSize % replicas !== 0) {
        rule("replicas", `replicas (${replicas}) must divide globalBatchSize (${globalBatchSize})`);
      }
      if (numSteps % localSteps !== 0) {
        rule("localSteps", `localSteps (${localSteps}) must divide numSteps (${numSteps})`);
      }
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
  /** Modules with kinds of one's own; relative paths start at the config file. */
  plugins: z.array(z.string().min(1)).default([]),
  /** Kinds whose texts the data holds (auspex texts): the bundle remembers the versions that wrote them. */
  kinds: z.array(z.string().min(1)).default([]),
  vocabulary: vocabularySchema,
  numberTokenizer: numberTokenizerConfigSchema,
  model: modelConfigSchema,
  /** Bundle whose parameters training starts from; absent: initial values of the seed. */
  startFrom: z.string().min(1).optional(),
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
    plugins: config.plugins.map(absolute),
    ...(config.startFrom !== undefined && { startFrom: absolute(config.startFrom) }),
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
