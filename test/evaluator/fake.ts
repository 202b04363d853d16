// A predictor without a model and a kind without a parser: the number in the text is the answer.

import type { PredictedNumber, Predictor } from "../../src/evaluator/index.ts";
import { defineKind, KindHost, PLUGIN_API_VERSION } from "../../src/plugins/index.ts";

/** A uniform distribution of the given half width around `centre`. */
export function uniform(centre: number, halfWidth: number): PredictedNumber {
  return {
    mean: centre,
    median: centre,
    std: halfWidth / Math.sqrt(3),
    quantile: (p) => centre + (2 * p - 1) * halfWidth,
  };
}

export interface FakePredictor extends Predictor {
  /** Texts of every batch that was run. */
  readonly batches: (readonly string[])[];
}

/** Answers the first number in a text, plus or minus 10 %; its negative as a second objective. */
export function fakePredictor(delay: () => Promise<void> = async () => {}): FakePredictor {
  const batches: (readonly string[])[] = [];
  return {
    id: "fake-1",
    objectives: ["cost", "gain"],
    batches,
    predict: async (texts) => {
      batches.push(texts);
      await delay();
      return texts.map((text) => {
        const value = Number(/-?\d+(\.\d+)?/.exec(text)?.[0] ?? "NaN");
        return [uniform(value, Math.abs(value) / 10), uniform(-value, Math.abs(value) / 10)];
      });
    },
  };
}

/** Reads kind `text` (trimmed); the word "bad" is an error on line 2, "crash" a bug of the plugin. */
export const fakeHost = new KindHost([
  defineKind<string>({
    name: "test/text",
    version: "1",
    apiVersion: PLUGIN_API_VERSION,
    serialiserVersion: 1,
    kind: "text",
    match: { magic: () => 1 },
    limits: { maxBytes: 100_000, maxTextChars: 100_000, timeoutMs: 1000 },
    parse: ({ bytes }, context) => {
      const text = new TextDecoder().decode(bytes);
      if (text.includes("crash")) throw new TypeError("secret detail");
      if (!text.includes("bad")) return text.trim();
      const message = "bad is not allowed";
      const at = "line 2, column 1";
      throw context.invalid({ code: "TEXT_BAD", message, hint: "leave it out", at });
    },
    serialise: (text) => ({ text }),
  }),
]);
