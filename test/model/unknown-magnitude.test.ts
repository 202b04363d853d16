// Tokenizers that write the exponent last: a prefix does not bound the size of the number.

import { afterAll, beforeAll, expect, test } from "vitest";
import { type Decodable, distributions, samples } from "../../src/model/index.ts";
import { disposeParameters, openEngine } from "../../src/tensor/index.ts";
import { DecoderVocabulary, p10Tokenizer } from "../../src/tokenizer/index.ts";
import { ragged, TEXTS, tinyModel, tinyParameters } from "./tiny.ts";

const vocabulary = new DecoderVocabulary(p10Tokenizer({ numDigits: 4, exponentRange: 10 }));
let decodable: Decodable;

beforeAll(async () => {
  await openEngine({ engine: "cpu" });
  const model = tinyModel({ preset: "modern" }, vocabulary);
  decodable = { model, parameters: tinyParameters(model, 1, 60), vocabulary };
});

afterAll(() => disposeParameters(decodable.parameters));

test("few nodes tell quantiles as well as so many draws", async () => {
  const quick = { mass: 0.99, width: 0.02, maxNodes: 64 };
  const told = await distributions(decodable, ragged(TEXTS), quick);
  const drawn = await samples(decodable, ragged(TEXTS), { numSamples: 2000, seed: 3 });
  told.forEach(([distribution], row) => {
    for (const level of [0.1, 0.5, 0.9]) {
      expectQuantile(
        distribution!.quantile(level),
        drawn[row]!.map(([y]) => y!),
        level,
      );
    }
    const total = distribution!.intervals.reduce((sum, { mass }) => sum + mass, 0);
    expect(total + distribution!.specialMass).toBeCloseTo(1, 6);
  });
});

test("what is drawn does not depend on the texts beside it", async () => {
  const options = { maxNodes: 32 };
  const together = await distributions(decodable, ragged(TEXTS), options);
  const alone = await distributions(decodable, ragged([TEXTS[2]!]), options);
  expect(alone[0]![0]!.quantile(0.3)).toBeCloseTo(together[2]![0]!.quantile(0.3), 10);
});

test("later objectives are told as well", async () => {
  const [[, second] = []] = await distributions(decodable, ragged([TEXTS[0]!]), {
    maxNodes: 64,
    numObjectives: 2,
  });
  const drawn = await samples(decodable, ragged([TEXTS[0]!]), {
    numSamples: 2000,
    numObjectives: 2,
  });
  expectQuantile(
    second!.quantile(0.5),
    drawn[0]!.map(([, y]) => y!),
    0.5,
  );
});

/** The share of draws below, and up to, a quantile has its level between, but for the spread of 64 even draws. */
function expectQuantile(quantile: number, draws: readonly number[], level: number): void {
  const slack = 1e-6 * Math.abs(quantile);
  const share = (isCounted: (y: number) => boolean): number =>
    draws.filter(isCounted).length / draws.length;
  expect(share((y) => y < quantile - slack)).toBeLessThan(level + 0.1);
  expect(share((y) => y <= quantile + slack)).toBeGreaterThan(level - 0.1);
}
