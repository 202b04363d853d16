// The sizes of one model, as data. Cross-field rules name both values; unknown keys are errors.

import { z } from "zod";

const encoderConfigSchema = z.discriminatedUnion("kind", [
  /** Full self-attention. */
  z.strictObject({ kind: z.literal("transformer") }),
  /** FAVOR+ linear attention (Choromanski et al., 2021): memory grows linearly with the text. */
  z.strictObject({
    kind: z.literal("performer"),
    kernel: z.enum(["relu", "softmax"]).default("relu"),
    /** Random features per head; absent: the head's width, in `reference` dModel. */
    numFeatures: z.int().positive().optional(),
    /** Steps of a run between new draws of the features; absent: the first draw stays. */
    redrawEverySteps: z.int().positive().optional(),
  }),
]);

export const modelConfigSchema = z
  .strictObject({
    /** `reference` loads regress-lm weights; `modern` is the same family after what was learned since. */
    preset: z.enum(["reference", "modern"]).default("modern"),
    dModel: z.int().positive(),
    numEncoderLayers: z.int().positive(),
    numDecoderLayers: z.int().positive(),
    numHeads: z.int().positive(),
    /** Width of the encoder's feed-forward layer; 4 dModel when absent. */
    dFf: z.int().positive().optional(),
    /** Width of the decoder; dModel when absent. */
    dDecoder: z.int().positive().optional(),
    /** Width of the decoder's feed-forward layer; 4 dDecoder when absent. */
    dDecoderFf: z.int().positive().optional(),
    /** Heads of the decoder; numHeads when absent. */
    numDecoderHeads: z.int().positive().optional(),
    /** Longer texts lose their tail; the share cut off is reported. */
    maxInputTokens: z.int().positive().default(2048),
    /** Numbers per answer at most. */
    maxObjectives: z.int().positive().default(1),
    /** Weight of logsumexp^2 in the loss; 0 leaves it out. */
    zLossCoefficient: z.number().min(0).default(0),
    dropoutRate: z.number().min(0).lt(1).default(0),
    encoder: encoderConfigSchema.prefault({ kind: "transformer" }),
    /**
     * Weight of each token position of an object in the loss (leading digits may count more); the
     * length must be the number tokenizer's tokens per object. Absent: all equal.
     */
    labelWeights: z.array(z.number().positive()).min(1).optional(),
  })
  .superRefine((config, context) => {
    const issue = (path: string, message: string): void => {
      context.addIssue({ code: "custom", path: [path], message });
    };
    const { preset, dModel, numHeads } = config;
    const dDecoder = config.dDecoder ?? dModel;
    const numDecoderHeads = config.numDecoderHeads ?? numHeads;
    if (dModel % numHeads !== 0) {
      issue("numHeads", `numHeads (${numHeads}) must divide dModel (${dModel})`);
    } else if ((dModel / numHeads) % 2 !== 0) {
      issue(
        "numHeads",
        `dModel / numHeads (${dModel} / ${numHeads}) must be even: rotary embedding turns pairs`,
      );
    }
    if (preset === "reference" && dDecoder !== dModel) {
      issue(
        "dDecoder",
        `preset reference has one width: dDecoder (${dDecoder}) must equal dModel (${dModel})`,
      );
    }
    if (preset === "reference" && numDecoderHeads !== numHeads) {
      issue(
        "numDecoderHeads",
        `preset reference has one number of heads: numDecoderHeads (${numDecoderHeads}) must equal numHeads (${numHeads})`,
      );
    }
    if (dDecoder % numDecoderHeads !== 0) {
      issue(
        "numDecoderHeads",
        `numDecoderHeads (${numDecoderHeads}) must divide dDecoder (${dDecoder})`,
      );
    } else if (preset === "modern" && (dDecoder / numDecoderHeads) % 2 !== 0) {
      issue(
        "numDecoderHeads",
        `dDecoder / numDecoderHeads (${dDecoder} / ${numDecoderHeads}) must be even: rotary embedding turns pairs`,
      );
    }
  });

/** A checked model configuration, optional sizes still absent where they follow from others. */
export type ModelConfig = Readonly<z.infer<typeof modelConfigSchema>>;

/** What may be written in a config file: fields with defaults may be left out. */
export type ModelConfigInput = z.input<typeof modelConfigSchema>;

/** Every size written out. */
export interface ModelSizes {
  readonly dModel: number;
  readonly dFf: number;
  readonly numHeads: number;
  readonly numEncoderLayers: number;
  readonly dDecoder: number;
  readonly dDecoderFf: number;
  readonly numDecoderHeads: number;
  readonly numDecoderLayers: number;
  readonly textVocabularySize: number;
  readonly decoderVocabularySize: number;
}

/** Fills in the sizes that follow from others. */
export function sizesOf(
  config: ModelConfig,
  vocabularies: { readonly textVocabularySize: number; readonly decoderVocabularySize: number },
): ModelSizes {
  const dDecoder = config.dDecoder ?? config.dModel;
  return {
    dModel: config.dModel,
    dFf: config.dFf ?? 4 * config.dModel,
    numHeads: config.numHeads,
    numEncoderLayers: config.numEncoderLayers,
    dDecoder,
    dDecoderFf: config.dDecoderFf ?? 4 * dDecoder,
    numDecoderHeads: config.numDecoderHeads ?? config.numHeads,
    numDecoderLayers: config.numDecoderLayers,
    ...vocabularies,
  };
}
