// Samples, greedy and beam answers, and expectations over a grid, for many texts in one call.

import { InputError, Random } from "../../core/index.ts";
import type { RaggedIds } from "../ragged.ts";
import { beamSearch } from "./beam.ts";
import {
  checkObjectives,
  DEFAULT_MAX_CACHED_NODES,
  type Decodable,
  type DecodingOptions,
  eachChunk,
} from "./chunked-tries.ts";
import {
  childAt,
  likeliestChild,
  type Particle,
  truncatedChoice,
  writeNumber,
} from "./particles.ts";
import { answerProbabilities, gridAnswers, gridExpectation } from "./raft.ts";

export interface SampleOptions extends DecodingOptions {
  readonly numSamples: number;
  readonly seed?: number;
  /** Only the k most probable tokens of each step. */
  readonly topK?: number;
  /** Only the most probable tokens that together reach this probability. */
  readonly topP?: number;
}

/**
 * Seeded draws. Each (text number, sample number) has a stream of its own, so that neither batch nor
 * number of samples changes the others. Samples with equal beginnings share their work.
 *
 * @returns `[text][sample][objective]`.
 */
export async function samples(
  decodable: Decodable,
  text: RaggedIds,
  options: SampleOptions,
): Promise<number[][][]> {
  const { numSamples, seed = 0, topK, topP, numObjectives = 1 } = options;
  checkObjectives(decodable.model, numObjectives);
  if (!Number.isInteger(numSamples) || numSamples < 1) {
    throw new InputError(`numSamples (${numSamples}) must be a whole number above 0`);
  }
  const choose = topK === undefined && topP === undefined ? childAt : truncatedChoice(topK, topP);
  const numTokens = decodable.vocabulary.tokensPerObject * numObjectives;
  const { maxCachedNodes = DEFAULT_MAX_CACHED_NODES } = options;
  const out: number[][][] = [];
  await eachChunk(decodable, text, options, numSamples * numTokens, async (chunk) => {
    const { first, count, newTrie } = chunk;
    const drawn = Array.from({ length: count }, (): number[][] => []);
    // A chunk has one text at least: where its samples alone are too many, they take turns, each with a trie.
    const numTogether = Math.max(1, Math.floor(maxCachedNodes / (count * numTokens)));
    for (let begin = 0; begin < numSamples; begin += numTogether) {
      const trie = newTrie();
      const places = placesOf(count, begin, Math.min(numSamples, begin + numTogether));
      let particles = places.map(({ row }): Particle => ({ node: row, u: 0 }));
      for (let objective = 0; objective < numObjectives; objective++) {
        // A fresh number for each objective: 53 random bits do not last for many digits.
        const started = particles.map(({ node }, at) => {
          const { row, sample } = places[at]!;
          return { node, u: new Random("sample", seed, first + row, sample, objective).float() };
        });
        particles = await writeNumber(trie, started, choose);
      }
      particles.forEach(({ node }, at) => {
        drawn[places[at]!.row]!.push(decodable.vocabulary.decode(trie.ids(node)));
      });
    }
    out.push(...drawn);
  });
  return out;
}

/** Samples `begin .. end` of each of `count` rows, row by row. */
function placesOf(
  count: number,
  begin: number,
  end: number,
): { readonly row: number; readonly sample: number }[] {
  const numSamples = end - begin;
  return Array.from({ length: count * numSamples }, (_, at) => ({
    row: Math.floor(at / numSamples),
    sample: begin + (at % numSamples),
  }));
}

/** The answer that takes the most probable token at every step: `[text][objective]`. */
export async function greedy(
  decodable: Decodable,
  text: RaggedIds,
  options: DecodingOptions = {},
): Promise<number[][]> {
  const { numObjectives = 1 } = options;
  checkObjectives(decodable.model, numObjectives);
  const nodesPerText = decodable.vocabulary.tokensPerObject * numObjectives;
  const out: number[][] = [];
  await eachChunk(decodable, text, options, nodesPerText, async ({ count, newTrie }) => {
    const trie = newTrie();
    let particles = Array.from({ length: count }, (_, row): Particle => ({ node: row, u: 0 }));
    for (let objective = 0; objective < numObjectives; objective++) {
      particles = await writeNumber(trie, particles, likeliestChild);
    }
    out.push(...particles.map(({ node }) => decodable.vocabulary.decode(trie.ids(node))));
  });
  return out;
}

/** One answer of a beam. */
export interface WeightedAnswer {
  /** One number per objective. */
  readonly y: readonly number[];
  /** Its exact probability given the text. */
  readonly probability: number;
}

/** The most probable answers of every text, the best first: `[text][rank]`. */
export async function beam(
  decodable: Decodable,
  text: RaggedIds,
  options: DecodingOptions & { readonly width: number },
): Promise<WeightedAnswer[][]> {
  const { numObjectives = 1, width } = options;
  checkObjectives(decodable.model, numObjectives);
  if (!(Number.isInteger(width) && width >= 1)) {
    throw new InputError(`width (${width}) must be a whole number above 0`);
  }
  const numTokens = decodable.vocabulary.tokensPerObject * numObjectives;
  const out: WeightedAnswer[][] = [];
  await eachChunk(decodable, text, options, numTokens * width, async ({ count, newTrie }) => {
    const trie = newTrie();
    for (const answers of await beamSearch(trie, count, numTokens, width)) {
      out.push(
        answers.map(({ node, probability }) => ({
          y: decodable.vocabulary.decode(trie.ids(node)),
          probability,
        })),
      );
    }
  });
  return out;
}

/**
 * RAFT: for every text the mean of `grid` under the model's probabilities of its values, normalised over
 * the grid. One objective.
 */
export async function expectationOverGrid(
  decodable: Decodable,
  text: RaggedIds,
  grid: readonly number[],
  options: DecodingOptions = {},
): Promise<number[]> {
  const answers = gridAnswers(grid, decodable.vocabulary);
  const nodesPerText = grid.length * decodable.vocabulary.tokensPerObject;
  const out: number[] = [];
  await eachChunk(decodable, text, options, nodesPerText, async ({ count, newTrie }) => {
    const trie = newTrie();
    for (const probabilities of await answerProbabilities(trie, count, answers)) {
      out.push(gridExpectation(grid, probabilities));
    }
  });
  return out;
}
