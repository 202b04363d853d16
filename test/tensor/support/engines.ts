import type { EngineName } from "../../../src/tensor/index.ts";

/** Engines that every machine has. */
export const PORTABLE_ENGINES: readonly EngineName[] = ["cpu", "wasm"];
