// Samples, greedy and beam answers, and expectations over a grid, for many texts in one call.

import { InputError, Random } from "../../core/index.ts";
import type { RaggedIds } from "../ragged.ts";
import { beamSearch } from "./beam.ts";
import {
  checkObjectives,
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
  const nodesPerText = numSamples * decodable.vocabulary.tokensPerObject * numObjectives;
  const out: number[][][] = [];
  await eachChunk(decodable, text, options, nodesPerText, async (trie, count, first) => {
    let particles = Array.from(
      { length: count * numSamples },
      (_, at): Particle => ({
        node: Math.floor(at / numSamples),
        u: 0,
      }),
    );
    for (let objective = 0; objective < numObjectives; objective++) {
      // A fresh number for each objective: 53 random bits do not last for many digits.
      const drawn = particles.map(({ node }, at) => {
        const row = first + Math.floor(at / numSamples);
        return { node, u: new Random("sample", seed, row, at % numSamples, objective).float() };
      });
      particles = await writeNumber(trie, drawn, choose);
    }
    for (let row = 0; row < count; row++) {
      const ofText = particles.slice(row * numSamples, (row + 1) * numSamples);
      out.push(ofText.map(({ node }) => decodable.vocabulary.decode(trie.ids(node))));
    }
  });
  return out;
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
  await eachChunk(decodable, text, options, nodesPerText, async (trie, count) => {
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
  await eachChunk(decodable, text, options, numTokens * width, async (trie, count) => {
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
  await eachChunk(decodable, text, options, nodesPerText, async (trie, count) => {
    for (const probabilities of await answerProbabilities(trie, count, answers)) {
      out.push(gridExpectation(grid, probabilities));
    }
  });
  return out;
}
