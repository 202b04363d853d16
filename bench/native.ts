// The kernels, for benchmarks: loaded or a clear refusal.

import { loadNative, type NativeBinding } from "../src/tensor/native/binding.ts";

/** The loaded kernels with `threads` threads. @throws {Error} when the addon is not built. */
export function requireNative(threads: number): NativeBinding {
  const native = loadNative();
  if ("unavailable" in native) throw new Error(native.unavailable);
  native.setThreads(threads);
  return native;
}

export const PRECISIONS = [
  { precision: 0, label: "f32" },
  { precision: 1, label: "bf16" },
] as const;
