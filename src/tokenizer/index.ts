// Front door: number tokenizers and text vocabularies.

export * from "./config.ts";
export * from "./number/decoder-vocabulary.ts";
export * from "./number/from-config.ts";
export * from "./number/ieee.ts";
export * from "./number/normalized.ts";
export type { NumberTokenizer, ValueInterval } from "./number/number-tokenizer.ts";
export * from "./number/p10.ts";
export * from "./number/wrappers.ts";
export {
  type BytePairTraining,
  trainBytePairVocabulary,
} from "./text/byte-pair-vocabulary.ts";
export { defaultTextVocabulary } from "./text/default-vocabulary.ts";
export * from "./text/from-json.ts";
export { type HuggingFaceOptions, huggingFaceVocabulary } from "./text/hugging-face-vocabulary.ts";
export { sentencePieceVocabulary } from "./text/sentencepiece-vocabulary.ts";
export type { TextVocabulary } from "./text/text-vocabulary.ts";
export {
  characterVocabulary,
  structuredVocabulary,
  wordVocabulary,
} from "./text/word-vocabularies.ts";
