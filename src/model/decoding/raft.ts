// The expectation over a grid of values (RAFT, Lukasik et al., 2025): sum of g * softmax(log p(g | x)). The
// text is encoded once, and grid values that begin alike share their work.

import { InputError } from "../../core/index.ts";
import type { DecoderVocabulary } from "../../tokenizer/index.ts";
import type { DigitTrie } from "./digit-trie.ts";

/** Probability of each of `answers` (ids of whole answers) for every text: `[text][answer]`. */
export async function answerProbabilities(
  trie: DigitTrie,
  numTexts: number,
  answers: readonly Int32Array[],
): Promise<Float64Array[]> {
  const at = Array.from({ length: numTexts }, (_, text) => answers.map(() => text));
  const numTokens = answers[0]?.length ?? 0;
  for (let token = 0; token < numTokens; token++) {
    await trie.expand([...new Set(at.flat())]);
    for (const nodes of at) {
      answers.forEach((ids, answer) => {
        nodes[answer] = trie.childWithId(nodes[answer]!, ids[token]!);
      });
    }
  }
  return at.map((nodes) => Float64Array.from(nodes, (node) => trie.probability(node)));
}

/** Ids of every grid value. @throws {InputError} when the grid is empty. */
export function gridAnswers(grid: readonly number[], vocabulary: DecoderVocabulary): Int32Array[] {
  if (grid.length === 0) throw new InputError("the grid has no values");
  return grid.map((value) => vocabulary.encode([value]));
}

/** Mean of the grid under the probabilities, normalised over the grid. */
export function gridExpectation(grid: readonly number[], probabilities: Float64Array): number {
  let total = 0;
  let sum = 0;
  grid.forEach((value, at) => {
    total += probabilities[at]!;
    sum += probabilities[at]! * value;
  });
  return sum / total;
}
