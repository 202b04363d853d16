import { loadNative, type NativeBinding } from "../native/binding.ts";

let disabled = false;

/** The C++ kernels, or undefined where they do not load. */
export function acceleratedKernels(): NativeBinding | undefined {
  if (disabled) return undefined;
  const native = loadNative();
  return "unavailable" in native ? undefined : native;
}

/** Runs `body` with the TypeScript kernels, for tests that compare both. */
export function withoutAcceleration<T>(body: () => T): T {
  disabled = true;
  try {
    return body();
  } finally {
    disabled = false;
  }
}
