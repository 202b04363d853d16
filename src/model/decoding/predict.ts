// Distributions, samples and greedy answers for many texts in one call. Texts are encoded once, in chunks of
// bounded memory; everything that is decoded from a chunk shares its keys and values.

import { InputError, Random } from "../../core/index.ts";
import type { ParameterTensors } from "../../tensor/index.ts";
import type { DecoderVocabulary } from "../../tokenizer/index.ts";
import type { EncodedText } from "../cached-attention.ts";
import { disposeEncoded, type Model } from "../model.ts";
import type { RaggedIds } from "../ragged.ts";
import { beamSearch } from "./beam.ts";
import { DigitTrie } from "./digit-trie.ts";
import { type Distribution, distributionFrom } from "./distribution.ts";
import {
  type ChooseChild,
  childAt,
  likeliestChild,
  type Particle,
  writeNumber,
} from "./particles.ts";
import { prefixTableOf } from "./prefix-table.ts";
import { answerProbabilities, gridAnswers, gridExpectation } from "./raft.ts";
import { type SearchOptions, searchTrie, type WeightedRoot } from "./search.ts";
import { textChunks } from "./text-chunks.ts";

/** A trained model with everything that answers need. */
export interface Decodable {
  readonly model: Model;
  readonly parameters: ParameterTensors;
  readonly vocabulary: DecoderVocabulary;
}

export interface DecodingOptions {
  /** Numbers per answer; 1 when absent. */
  readonly numObjectives?: number;
  /** Divides the logits; 1 when absent. */
  readonly temperature?: number;
  /** Text tokens encoded together. */
  readonly maxTokens?: number;
}

export interface DistributionOptions extends DecodingOptions, Partial<SearchOptions> {
  /**
   * Answers to the earlier objectives that a later one is conditioned on, evenly spread over their joint
   * probability. The work for each later objective stays bounded, whatever the number.
   */
  readonly numBranches?: number;
  /** Called after each chunk with the number of texts done. */
  readonly onProgress?: (numDone: number) => void;
  /** Called for each text in order with the mean of the encoder's outputs over its tokens, `[dModel]`. */
  readonly onEmbedding?: (embedding: Float32Array) => void;
}

const DEFAULT_SEARCH: SearchOptions = { mass: 0.999, width: 1e-3, maxNodes: 2048 };
const DEFAULT_BRANCHES = 16;
const DEFAULT_MAX_TOKENS = 16_384;
/** Expanded nodes kept per chunk, which bounds the keys and values that are cached. */
const MAX_CHUNK_NODES = 65_536;
/** Spreads branches of one objective evenly against those of another. */
const GOLDEN_RATIO = 0.618_033_988_749_895;

/**
 * The exact predictive distribution of every text: the digit trie expanded best-first until `mass` of the
 * probability lies in intervals narrower than `width` (as a share of their value), or `maxNodes`.
 *
 * Later objectives are averaged over `numBranches` evenly spread answers to the earlier ones: the
 * conditional distributions are exact, the average over conditions is a stratified one.
 *
 * @returns `[text][objective]`.
 */
export async function distributions(
  decodable: Decodable,
  text: RaggedIds,
  options: DistributionOptions = {},
): Promise<Distribution[][]> {
  const search: SearchOptions = {
    mass: options.mass ?? DEFAULT_SEARCH.mass,
    width: options.width ?? DEFAULT_SEARCH.width,
    maxNodes: options.maxNodes ?? DEFAULT_SEARCH.maxNodes,
  };
  const { numObjectives = 1, numBranches = DEFAULT_BRANCHES } = options;
  checkObjectives(decodable.model, numObjectives);
  const nodesPerText = search.maxNodes * numObjectives + numBranches;
  const out: Distribution[][] = [];
  await eachChunk(decodable, text, options, nodesPerText, async (trie, count, _first, encoded) => {
    if (options.onEmbedding !== undefined) {
      for (const embedding of await meanMemory(encoded)) options.onEmbedding(embedding);
    }
    const first = out.length;
    for (let row = 0; row < count; row++) out.push([]);
    let branches = Array.from({ length: count }, (_, row) =>
      Array.from({ length: numBranches }, (): Particle => ({ node: row, u: 0 })),
    );
    for (let objective = 0; objective < numObjectives; objective++) {
      const leaves = await searchTrie(trie, branches.map(weightedRoots), search);
      leaves.forEach((ofText, row) => {
        out[first + row]!.push(distributionFrom(ofText, specialKeyOf(trie), tailOf(search)));
      });
      if (objective + 1 === numObjectives) break;
      const flat = branches.flatMap((ofText) =>
        ofText.map(({ node }, k) => ({ node, u: spread(k, numBranches, objective) })),
      );
      const written = await writeNumber(trie, flat);
      branches = branches.map((_, row) =>
        written.slice(row * numBranches, (row + 1) * numBranches),
      );
    }
    options.onProgress?.(out.length);
  });
  return out;
}

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

