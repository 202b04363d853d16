// Plain tfjs operations that a training step spends time in, on the C++ kernels. What a kernel does not cover
// (broadcasting, other types) goes to the cpu backend's.

import {
  getKernel,
  type KernelConfig,
  registerKernel,
  slice_util,
  type Tensor,
  type TensorInfo,
  unregisterKernel,
  util,
} from "@tensorflow/tfjs-core";
import { NATIVE, type NativeBackend } from "./backend.ts";
import {
  blocksOf,
  broadcastBlocks,
  type Combination,
  combineBlocks,
  copyBox,
  sumBlocks,
  transposeInto,
} from "./loops.ts";
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
    sameShape(a!, b!)
      ? elementwise(backend, a!, b!, (x, y, out) => backend.binding.add(x, y, out))
      : (broadcast(backend, "add", a!, b!) ?? broadcast(backend, "add", b!, a!)),
  );
  override("Sub", (backend, { a, b }) =>
    sameShape(a!, b!)
      ? elementwise(backend, a!, b!, (x, y, out) => backend.binding.sub(x, y, out))
      : (broadcast(backend, "sub", a!, b!) ?? broadcast(backend, "subFrom", b!, a!)),
  );
  override("Multiply", (backend, { a, b }) =>
    sameShape(a!, b!)
      ? elementwise(backend, a!, b!, (x, y, out) => backend.binding.mul(x, y, out))
      : (broadcast(backend, "mul", a!, b!) ?? broadcast(backend, "mul", b!, a!)),
  );
  override("RealDiv", (backend, { a, b }) => broadcast(backend, "div", a!, b!));
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
  override("Sum", sum);
  override("Transpose", transpose);
  override("Slice", slice);
  override("PadV2", pad);
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

/** `b` repeated over `a`, which has the shape of the result. */
function broadcast(
  backend: NativeBackend,
  op: Combination,
  a: TensorInfo,
  b: TensorInfo,
): TensorInfo | undefined {
  if (!isFloat(a) || !isFloat(b)) return undefined;
  const blocks = broadcastBlocks(a.shape, b.shape);
  if (blocks === undefined) return undefined;
  const out = backend.acquire(sizeOf(a));
  const [large, small] = [backend.floats(a), backend.floats(b)];
  if (op === "mul" && small.length === 1) backend.binding.scale(large, small[0]!, out);
  else combineBlocks(op, large, small, out, blocks);
  return backend.output(out, a.shape);
}

function sum(
  backend: NativeBackend,
  { x }: Inputs,
  { axis, keepDims }: { readonly axis: number | readonly number[]; readonly keepDims: boolean },
): TensorInfo | undefined {
  if (!isFloat(x!)) return undefined;
  const axes = util.parseAxisParam(axis as number | number[], x!.shape);
  const summed = x!.shape.map((_, i) => axes.includes(i));
  const blocks = blocksOf(x!.shape, summed);
  if (blocks === undefined) return undefined;
  const out = backend.acquire(blocks.outer * blocks.inner);
  sumBlocks(backend.floats(x!), out, blocks);
  const shape = x!.shape.map((length, i) => (summed[i] ? 1 : length));
  return backend.output(out, keepDims ? shape : shape.filter((_, i) => !summed[i]));
}

function transpose(
  backend: NativeBackend,
  { x }: Inputs,
  { perm }: { readonly perm: readonly number[] },
): TensorInfo | undefined {
  if (!isFloat(x!) || perm.length > 4) return undefined;
  const out = backend.acquire(sizeOf(x!));
  transposeInto(backend.floats(x!), out, x!.shape, perm);
  return backend.output(
    out,
    perm.map((axis) => x!.shape[axis]!),
  );
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

/** Copied: the view that the cpu backend gives of whole rows would keep the buffer out of the pool. */
function slice(
  backend: NativeBackend,
  { x }: Inputs,
  { begin, size }: { readonly begin: number | number[]; readonly size: number | number[] },
): TensorInfo | undefined {
  if (!isFloat(x!) || x!.shape.length === 0) return undefined;
  const [starts, lengths] = slice_util.parseSliceParams(x as unknown as Tensor, begin, size);
  slice_util.assertParamsValid(x as unknown as Tensor, starts!, lengths!);
  const out = backend.acquire(util.sizeFromShape(lengths!));
  const origin = lengths!.map(() => 0);
  copyBox(backend.floats(x!), x!.shape, starts!, out, lengths!, origin, lengths!);
  return backend.output(out, lengths!);
}

function pad(
  backend: NativeBackend,
  { x }: Inputs,
  {
    paddings,
    constantValue,
  }: { readonly paddings: readonly [number, number][]; readonly constantValue: number },
): TensorInfo | undefined {
  if (!isFloat(x!) || x!.shape.length === 0) return undefined;
  const shape = x!.shape.map((length, i) => paddings[i]![0] + length + paddings[i]![1]);
  const out = backend.acquire(util.sizeFromShape(shape)).fill(constantValue);
  const origin = shape.map(() => 0);
  const target = paddings.map(([before]) => before);
  copyBox(backend.floats(x!), x!.shape, origin, out, shape, target, x!.shape);
  return backend.output(out, shape);
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
