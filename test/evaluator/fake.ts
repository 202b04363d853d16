// A predictor and a candidate reader without a model: the number in the text is the answer.

import {
  CandidateError,
  type CandidateReader,
  type PredictedNumber,
  type Predictor,
} from "../../src/evaluator/index.ts";

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

/** Reads kind `text` (trimmed); the word "bad" is an error on line 2, "crash" a bug. */
export const fakeReader: CandidateReader = {
  kinds: ["text"],
  version: "text@1",
  read: ({ kind = "text", text = "" }) => {
    if (kind !== "text") {
      throw new CandidateError("KIND_UNKNOWN", `no plugin reads ${kind}`, { hint: "kinds: text" });
    }
    if (text.includes("crash")) throw new TypeError("secret detail");
    if (text.includes("bad")) {
      throw new CandidateError("TEXT_BAD", "bad is not allowed", {
        hint: "leave it out",
        place: "line 2, column 1",
      });
    }
    return { kind, text: text.trim() };
  },
};