/** Encodes chunk by chunk and hands each chunk's trie over; frees the encoding afterwards. */
async function eachChunk(
  { model, parameters, vocabulary }: Decodable,
  text: RaggedIds,
  { temperature, maxTokens = DEFAULT_MAX_TOKENS }: DecodingOptions,
  nodesPerText: number,
  use: (trie: DigitTrie, count: number, first: number, encoded: EncodedText) => Promise<void>,
): Promise<void> {
  const maxRows = Math.max(1, Math.floor(MAX_CHUNK_NODES / nodesPerText));
  const prefixes = prefixTableOf(vocabulary);
  for (const chunk of textChunks(text, { maxTokens, maxRows })) {
    const encoded = model.encode(parameters, chunk.text);
    try {
      const options = temperature === undefined ? {} : { temperature };
      const trie = new DigitTrie(model, parameters, encoded, prefixes, options);
      await use(trie, chunk.count, chunk.first, encoded);
    } finally {
      disposeEncoded(encoded);
    }
  }
}

/** Mean of the encoder's outputs over the tokens of each row. */
async function meanMemory({ memory_ND, offsets }: EncodedText): Promise<Float32Array[]> {
  const memory = await memory_ND.data<"float32">();
  const D = memory_ND.shape[1];
  return Array.from({ length: offsets.length - 1 }, (_, row) => {
    const [begin, end] = [offsets[row]!, offsets[row + 1]!];
    const mean = new Float32Array(D);
    for (let token = begin; token < end; token++) {
      for (let d = 0; d < D; d++) mean[d]! += memory[token * D + d]! / (end - begin);
    }
    return mean;
  });
}

function checkObjectives({ config }: Model, numObjectives: number): void {
  if (!(numObjectives >= 1 && numObjectives <= config.maxObjectives)) {
    throw new InputError(
      `${numObjectives} objectives were asked for; this model writes 1 to ${config.maxObjectives}`,
      { hint: "train with a larger model.maxObjectives" },
    );
  }
}

/** Equal branches become one root with their weights together. */
function weightedRoots(branches: readonly Particle[]): WeightedRoot[] {
  const weights = new Map<number, number>();
  for (const { node } of branches) {
    weights.set(node, (weights.get(node) ?? 0) + 1 / branches.length);
  }
  return [...weights].map(([node, weight]) => ({ node, weight }));
}

function spread(branch: number, numBranches: number, objective: number): number {
  const stratum = (branch + 0.5) / numBranches;
  // The first objective keeps the order; later ones are shuffled against it evenly.
  return objective === 0 ? stratum : (branch * GOLDEN_RATIO * (objective + 1) + 0.5) % 1;
}

/** Half of what the search leaves open on either side, and at least the default of a Distribution. */
function tailOf({ mass }: SearchOptions): number {
  return Math.max(0.0005, (1 - mass) / 2);
}

function specialKeyOf({
  prefixes,
}: DigitTrie): ((prefix: number) => string | undefined) | undefined {
  const { tokenizer, tokens } = prefixes.vocabulary;
  const specialKey = tokenizer.specialKey?.bind(tokenizer);
  if (specialKey === undefined) return undefined;
  return (prefix) => specialKey(prefixes.ids(prefix).map((id) => tokens[id]!));
}

function truncatedChoice(topK: number | undefined, topP: number | undefined): ChooseChild {
  if (topK !== undefined && !(Number.isInteger(topK) && topK >= 1)) {
    throw new InputError(`topK (${topK}) must be a whole number above 0`);
  }
  if (topP !== undefined && !(topP > 0 && topP <= 1)) {
    throw new InputError(`topP (${topP}) must be above 0 and at most 1`);
  }
  return ({ node, u }, trie) => {
    const first = trie.firstChild(node);
    const total = trie.probability(node);
    const children = Array.from({ length: trie.numChildren(node) }, (_, k) => first + k).sort(
      (a, b) => trie.probability(b) - trie.probability(a) || a - b,
    );
    let kept = 0;
    let keptMass = 0;
    while (
      kept < Math.min(children.length, topK ?? children.length) &&
      (kept === 0 || keptMass < (topP ?? 2))
    ) {
      keptMass += trie.probability(children[kept]!) / total;
      kept += 1;
    }
    let below = 0;
    for (const [rank, child] of children.slice(0, kept).entries()) {
      const share = trie.probability(child) / total / keptMass;
      if (u < below + share || rank === kept - 1) {
        return { node: child, u: Math.min(1 - 2 ** -53, Math.max(0, (u - below) / share)) };
      }
      below += share;
    }
    return { node, u };
  };
}
