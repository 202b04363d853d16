// The reference's small vocabularies, whose tokens are given and not trained: characters, words, structured
// text. In all three padding is 0 and unknown 1, then come the tokens as given.

import * as z from "zod";
import { ConfigError, CorruptError, canonicalJson, sha256Hex } from "../../core/index.ts";
import type { TextVocabulary } from "./text-vocabulary.ts";

const PAD_ID = 0;
const UNKNOWN_ID = 1;

/** Printable ASCII with tab and line feed, by code: 97 characters. */
const DEFAULT_CHARACTERS = [
  "\t",
  "\n",
  ...Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i)),
];

/** Around these, text is cut and they are tokens themselves. */
const STRUCTURE_CHARACTERS = "{}[]:,";

/** One token a character: for SMILES, CIF and the like. Other characters are unknown. */
export function characterVocabulary(
  characters: readonly string[] = DEFAULT_CHARACTERS,
): TextVocabulary {
  return new ListVocabulary({ kind: "character", tokens: characters.toSorted(byCodePoint) });
}

/** One token a word, in lower case, cut at white space. Other words are unknown. */
export function wordVocabulary(words: readonly string[]): TextVocabulary {
  return new ListVocabulary({ kind: "word", tokens: words });
}

/**
 * One token a word, cut at white space and around structure.
 *
 * @param structure The characters that stand alone.
 */
export function structuredVocabulary(
  tokens: readonly string[],
  structure: string = STRUCTURE_CHARACTERS,
): TextVocabulary {
  return new ListVocabulary({ kind: "structured", tokens, structure });
}

const listSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("character"), tokens: z.array(z.string()) }),
  z.strictObject({ kind: z.literal("word"), tokens: z.array(z.string()) }),
  z.strictObject({
    kind: z.literal("structured"),
    tokens: z.array(z.string()),
    structure: z.string(),
  }),
]);
type ListJson = Readonly<{
  kind: "character" | "word" | "structured";
  tokens: readonly string[];
  structure?: string;
}>;

/** @throws {CorruptError} when the JSON is none of the three. */
export function listVocabularyFromJson(json: unknown): TextVocabulary {
  const parsed = listSchema.safeParse(json);
  if (!parsed.success) {
    throw new CorruptError("vocabulary", `no list of tokens: ${parsed.error.message}`);
  }
  return new ListVocabulary(parsed.data);
}

class ListVocabulary implements TextVocabulary {
  readonly kind: string;
  readonly size: number;
  readonly padId = PAD_ID;
  readonly hash: string;
  readonly #json: ListJson;
  readonly #idOf: ReadonlyMap<string, number>;
  readonly #cut: (text: string) => string[];

  constructor(json: ListJson) {
    this.#json = json;
    this.kind = json.kind;
    this.size = json.tokens.length + 2;
    this.#idOf = new Map(json.tokens.map((token, i) => [token, i + 2]));
    if (this.#idOf.size !== json.tokens.length || this.#idOf.has("")) {
      throw new ConfigError("vocabulary.tokens", "tokens must be unique and not empty");
    }
    this.#cut = cutter(json);
    this.hash = sha256Hex(canonicalJson(json));
  }

  encode(text: string): Int32Array {
    return Int32Array.from(this.#cut(text), (token) => this.#idOf.get(token) ?? UNKNOWN_ID);
  }

  pieces(ids: ArrayLike<number>): string[] {
    return Array.from(ids, (id) =>
      id === PAD_ID ? "<pad>" : id === UNKNOWN_ID ? "<unk>" : (this.#json.tokens[id - 2] ?? ""),
    );
  }

  toJson(): unknown {
    return this.#json;
  }
}

function cutter({ kind, structure = "" }: ListJson): (text: string) => string[] {
  const words = (text: string): string[] => text.split(/\s+/u).filter((word) => word !== "");
  switch (kind) {
    case "character":
      return (text) => Array.from(text);
    case "word":
      return (text) => words(text.toLowerCase());
    case "structured": {
      const alone = new RegExp(`([${structure.replaceAll(/[\\\]^-]/g, "\\$&")}])`, "u");
      return (text) =>
        words(text).flatMap((word) =>
          structure === "" ? [word] : word.split(alone).filter((part) => part !== ""),
        );
    }
    default:
      return kind satisfies never;
  }
}

function byCodePoint(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
