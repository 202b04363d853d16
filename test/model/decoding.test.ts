import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { DigitTrie } from "../../src/model/decoding/digit-trie.ts";
import { prefixTableOf } from "../../src/model/decoding/prefix-table.ts";
import {
  beam,
  type ConditionalDistribution,
  constrainedLogProbs,
  type Decodable,
  type Distribution,
  disposeEncoded,
  distributions,
  expectationOverGrid,
  greedy,
  samples,
} from "../../src/model/index.ts";
import { disposeParameters, memory, openEngine } from "../../src/tensor/index.ts";
import { labelled, ragged, TEXTS, tinyModel, tinyParameters, tinyVocabulary } from "./tiny.ts";

const vocabulary = tinyVocabulary();
let modern: Decodable;
let reference: Decodable;

beforeAll(async () => {
  await openEngine({ engine: "cpu" });
  const make = (preset: "modern" | "reference"): Decodable => {
    const model = tinyModel({ preset }, vocabulary);
    const parameters = tinyParameters(model, 1, preset === "modern" ? 30 : 3);
    return { model, parameters, vocabulary };
  };
  modern = make("modern");
  reference = make("reference");
});

afterAll(() => {
  disposeParameters(modern.parameters);
  disposeParameters(reference.parameters);
});

describe.each(["modern", "reference"] as const)("%s preset", (preset) => {
  const decodable = (): Decodable => (preset === "modern" ? modern : reference);

  test("cached decoding gives the probabilities of a full pass over the prefix", async () => {
    const { model, parameters } = decodable();
    const targets = TEXTS.map((_, row) => vocabulary.encode([12 * (row + 1), -0.5 * row]));
    const expected = await constrainedLogProbs(
      model,
      parameters,
      vocabulary,
      labelled(
        TEXTS,
        targets.map((ids) => [...ids]),
      ),
    );
    const encoded = model.encode(parameters, ragged(TEXTS));
    const trie = new DigitTrie(model, parameters, encoded, prefixTableOf(vocabulary));
    let nodes = TEXTS.map((_, row) => row);
    for (let at = 0; at < targets[0]!.length; at++) {
      await trie.expand(nodes);
      nodes = nodes.map((node, row) => {
        const firstId =
          at % vocabulary.tokensPerObject === 0
            ? 0
            : targets[row]![at - (at % vocabulary.tokensPerObject)]!;
        const choice = vocabulary.allowedIds(at, firstId).indexOf(targets[row]![at]!);
        return trie.firstChild(node) + choice;
      });
    }
    nodes.forEach((node, row) => {
      expect(trie.ids(node)).toEqual([...targets[row]!]);
      expect(Math.log(trie.probability(node))).toBeCloseTo(expected[row]!, 4);
    });
    disposeEncoded(encoded);
  });

  test("the masses of a whole expansion sum to 1 and each is a number's probability", async () => {
    const [[distribution]] = (await distributions(decodable(), ragged([TEXTS[0]!]), {
      mass: 1,
      width: 0,
      maxNodes: 5000,
    })) as [[Awaited<ReturnType<typeof distributions>>[0][0]]];
    // Signs 2 x 2, three digits: every number is a point.
    expect(distribution!.intervals).toHaveLength(4000);
    expect(distribution!.intervals.reduce((sum, { mass }) => sum + mass, 0)).toBeCloseTo(1, 9);
  });

  test("a row's distribution does not depend on the rows beside it", async () => {
    const options = { maxNodes: 40 };
    const together = await distributions(decodable(), ragged(TEXTS), options);
    for (const [row, text] of TEXTS.entries()) {
      const [alone] = await distributions(decodable(), ragged([text]), options);
      expect(together[row]![0]!.median).toBeCloseTo(alone![0]!.median, 4);
      expect(together[row]![0]!.intervals).toHaveLength(alone![0]!.intervals.length);
    }
  });

  test("decoding leaves no tensors behind", async () => {
    const before = memory().numTensors;
    await distributions(decodable(), ragged(TEXTS), { maxNodes: 30, numObjectives: 2 });
    await samples(decodable(), ragged(TEXTS), { numSamples: 3 });
    expect(memory().numTensors).toBe(before);
  });
});

