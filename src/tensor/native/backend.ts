// The tfjs backend of engine `native`: the cpu backend, whose tensors are plain typed arrays, with buffers
// that are used again. Kernels that are not ours are the cpu backend's own.

import { MathBackendCPU } from "@tensorflow/tfjs-backend-cpu";
import {
  type backend_util,
  type DataType,
  engine,
  getKernelsForBackend,
  type KernelConfig,
  registerKernel,
  type TensorInfo,
} from "@tensorflow/tfjs-core";
import type { NativeBinding, NativePrecision } from "./binding.ts";
import { BufferPool } from "./buffer-pool.ts";

export const NATIVE = "native";

type DataId = TensorInfo["dataId"];

export class NativeBackend extends MathBackendCPU {
  readonly binding: NativeBinding;
  /** 1: the operands of products are rounded to bf16. */
  precision: NativePrecision = 0;
  readonly #pool = new BufferPool();
  /** Buffers of the pool that only our kernels have seen, by the tensor data that they belong to. */
  readonly #owned = new WeakMap<DataId, Float32Array>();

  constructor(binding: NativeBinding) {
    super();
    this.binding = binding;
    // Or the cpu backend prints an advertisement at its first write.
    Object.assign(this, { firstUse: false });
  }

  /** The values of a float tensor, not copied. They are only good until the tensor is disposed. */
  floats(tensor: TensorInfo): Float32Array {
    const { values } = this.data.get(tensor.dataId);
    return values instanceof Float32Array ? values : Float32Array.from(values as ArrayLike<number>);
  }

  /** A buffer with undefined contents, for `output` or `release`. */
  acquire(size: number): Float32Array {
    return this.#pool.acquire(size);
  }

  release(values: Float32Array): void {
    this.#pool.release(values);
  }

  /** Makes an acquired buffer a tensor. Its memory returns to the pool when the tensor is disposed. */
  output(values: Float32Array, shape: readonly number[]): TensorInfo {
    const info = this.makeTensorInfo([...shape], "float32", values);
    this.#owned.set(info.dataId, values);
    return info;
  }

  /** Leaves a tensor's buffer to the garbage collector, because something may keep a view of it. */
  disown(tensor: TensorInfo): void {
    this.#forget(tensor.dataId);
  }

  override readSync(dataId: DataId): backend_util.BackendValues {
    const values = super.readSync(dataId);
    // A copy: the buffer will serve another tensor once this one is disposed.
    return this.#owned.has(dataId) ? (values as Float32Array).slice() : values;
  }

  override async read(dataId: DataId): Promise<backend_util.BackendValues> {
    return this.readSync(dataId);
  }

  override disposeData(dataId: DataId, force = false): boolean {
    const gone = super.disposeData(dataId, force);
    const values = gone ? this.#owned.get(dataId) : undefined;
    if (values !== undefined) {
      this.#owned.delete(dataId);
      this.#pool.release(values);
    }
    return gone;
  }

  /** Tensors never move away from this backend in a way that keeps their buffer. */
  override move(
    dataId: DataId,
    values: backend_util.BackendValues,
    shape: number[],
    dtype: DataType,
    refCount: number,
  ): void {
    this.#forget(dataId);
    super.move(dataId, values, shape, dtype, refCount);
  }

  #forget(dataId: DataId): void {
    const values = this.#owned.get(dataId);
    if (values === undefined) return;
    this.#owned.delete(dataId);
    this.#pool.forget(values);
  }
}

/** A tensor's values without a copy, where this engine has them; only good until the tensor is disposed. */
export function borrowFloats(tensor: TensorInfo): Float32Array | undefined {
  const { backend } = engine();
  return backend instanceof NativeBackend ? backend.floats(tensor) : undefined;
}

// Kernels of the cpu backend whose outputs never share memory with their inputs other than by reference
// count. The others (a slice of whole rows is a view) make their inputs unfit for the pool.
const NEVER_ALIASING = new Set([
  "Add",
  "AddN",
  "BatchMatMul",
  "Cast",
  "Concat",
  "Cos",
  "Equal",
  "Exp",
  "ExpandDims",
  "Fill",
  "GatherV2",
  "Greater",
  "Identity",
  "Less",
  "Log",
  "LogSoftmax",
  "Max",
  "Maximum",
  "Mean",
  "Min",
  "Minimum",
  "Multiply",
  "Neg",
  "Pack",
  "PadV2",
  "Pow",
  "RealDiv",
  "Relu",
  "Reshape",
  "Rsqrt",
  "Select",
  "Sigmoid",
  "Sin",
  "Softmax",
  "Softplus",
  "Sqrt",
  "Square",
  "Sub",
  "Sum",
  "Tanh",
  "Tile",
  "Transpose",
  "ZerosLike",
]);

/** Registers every kernel of the cpu backend under the name `native`. */
export function inheritCpuKernels(): void {
  for (const config of getKernelsForBackend("cpu")) {
    registerKernel({ ...config, backendName: NATIVE, kernelFunc: inherited(config) });
  }
}

function inherited({ kernelName, kernelFunc }: KernelConfig): KernelConfig["kernelFunc"] {
  if (NEVER_ALIASING.has(kernelName)) return kernelFunc;
  return (call) => {
    const backend = call.backend as NativeBackend;
    // Some kernels take a list of tensors for one input.
    for (const input of Object.values(call.inputs) as (TensorInfo | TensorInfo[] | undefined)[]) {
      for (const tensor of Array.isArray(input) ? input : [input]) {
        if (tensor != null) backend.disown(tensor);
      }
    }
    return kernelFunc(call);
  };
}
