// What the model's thread loads in tests: "models" that answer the number in the text, and do what their name says.

import { InputError } from "../../../src/core/index.ts";
import type { HostedModel, OpenSource } from "../../../src/evaluator/model-thread/source.ts";
import type { EngineInfo, EngineOptions } from "../../../src/tensor/index.ts";
import { uniform } from "../fake.ts";

/** Handed over in place of the engine's options. */
export interface FakeOptions extends EngineOptions {
  /** [0] is 1 while `gated` models hold the thread; [1] counts the batches that were begun. */
  readonly gate?: Int32Array;
}

const engine: EngineInfo = {
  name: "cpu",
  device: "none",
  accelerated: false,
  threads: 1,
  precision: "f32",
  kernelPath: "none",
  numericClass: "none",
  skipped: [],
};

export const openSource: OpenSource = (options) => {
  const { gate } = options as FakeOptions;
  if (options.engine === "webgpu") throw new InputError("no such engine", { hint: "take another" });
  const begin = (directory: string): void => {
    if (gate === undefined) return;
    Atomics.add(gate, 1, 1);
    // As a model that computes: the whole thread is held.
    if (directory === "gated") Atomics.wait(gate, 0, 1);
  };
  const open = (directory: string): HostedModel => {
    if (directory === "missing") throw new InputError("there is no model", { hint: "make one" });
    let isDisposed = false;
    return {
      facts: {
        digest: `0123456789abcdef/${directory}`,
        objectives: ["cost"],
        maxInputTokens: 8,
        serialisers: { text: "1" },
      },
      predict: async (texts) => {
        if (isDisposed) throw new Error("disposed");
        begin(directory);
        return texts.map((text) => {
          if (text.includes("refuse")) throw new InputError("too odd", { hint: "leave it out" });
          if (text.includes("bug")) throw new TypeError("undefined is not a function");
          if (text.includes("die")) process.exit(3);
          return [uniform(Number(/\d+/.exec(text)?.[0] ?? "NaN"), 1)];
        });
      },
      dispose: () => {
        isDisposed = true;
      },
    };
  };
  return Promise.resolve({ engine, open, close: () => Promise.resolve() });
};