test("the distribution agrees with samples of both objectives", async () => {
  const text = ragged([TEXTS[2]!]);
  const numSamples = 2000;
  const [drawn] = await samples(modern, text, { numSamples, numObjectives: 2, seed: 3 });
  const [exact] = await distributions(modern, text, {
    numObjectives: 2,
    numBranches: 64,
    maxNodes: 1000,
    mass: 0.9999,
  });
  for (const objective of [0, 1]) {
    const sorted = drawn!.map((answer) => answer[objective]!).sort((a, b) => a - b);
    for (const value of [-50, -1, -0.01, 0, 0.05, 2, 300]) {
      const share = sorted.filter((y) => y <= value).length / numSamples;
      const { lo, hi } = exact![objective]!.cdfBounds(value);
      // Three standard errors; the second objective is averaged over 64 branches.
      const slack = 1.5 / Math.sqrt(numSamples) + (objective === 1 ? 0.05 : 0);
      expect(share).toBeGreaterThan(lo - slack);
      expect(share).toBeLessThan(hi + slack);
    }
  }
});

test("the joint of two objectives: each branch is exact, and together they are the marginal", async () => {
  const text = TEXTS[2]!;
  let joint: readonly (readonly ConditionalDistribution[])[] = [];
  const [[first, second]] = (await distributions(modern, ragged([text]), {
    numObjectives: 2,
    numBranches: 5,
    mass: 1,
    width: 0,
    maxNodes: 3000,
    onJoint: (ofText) => void (joint = ofText),
  })) as [[Distribution, Distribution]];
  expect(joint[0]).toEqual([{ given: [], weight: 1, distribution: first }]);
  const branches = joint[1]!;
  expect(branches.length).toBeGreaterThan(1);
  for (const value of [-50, -0.01, 0, 0.05, 2, 300]) {
    const mixed = branches.reduce((sum, b) => sum + b.weight * b.distribution.cdf(value), 0);
    expect(mixed).toBeCloseTo(second.cdf(value), 9);
  }
  for (const { given, distribution } of branches) {
    const { lo: y, mass } = distribution.intervals.toSorted((a, b) => b.mass - a.mass)[0]!;
    const logProb = async (numbers: readonly number[]): Promise<number> => {
      const batch = labelled([text], [[...vocabulary.encode(numbers)]]);
      return (await constrainedLogProbs(modern.model, modern.parameters, vocabulary, batch))[0]!;
    };
    const expected = (await logProb([...given, y])) - (await logProb(given));
    expect(Math.log(mass)).toBeCloseTo(expected, 3);
  }
});

test("samples that are too many for the cache take turns: the same draws, and no trie beyond the bound", async () => {
  const options = { numSamples: 300, numObjectives: 2, seed: 7 };
  const whole = await samples(modern, ragged(TEXTS), options);
  const expand = vi.spyOn(DigitTrie.prototype, "expand");
  const turns = await samples(modern, ragged(TEXTS), { ...options, maxCachedNodes: 400 });
  const expanded = new Map<unknown, Set<number>>();
  expand.mock.calls.forEach(([nodes], call) => {
    const trie = expand.mock.contexts[call];
    expanded.set(trie, new Set([...(expanded.get(trie) ?? []), ...nodes]));
  });
  expand.mockRestore();
  const sizes = [...expanded.values()].map(({ size }) => size);
  expect(turns).toEqual(whole);
  // 300 samples of 10 tokens each want up to 3,000 nodes for each text.
  expect(sizes).toHaveLength(TEXTS.length * Math.ceil(300 / 40));
  expect(Math.max(...sizes)).toBeLessThanOrEqual(400);
  expect(Math.max(...sizes)).toBeGreaterThan(150);
});

