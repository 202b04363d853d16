// Plain tfjs operations that a training step spends time in, on the C++ kernels. What a kernel does not cover
// (broadcasting, other types) goes to the cpu backend's.

import {
  getKernel,
  type KernelConfig,
  registerKernel,
  type TensorInfo,
  unregisterKernel,
} from "@tensorflow/tfjs-core";
import { NATIVE, type NativeBackend } from "./backend.ts";
import type { Inputs } from "./register.ts";

/** A kernel that may decline. */
type Override = (
  backend: NativeBackend,
  inputs: Inputs,
  attributes: never,
) => TensorInfo | undefined;

/** Overrides the inherited kernels; call after `inheritCpuKernels`. */
export function registerPlainKernels(): void {
  override("Add", (backend, { a, b }) =>
    elementwise(backend, a!, b!, (x, y, out) => backend.binding.add(x, y, out)),
  );
  override("Sub", (backend, { a, b }) =>
    elementwise(backend, a!, b!, (x, y, out) => backend.binding.sub(x, y, out)),
  );
  override("Multiply", (backend, { a, b }) => {
    if (isFloat(a!) && isFloat(b!) && sizeOf(b!) === 1 && b!.shape.length <= a!.shape.length) {
      const out = backend.acquire(sizeOf(a!));
      backend.binding.scale(backend.floats(a!), backend.floats(b!)[0]!, out);
      return backend.output(out, a!.shape);
    }
    return elementwise(backend, a!, b!, (x, y, out) => backend.binding.mul(x, y, out));
  });
  override("AddN", (backend, inputs) => {
    const tensors = Object.values(inputs);
    if (!tensors.every(isFloat)) return undefined;
    const out = backend.acquire(sizeOf(tensors[0]!));
    backend.binding.addN(
      tensors.map((tensor) => backend.floats(tensor)),
      out,
    );
    return backend.output(out, tensors[0]!.shape);
  });
  override("BatchMatMul", matMul);
  override("Slice", rowSlice);
}

function override(kernelName: string, kernel: Override): void {
  const fallback = getKernel(kernelName, NATIVE) as KernelConfig;
  unregisterKernel(kernelName, NATIVE);
  registerKernel({
    ...fallback,
    kernelFunc: (call) =>
      kernel(call.backend as NativeBackend, call.inputs as Inputs, call.attrs as never) ??
      fallback.kernelFunc(call),
  });
}

function elementwise(
  backend: NativeBackend,
  a: TensorInfo,
  b: TensorInfo,
  run: (a: Float32Array, b: Float32Array, out: Float32Array) => void,
): TensorInfo | undefined {
  if (!isFloat(a) || !isFloat(b) || !sameShape(a, b)) return undefined;
  const out = backend.acquire(sizeOf(a));
  run(backend.floats(a), backend.floats(b), out);
  return backend.output(out, a.shape);
}

interface MatMulAttributes {
  readonly transposeA: boolean;
  readonly transposeB: boolean;
}

/** Batches must be equal, or 1 on one side. */
function matMul(
  backend: NativeBackend,
  { a, b }: Inputs,
  { transposeA, transposeB }: MatMulAttributes,
): TensorInfo | undefined {
  if (!isFloat(a!) || !isFloat(b!) || a!.shape.length !== b!.shape.length) return undefined;
  const batchOf = (shape: readonly number[]): number =>
    shape.slice(0, -2).reduce((x, y) => x * y, 1);
  const [batchA, batchB] = [batchOf(a!.shape), batchOf(b!.shape)];
  if (!a!.shape.slice(0, -2).every((length, i) => length === b!.shape[i])) {
    if (batchA !== 1 && batchB !== 1) return undefined;
  }
  const [rowsA, columnsA] = a!.shape.slice(-2) as [number, number];
  const [rowsB, columnsB] = b!.shape.slice(-2) as [number, number];
  const [m, k] = transposeA ? [columnsA, rowsA] : [rowsA, columnsA];
  const [kB, n] = transposeB ? [columnsB, rowsB] : [rowsB, columnsB];
  if (k !== kB) return undefined;
  const batch = Math.max(batchA, batchB);
  const out = backend.acquire(batch * m * n);
  backend.binding.gemmBatched(
    transposeA,
    transposeB,
    batch,
    m,
    n,
    k,
    backend.floats(a!),
    batchA === 1 ? 0 : m * k,
    backend.floats(b!),
    batchB === 1 ? 0 : k * n,
    out,
    backend.precision,
  );
  const outer = (batchA >= batchB ? a! : b!).shape.slice(0, -2);
  return backend.output(out, [...outer, m, n]);
}

interface SliceAttributes {
  readonly begin: number | readonly number[];
  readonly size: number | readonly number[];
}

/** Whole rows, copied: the cpu backend's view would keep the buffer out of the pool. */
function rowSlice(
  backend: NativeBackend,
  { x }: Inputs,
  { begin, size }: SliceAttributes,
): TensorInfo | undefined {
  if (!isFloat(x!) || !Array.isArray(begin) || !Array.isArray(size)) return undefined;
  const shape = x!.shape;
  if (shape.length === 0 || begin.length !== shape.length || size.length !== shape.length) {
    return undefined;
  }
  const whole = shape.every(
    (length, i) => i === 0 || (begin[i] === 0 && (size[i] === -1 || size[i] === length)),
  );
  if (!whole) return undefined;
  const rows = size[0] === -1 ? shape[0]! - (begin[0] as number) : (size[0] as number);
  if (begin[0] < 0 || rows < 0 || begin[0] + rows > shape[0]!) return undefined;
  const width = shape.slice(1).reduce((a, b) => a * b, 1);
  const out = backend.acquire(rows * width);
  out.set(backend.floats(x!).subarray(begin[0] * width, (begin[0] + rows) * width));
  return backend.output(out, [rows, ...shape.slice(1)]);
}

function isFloat(tensor: TensorInfo): boolean {
  return tensor.dtype === "float32";
}

function sizeOf(tensor: TensorInfo): number {
  return tensor.shape.reduce((size, length) => size * length, 1);
}

function sameShape(a: TensorInfo, b: TensorInfo): boolean {
  return a.shape.length === b.shape.length && a.shape.every((length, i) => length === b.shape[i]);
}
