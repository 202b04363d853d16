// Engine `native`: our C++ kernels on the CPU. Fused operations and the hot plain ones run in C++, the rest on
// the cpu backend's kernels, on the same typed arrays.

import { arch } from "node:process";
import { findBackend, registerBackend } from "@tensorflow/tfjs-core";
import { UnavailableError } from "../../core/index.ts";
import { inheritCpuKernels, NATIVE, NativeBackend } from "../native/backend.ts";
import { loadNative, type NativeBinding } from "../native/binding.ts";
import { registerAttention } from "../native/fused/attention.ts";
import { registerFeatureAttention } from "../native/fused/feature-attention.ts";
import { registerLinear } from "../native/fused/linear.ts";
import { registerNorms } from "../native/fused/norm.ts";
import { registerRotary } from "../native/fused/rotary.ts";
import {
  registerCrossEntropy,
  registerDropout,
  registerEmbedding,
} from "../native/fused/tokens.ts";
import { registerPlainKernels } from "../native/plain.ts";
import type { EngineDriver, EngineOptions, Precision } from "./driver.ts";

/** Counts up when the kernels' arithmetic changes: two workers of one run must have the same. */
const ARITHMETIC_VERSION = 1;

export const nativeDriver: EngineDriver = {
  name: "native",
  backendName: NATIVE,
  open(options) {
    const binding = loadNative();
    if ("unavailable" in binding) {
      throw new UnavailableError(binding.unavailable, {
        hint: "needs a C++ compiler; then: npm run install",
      });
    }
    const backend = registeredBackend(binding);
    const { cores, bf16 } = binding.info();
    binding.setThreads(options.threads ?? cores);
    const precision = precisionOf(options, bf16);
    backend.precision = precision === "bf16" ? 1 : 0;
    const { cpu, path, threads, build = "unnamed" } = binding.info();
    return Promise.resolve({
      device: `CPU (${cpu})`,
      accelerated: false,
      threads,
      precision,
      kernelPath: path,
      numericClass: `native/${ARITHMETIC_VERSION}/${arch}/${numericPath(path, precision)}/${precision}/${build}`,
    });
  },
};

function registeredBackend(binding: NativeBinding): NativeBackend {
  const existing = findBackend(NATIVE) as NativeBackend | null;
  if (existing !== null) return existing;
  registerBackend(NATIVE, () => new NativeBackend(binding));
  inheritCpuKernels();
  registerPlainKernels();
  registerLinear();
  registerNorms();
  registerRotary();
  registerAttention();
  registerFeatureAttention();
  registerEmbedding();
  registerCrossEntropy();
  registerDropout();
  return findBackend(NATIVE) as NativeBackend;
}

function precisionOf({ precision = "auto" }: EngineOptions, bf16: boolean): Precision {
  if (precision !== "auto") return precision;
  return bf16 ? "bf16" : "f32";
}

/** In f32 the bf16 instructions are not used: those paths give the bits of avx512. */
function numericPath(path: string, precision: Precision): string {
  return precision === "f32" && (path === "amx" || path === "avx512bf16") ? "avx512" : path;
}
