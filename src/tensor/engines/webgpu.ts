// Engine `webgpu`: TensorFlow.js' WebGPU backend on Dawn for Node. Runs on any GPU with a Vulkan, Metal or
// D3D12 driver, and on SwiftShader, a software GPU that tests use. Both packages are optional.

import { dlopen, platform } from "node:process";
import { findBackend, findBackendFactory, version_core } from "@tensorflow/tfjs-core";
import { messageOf, sleep, systemClock, UnavailableError } from "../../core/index.ts";
import type { EngineDriver } from "./driver.ts";
import { importOptional } from "./optional-package.ts";

const INSTALL = "npm install --save-optional webgpu@0.4.0 @tensorflow/tfjs-backend-webgpu@4.22.0";

/** The parts of the WebGPU API that the choice of a device needs. */
interface Gpu {
  requestAdapter(options: { powerPreference: string }): Promise<Adapter | null>;
}

interface Adapter {
  readonly info: {
    readonly vendor: string;
    readonly device: string;
    readonly description: string;
    readonly architecture: string;
    readonly isFallbackAdapter?: boolean;
  };
}

interface Device {
  readonly queue: { onSubmittedWorkDone(): Promise<void> };
  destroy(): void;
}

interface DawnPackage {
  create(flags: string[]): Gpu;
  readonly globals: object;
}

const VULKAN_LOADER = "libvulkan.so.1";

/** Dawn crashes when its device goes while its own threads still finish; it has no call that waits for them. */
const SETTLE_MS = 100;

let opened: Promise<Adapter> | undefined;

export const webgpuDriver: EngineDriver = {
  name: "webgpu",
  backendName: "webgpu",
  async open({ engine = "auto" }) {
    opened ??= openAdapter().catch((error: unknown) => {
      opened = undefined;
      throw error;
    });
    const { info } = await opened;
    const device = info.description || info.device || info.vendor;
    const accelerated = info.isFallbackAdapter !== true && info.architecture !== "swiftshader";
    if (engine === "auto" && !accelerated) throw new UnavailableError(`${device} is not a GPU`);
    await importOptional("@tensorflow/tfjs-backend-webgpu", INSTALL);
    if (findBackendFactory("webgpu") === null) {
      throw new UnavailableError("TensorFlow.js did not register its WebGPU backend");
    }
    return {
      device: `GPU (${device})`,
      accelerated,
      threads: 1,
      precision: "f32",
      kernelPath: "wgsl",
      // Shader compilers differ: only the same device with the same driver gives the same bits.
      numericClass: `webgpu/${version_core}/${info.vendor}/${device}/f32`,
    };
  },
  async close() {
    const { device } = findBackend("webgpu") as { device?: Device } & object;
    await device?.queue.onSubmittedWorkDone();
    await sleep(systemClock, SETTLE_MS);
    // The backend stays registered: removing it as well crashes Dawn.
    device?.destroy();
    await sleep(systemClock, SETTLE_MS);
    opened = Promise.reject(new UnavailableError("webgpu was closed in this process"));
    opened.catch(() => undefined);
    // Dawn keeps the process alive as long as anything refers to its root object.
    Reflect.deleteProperty(globalThis, "navigator");
  },
};

/** Without the loader Dawn finds nothing and prints a warning, at every start: look first, by loading it. */
function expectVulkanLoader(): void {
  if (platform !== "linux") return;
  try {
    dlopen({ exports: {} }, VULKAN_LOADER);
  } catch (error) {
    // A library that loads is refused for being no addon; one that is not there names the file it misses.
    if (!messageOf(error).includes("cannot open shared object file")) return;
    throw new UnavailableError(`no Vulkan driver is installed (${VULKAN_LOADER} is missing)`, {
      hint: "install the driver of the GPU, and libvulkan1",
    });
  }
}

async function openAdapter(): Promise<Adapter> {
  expectVulkanLoader();
  const dawn = await importOptional<DawnPackage>("webgpu", INSTALL);
  Object.assign(globalThis, dawn.globals);
  const gpu = dawn.create([]);
  const adapter = await gpu.requestAdapter({ powerPreference: "high-performance" });
  if (adapter === null) {
    throw new UnavailableError("no Vulkan, Metal or D3D12 driver was found", {
      hint: "install the driver of the GPU (on Linux also libvulkan1)",
    });
  }
  // The backend looks for a browser's navigator, once, while it is imported.
  Object.defineProperty(globalThis, "navigator", { value: { gpu }, configurable: true });
  return adapter;
}
