/** Text to token ids, one way or both. Ids run from 0 to `size` - 1; encoding never fails on any text. */
export interface TextVocabulary {
  /** `byte-pair`, `character`, `word`, ... */
  readonly kind: string;
  /** Number of ids, padding included. */
  readonly size: number;
  readonly padId: number;
  /** The ids of `text`. The array is the caller's. */
  encode(text: string): Int32Array;
  /** What each id stands for; bytes that are no whole characters appear as `<0xE2>`. */
  pieces(ids: ArrayLike<number>): string[];
  /** Everything needed to load it again with `textVocabularyFromJson`. */
  toJson(): unknown;
  /** SHA-256 of the canonical JSON: equal hashes encode equally. */
  readonly hash: string;
}
