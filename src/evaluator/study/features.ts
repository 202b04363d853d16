// A vector for any text, for comparing candidates where the model gives no embedding: hashed words, with
// the word before them and with their place in the line. Equal texts give equal vectors; length is 1.

import { hash32 } from "../../core/index.ts";

const NUM_FEATURES = 512;

/** The feature vector of a text. */
export function textFeatures(text: string): Float64Array {
  const vector = new Float64Array(NUM_FEATURES);
  for (const line of text.split("\n")) {
    const words = line.match(/[\w.+-]+/g) ?? [];
    words.forEach((word, place) => {
      add(vector, "word", word);
      add(vector, "pair", `${words[place - 1] ?? ""} ${word}`);
      if (place < 64) add(vector, "place", `${place} ${word}`);
    });
  }
  const length = Math.sqrt(vector.reduce((sum, x) => sum + x * x, 0));
  return length === 0 ? vector : vector.map((x) => x / length);
}

function add(vector: Float64Array, family: string, token: string): void {
  const hash = hash32(17, family, token);
  // The sign lets tokens that share a slot cancel out on average instead of adding up.
  vector[(hash >>> 1) % NUM_FEATURES]! += (hash & 1) === 0 ? 1 : -1;
}
