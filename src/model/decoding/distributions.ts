// The exact distributions of many texts in one call, for one number or several.

import { InputError } from "../../core/index.ts";
import type { EncodedText } from "../cached-attention.ts";
import type { RaggedIds } from "../ragged.ts";
import {
  checkObjectives,
  type Decodable,
  type DecodingOptions,
  eachChunk,
} from "./chunked-tries.ts";
import type { DigitTrie } from "./digit-trie.ts";
import { type Distribution, distributionFrom } from "./distribution.ts";
import { type Particle, writeNumber } from "./particles.ts";
import { type MassInterval, type SearchOptions, searchTrie, type WeightedRoot } from "./search.ts";

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
  /** Called for each text in order with the joint distribution of its objectives: `[objective][branch]`. */
  readonly onJoint?: (joint: readonly (readonly ConditionalDistribution[])[]) => void;
}

/** An objective's distribution given answers to the earlier ones. The first has one, given nothing. */
export interface ConditionalDistribution {
  /** One number for each earlier objective. */
  readonly given: readonly number[];
  /** Share of these answers; those of one objective sum to 1, and so weighted they make up its marginal. */
  readonly weight: number;
  readonly distribution: Distribution;
}

const DEFAULT_SEARCH: SearchOptions = { mass: 0.999, width: 1e-3, maxNodes: 2048 };
const DEFAULT_BRANCHES = 16;
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
  checkSearch({ ...search, numBranches });
  const nodesPerText = search.maxNodes * numObjectives + numBranches;
  const out: Distribution[][] = [];
  await eachChunk(decodable, text, options, nodesPerText, async ({ count, encoded, newTrie }) => {
    const trie = newTrie();
    if (options.onEmbedding !== undefined) {
      for (const embedding of await meanMemory(encoded)) options.onEmbedding(embedding);
    }
    const first = out.length;
    const joint = Array.from({ length: count }, (): ConditionalDistribution[][] => []);
    for (let row = 0; row < count; row++) out.push([]);
    let branches = Array.from({ length: count }, (_, row) =>
      Array.from({ length: numBranches }, (): Particle => ({ node: row, u: 0 })),
    );
    for (let objective = 0; objective < numObjectives; objective++) {
      const leaves = await searchTrie(trie, branches.map(weightedRoots), search);
      leaves.forEach((ofText, row) => {
        const marginal = distributionFrom(ofText, specialKeyOf(trie), tailOf(search));
        out[first + row]!.push(marginal);
        if (options.onJoint === undefined) return;
        joint[row]!.push(
          objective === 0
            ? [{ given: [], weight: 1, distribution: marginal }]
            : conditionalsOf(trie, ofText, objective, tailOf(search)),
        );
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
    for (const ofText of joint) options.onJoint?.(ofText);
    options.onProgress?.(out.length);
  });
  return out;
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

function checkSearch(options: SearchOptions & { readonly numBranches: number }): void {
  const { mass, width, maxNodes, numBranches } = options;
  const rule = (name: string, value: number, text: string): never => {
    throw new InputError(`${name} (${value}) must be ${text}`);
  };
  if (!(mass > 0 && mass <= 1)) rule("mass", mass, "above 0 and at most 1");
  if (!(width >= 0)) rule("width", width, "0 or more");
  if (!(Number.isInteger(maxNodes) && maxNodes >= 1)) {
    rule("maxNodes", maxNodes, "a whole number above 0");
  }
  if (!(Number.isInteger(numBranches) && numBranches >= 1)) {
    rule("numBranches", numBranches, "a whole number above 0");
  }
}

/** The leaves of each branch apart, in the order in which branches were made. */
function conditionalsOf(
  trie: DigitTrie,
  leaves: readonly MassInterval[],
  objective: number,
  tail: number,
): ConditionalDistribution[] {
  const { vocabulary } = trie.prefixes;
  const numTokens = objective * vocabulary.tokensPerObject;
  const ofRoot = new Map<number, MassInterval[]>();
  for (const leaf of leaves) {
    const root = trie.beginning(leaf.node, numTokens);
    const own = ofRoot.get(root);
    if (own === undefined) ofRoot.set(root, [leaf]);
    else own.push(leaf);
  }
  return [...ofRoot]
    .toSorted(([a], [b]) => a - b)
    .map(([root, own]) => {
      const weight = own.reduce((sum, { mass }) => sum + mass, 0);
      const shares = own.map((leaf) => ({ ...leaf, mass: leaf.mass / weight }));
      return {
        given: vocabulary.decode(trie.ids(root)),
        weight,
        distribution: distributionFrom(shares, specialKeyOf(trie), tail),
      };
    });
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
