// Text vocabularies from Hugging Face `tokenizer.json` files, read by @huggingface/tokenizers.

import { Tokenizer } from "@huggingface/tokenizers";
import * as z from "zod";
import { CorruptError, canonicalJson, messageOf, sha256Hex } from "../../core/index.ts";
import type { TextVocabulary } from "./text-vocabulary.ts";

export interface HuggingFaceOptions {
  /** Content of `tokenizer_config.json`, where there is one: it names the padding token. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** The token that pads; the default is the configured one, or the first there is of the usual names. */
  readonly padToken?: string;
  /** Whether the tokenizer's own start and end tokens are added (as its authors do by default). */
  readonly addSpecialTokens?: boolean;
}

const USUAL_PAD_TOKENS = ["<pad>", "[PAD]", "<|pad|>", "<|endoftext|>", "</s>"];

/**
 * @param json Content of `tokenizer.json`.
 * @throws {CorruptError} when it is no tokenizer that can be read, or has no padding token.
 */
export function huggingFaceVocabulary(
  json: unknown,
  options: HuggingFaceOptions = {},
): TextVocabulary {
  return new HuggingFaceVocabulary(json, options);
}

const storedSchema = z.strictObject({
  kind: z.literal("hugging-face"),
  tokenizer: z.record(z.string(), z.unknown()),
  config: z.record(z.string(), z.unknown()),
  padToken: z.string(),
  addSpecialTokens: z.boolean(),
});

/** @throws {CorruptError} when the JSON is not what `toJson` wrote. */
export function huggingFaceVocabularyFromJson(json: unknown): TextVocabulary {
  const parsed = storedSchema.safeParse(json);
  if (!parsed.success) {
    throw new CorruptError("vocabulary", `no Hugging Face vocabulary: ${parsed.error.message}`);
  }
  const { tokenizer, ...options } = parsed.data;
  return new HuggingFaceVocabulary(tokenizer, options);
}

class HuggingFaceVocabulary implements TextVocabulary {
  readonly kind = "hugging-face";
  readonly size: number;
  readonly padId: number;
  readonly hash: string;
  readonly #tokenizer: Tokenizer;
  readonly #stored: z.infer<typeof storedSchema>;

  constructor(json: unknown, options: HuggingFaceOptions) {
    const { config = {}, addSpecialTokens = true } = options;
    this.#tokenizer = open(json, config);
    const vocabulary = this.#tokenizer.get_vocab(true);
    // Ids may have gaps: the size is what an embedding table needs.
    this.size = 1 + [...vocabulary.values()].reduce((a, b) => Math.max(a, b), -1);
    const padToken =
      options.padToken ??
      tokenName(config["pad_token"]) ??
      USUAL_PAD_TOKENS.find((token) => vocabulary.has(token));
    const padId = padToken === undefined ? undefined : vocabulary.get(padToken);
    if (padToken === undefined || padId === undefined) {
      throw new CorruptError("tokenizer.json", `no padding token ${padToken ?? ""}`.trimEnd(), {
        hint: "name one of its tokens as padToken",
      });
    }
    this.padId = padId;
    this.#stored = {
      kind: this.kind,
      tokenizer: json as Record<string, unknown>,
      config,
      padToken,
      addSpecialTokens,
    };
    this.hash = sha256Hex(canonicalJson(this.#stored));
  }

  encode(text: string): Int32Array {
    const { addSpecialTokens } = this.#stored;
    return Int32Array.from(
      this.#tokenizer.encode(text, { add_special_tokens: addSpecialTokens }).ids,
    );
  }

  pieces(ids: ArrayLike<number>): string[] {
    return Array.from(ids, (id) => this.#tokenizer.id_to_token(id) ?? "");
  }

  toJson(): unknown {
    return this.#stored;
  }
}

function open(json: unknown, config: Readonly<Record<string, unknown>>): Tokenizer {
  const model = (json as { model?: { vocab?: unknown } } | null)?.model;
  if (model === null || typeof model !== "object" || !("vocab" in model)) {
    throw new CorruptError("tokenizer.json", "it has no model with a vocab");
  }
  try {
    return new Tokenizer(json as object, config);
  } catch (error) {
    throw new CorruptError("tokenizer.json", messageOf(error), { cause: error });
  }
}

/** A token is written as a string or as an object with its content. */
function tokenName(token: unknown): string | undefined {
  if (typeof token === "string") return token;
  const content = (token as { content?: unknown } | null | undefined)?.content;
  return typeof content === "string" ? content : undefined;
}
