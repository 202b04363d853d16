// Engine `wasm`: TensorFlow.js' WebAssembly kernels (XNNPACK). One thread: tfjs has none in Node.

import { createRequire } from "node:module";
import { dirname, sep } from "node:path";
import { setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import { env, findBackend, version_core } from "@tensorflow/tfjs-core";
import type { EngineDriver } from "./driver.ts";

const PACKAGE_FILE = "@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm";

export const wasmDriver: EngineDriver = {
  name: "wasm",
  backendName: "wasm",
  async open() {
    if (findBackend("wasm") === null) {
      setWasmPaths(dirname(createRequire(import.meta.url).resolve(PACKAGE_FILE)) + sep);
    }
    const simd = await env().getAsync("WASM_HAS_SIMD_SUPPORT");
    const kernelPath = simd === true ? "wasm-simd" : "wasm";
    return {
      device: "CPU (WebAssembly)",
      accelerated: false,
      threads: 1,
      precision: "f32",
      kernelPath,
      numericClass: `wasm/${version_core}/${kernelPath}/f32`,
    };
  },
};
