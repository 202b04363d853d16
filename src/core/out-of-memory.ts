// Kernels in WebAssembly have 4 GB of memory and no words for its end: they trap or abort.

import { AuspexError, EXIT, withCauses } from "./errors.ts";

/** The error that kernels in WebAssembly failed with, as they do when their memory is used up; undefined: it was another. */
export function outOfWasmMemory(error: unknown): AuspexError | undefined {
  const failure = withCauses(error).find(({ name }) => name === "RuntimeError");
  if (failure === undefined) return undefined;
  return new AuspexError(
    "OUT_OF_MEMORY",
    EXIT.internal,
    `engine wasm failed, as it does where its 4 GB of memory are used up: ${failure.message}`,
    {
      cause: error,
      hint: "Compute less at a time: more training.numMicroshards, a smaller --micro-batch, shorter texts. Engine native (auspex doctor) takes what memory there is.",
    },
  );
}
