// Engine `tensorflow`: TensorFlow's own kernels, on CUDA through @tensorflow/tfjs-node-gpu, or on the CPU
// through @tensorflow/tfjs-node. Optional: their install scripts download TensorFlow.

import { availableParallelism } from "node:os";
import { findBackend, version_core } from "@tensorflow/tfjs-core";
import { UnavailableError } from "../../core/index.ts";
import type { EngineDriver } from "./driver.ts";
import { importOptional } from "./optional-package.ts";

/** Best first, with the command that adds each. */
const PACKAGES = [
  {
    name: "@tensorflow/tfjs-node-gpu",
    install: "npm install --save-optional @tensorflow/tfjs-node-gpu@4.22.0",
  },
  {
    name: "@tensorflow/tfjs-node",
    install: "npm install --save-optional @tensorflow/tfjs-node@4.22.0",
  },
] as const;

let loaded = false;

export const tensorflowDriver: EngineDriver = {
  name: "tensorflow",
  backendName: "tensorflow",
  async open({ engine = "auto" }) {
    if (!loaded) await loadFirst();
    loaded = true;
    const backend = findBackend("tensorflow") as { isUsingGpuDevice?: boolean } | null;
    const gpu = backend?.isUsingGpuDevice === true;
    if (engine === "auto" && backend !== null && !gpu) {
      throw new UnavailableError("TensorFlow sees no GPU here");
    }
    const device = gpu ? "GPU (CUDA)" : "CPU (TensorFlow)";
    return {
      device,
      accelerated: gpu,
      // TensorFlow takes every core; tfjs-node has no setting for it.
      threads: availableParallelism(),
      precision: "f32",
      kernelPath: gpu ? "cuda" : "tensorflow",
      // Its sums depend on how it splits them over cores.
      numericClass: `tensorflow/${version_core}/${gpu ? "cuda" : `cpu-${availableParallelism()}`}/f32`,
    };
  },
};

async function loadFirst(): Promise<void> {
  const reasons: string[] = [];
  for (const candidate of PACKAGES) {
    try {
      await importOptional(candidate.name, candidate.install);
      return;
    } catch (error) {
      reasons.push((error as Error).message);
    }
  }
  throw new UnavailableError(reasons.join("; "), {
    hint: `on a machine with CUDA: ${PACKAGES[0].install}; elsewhere: ${PACKAGES[1].install}`,
  });
}