test("the distribution agrees with 100,000 samples within their error", async () => {
  const text = ragged([TEXTS[2]!]);
  const numSamples = 100_000;
  const [drawn] = await samples(modern, text, { numSamples, seed: 5 });
  const [[whole]] = (await distributions(modern, text, { mass: 1, width: 0 })) as [[Distribution]];
  const [[quick]] = (await distributions(modern, text, { maxNodes: 60 })) as [[Distribution]];
  const sorted = drawn!.map(([y]) => y!).sort((a, b) => a - b);
  // Kolmogorov and Smirnov: a larger distance comes by chance once in a thousand times.
  const error = 1.95 / Math.sqrt(numSamples);
  let below = 0;
  for (let at = 0; at < numSamples; at += 250) {
    const value = sorted[at]!;
    while (below < numSamples && sorted[below]! <= value) below += 1;
    const share = below / numSamples;
    expect(Math.abs(whole.cdf(value) - share)).toBeLessThan(error);
    const { lo, hi } = quick.cdfBounds(value);
    expect(share).toBeGreaterThan(lo - error);
    expect(share).toBeLessThan(hi + error);
  }
  const largest = whole.intervals.reduce((best, next) => (next.mass > best.mass ? next : best));
  const numAtMode = sorted.filter((value) => value === whole.mode).length;
  const standardError = Math.sqrt(largest.mass * (1 - largest.mass) * numSamples);
  expect(Math.abs(numAtMode - largest.mass * numSamples)).toBeLessThan(4 * standardError);
});

test("samples are seeded, and a text's samples do not depend on the batch or their number", async () => {
  const few = await samples(modern, ragged(TEXTS), { numSamples: 4, seed: 9 });
  const again = await samples(modern, ragged(TEXTS), { numSamples: 8, seed: 9 });
  expect(again.map((ofText) => ofText.slice(0, 4))).toEqual(few);
  const other = await samples(modern, ragged(TEXTS), { numSamples: 4, seed: 10 });
  expect(other).not.toEqual(few);
});

test("top-k of one sample is the greedy answer", async () => {
  const best = await greedy(modern, ragged(TEXTS), { numObjectives: 2 });
  const only = await samples(modern, ragged(TEXTS), { numSamples: 2, topK: 1, numObjectives: 2 });
  const tiny = await samples(modern, ragged(TEXTS), {
    numSamples: 1,
    topP: 1e-6,
    numObjectives: 2,
  });
  expect(only.map((ofText) => ofText[0])).toEqual(best);
  expect(tiny.map((ofText) => ofText[0])).toEqual(best);
});

test("a colder temperature concentrates the distribution", async () => {
  const text = ragged([TEXTS[0]!]);
  const [plain] = await distributions(modern, text, { maxNodes: 2000 });
  const [cold] = await distributions(modern, text, { maxNodes: 2000, temperature: 0.5 });
  expect(cold![0]!.entropy).toBeLessThan(plain![0]!.entropy);
});

test("more objectives than the model writes are refused", async () => {
  await expect(distributions(modern, ragged(TEXTS), { numObjectives: 3 })).rejects.toThrow(
    "3 objectives were asked for; this model writes 1 to 2",
  );
});

test("a wide beam finds the most probable numbers of the whole trie, in order", async () => {
  const text = ragged([TEXTS[0]!]);
  const [best] = await beam(modern, text, { width: 1000 });
  const [exact] = await distributions(modern, text, { mass: 1, width: 0, maxNodes: 5000 });
  const masses = exact![0]!.intervals.map(({ mass }) => mass).sort((a, b) => b - a);
  best!.slice(0, 5).forEach(({ probability }, rank) => {
    expect(probability).toBeCloseTo(masses[rank]!, 9);
  });
});

test("the expectation over a grid weighs its values by their probabilities", async () => {
  const grid = [1, 20, 300];
  const [mean] = await expectationOverGrid(modern, ragged([TEXTS[0]!]), grid);
  const logProbs = await constrainedLogProbs(
    modern.model,
    modern.parameters,
    vocabulary,
    labelled(
      grid.map(() => TEXTS[0]!),
      grid.map((value) => [...vocabulary.encode([value])]),
    ),
  );
  const weights = logProbs.map(Math.exp);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const expected = grid.reduce((sum, value, i) => sum + (value * weights[i]!) / total, 0);
  expect(mean! / expected).toBeCloseTo(1, 4);
});
