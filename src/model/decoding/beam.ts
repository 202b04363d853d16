// Beam search over the digit trie: the most probable whole answers.

import type { DigitTrie } from "./digit-trie.ts";

export interface BeamAnswer {
  readonly node: number;
  readonly probability: number;
}

/**
 * Keeps the `width` most probable beginnings of every text at each token.
 *
 * @param numTexts Texts of the trie; node i is the empty answer of text i.
 * @returns for each text its answers, the most probable first.
 */
export async function beamSearch(
  trie: DigitTrie,
  numTexts: number,
  numTokens: number,
  width: number,
): Promise<BeamAnswer[][]> {
  let beams = Array.from({ length: numTexts }, (_, text) => [text]);
  for (let token = 0; token < numTokens; token++) {
    await trie.expand(beams.flat());
    beams = beams.map((nodes) =>
      nodes
        .flatMap((node) => {
          const first = trie.firstChild(node);
          return Array.from({ length: trie.numChildren(node) }, (_, k) => first + k);
        })
        .sort((a, b) => trie.probability(b) - trie.probability(a) || a - b)
        .slice(0, width),
    );
  }
  return beams.map((nodes) => nodes.map((node) => ({ node, probability: trie.probability(node) })));
}
