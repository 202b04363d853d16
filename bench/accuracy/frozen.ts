// What a model says of rows before it is adapted: asked once, used by every draw.

import type { Example } from "../../src/data/index.ts";
import type { Predictor } from "../../src/training/index.ts";
import type { InstantRow } from "../../src/training/instant.ts";
import type { SpeakingSiblings } from "../../src/training/refinement.ts";

/** Rows a call: memory stays flat. */
const CHUNK = 256;

/** Rows with the model's answers and no views. */
export async function freeze(
  predictor: Predictor,
  rows: readonly Example[],
): Promise<InstantRow[]> {
  const frozen: InstantRow[] = [];
  for (let first = 0; first < rows.length; first += CHUNK) {
    const part = rows.slice(first, first + CHUNK);
    const { distributions, embeddings } = await predictor.embedded(
      part.map(({ x }) => x),
      { numObjectives: 1 },
    );
    part.forEach(({ x, y }, row) => {
      frozen.push({
        text: x,
        y: y[0]!,
        distribution: distributions[row]![0]!,
        embedding: embeddings[row]!,
      });
    });
  }
  return frozen;
}

/** The rows with what `siblings` say of them. */
export async function withViews(
  predictor: Predictor,
  rows: readonly InstantRow[],
  siblings: SpeakingSiblings,
): Promise<InstantRow[]> {
  const seen: InstantRow[] = [];
  for (let first = 0; first < rows.length; first += CHUNK) {
    const part = rows.slice(first, first + CHUNK);
    const texts = part.map(({ text }) => text);
    const values = await predictor.viewValues(texts, siblings, { numObjectives: 1 });
    part.forEach((row, at) => {
      seen.push({ ...row, viewValues: values[at]![0]! });
    });
  }
  return seen;
}
