// Engine `cpu`: TensorFlow.js' kernels in JavaScript. Works everywhere; the numerical reference.

import { MathBackendCPU } from "@tensorflow/tfjs-backend-cpu";
import { findBackend, version_core } from "@tensorflow/tfjs-core";
import type { EngineDriver } from "./driver.ts";

export const cpuDriver: EngineDriver = {
  name: "cpu",
  backendName: "cpu",
  open() {
    silenceCpuBackend();
    return Promise.resolve({
      device: "CPU (JavaScript)",
      accelerated: false,
      threads: 1,
      precision: "f32",
      kernelPath: "js",
      numericClass: `cpu/${version_core}/f32`,
    });
  },
};

/** The backend prints an advertisement at its first write, unless it believes that it wrote before. */
function silenceCpuBackend(): void {
  const backend = findBackend("cpu");
  if (backend instanceof MathBackendCPU) Object.assign(backend, { firstUse: false });
}
