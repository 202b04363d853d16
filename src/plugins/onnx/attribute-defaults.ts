// Which attributes say nothing: those that hold the operator's default.

import type { Attribute, AttributeValue, OnnxNode } from "./model.ts";

/** A number, a string, or for lists `ones` or `zeros`. */
type Default = number | string;

const CONV = {
  auto_pad: "NOTSET",
  dilations: "ones",
  group: 1,
  pads: "zeros",
  strides: "ones",
} as const;
const POOL = {
  auto_pad: "NOTSET",
  ceil_mode: 0,
  count_include_pad: 0,
  dilations: "ones",
  pads: "zeros",
  storage_order: 0,
  strides: "ones",
} as const;
const REDUCE = { keepdims: 1, noop_with_empty_axes: 0 } as const;

/** Defaults that are the same at every opset. */
const DEFAULTS: Readonly<Record<string, Readonly<Record<string, Default>>>> = {
  Conv: CONV,
  ConvTranspose: { ...CONV, output_padding: "zeros" },
  MaxPool: POOL,
  AveragePool: POOL,
  LpPool: { ...POOL, p: 2 },
  BatchNormalization: { epsilon: 1e-5, momentum: 0.9, training_mode: 0, spatial: 1, is_test: 1 },
  InstanceNormalization: { epsilon: 1e-5 },
  LayerNormalization: { axis: -1, epsilon: 1e-5, stash_type: 1 },
  Gemm: { alpha: 1, beta: 1, transA: 0, transB: 0 },
  Flatten: { axis: 1 },
  LeakyRelu: { alpha: 0.01 },
  Elu: { alpha: 1 },
  LRN: { alpha: 1e-4, beta: 0.75, bias: 1 },
  Pad: { mode: "constant" },
  Dropout: { seed: 0 },
  Gather: { axis: 0 },
  Split: { axis: 0 },
  TopK: { axis: -1, largest: 1, sorted: 1 },
  Reshape: { allowzero: 0 },
  Shape: { start: 0 },
  ReduceMean: REDUCE,
  ReduceSum: REDUCE,
  ReduceMax: REDUCE,
  ReduceMin: REDUCE,
  ReduceProd: REDUCE,
  ReduceL2: REDUCE,
  ArgMax: { axis: 0, keepdims: 1, select_last_index: 0 },
  ArgMin: { axis: 0, keepdims: 1, select_last_index: 0 },
};

/** Whether an attribute can be left out. */
export function isDefaultAttribute(node: OnnxNode, { name, value }: Attribute): boolean {
  if (node.domain !== "") return false;
  const table = DEFAULTS[node.opType];
  const expected = table !== undefined && Object.hasOwn(table, name) ? table[name] : undefined;
  return expected !== undefined && isValue(value, expected);
}

function isValue(value: AttributeValue, expected: Default): boolean {
  if (value.kind === "int" || value.kind === "string") return value.value === expected;
  if (value.kind === "float") {
    return typeof expected === "number" && Math.fround(expected) === value.value;
  }
  const each = expected === "ones" ? 1 : expected === "zeros" ? 0 : undefined;
  return value.kind === "ints" && each !== undefined && value.value.every((item) => item === each);
}
