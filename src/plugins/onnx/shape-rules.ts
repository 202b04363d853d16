// One rule for each operator: from what is known of its inputs to what is known of its outputs. Rules return
// nothing (or UNKNOWN) where they cannot tell.

import { type Dim, numElements, type Shape } from "./model.ts";
import { MAX_INLINE_ELEMENTS } from "./read-tensor.ts";
import type { ShapeRule, ValueShape } from "./shape-rule.ts";
import { SPATIAL_RULES } from "./spatial-rules.ts";

const INT64 = 7;
const FLOAT = 1;

/** Output 0 like input 0. */
const sameAsFirst: ShapeRule = ({ inputs, numOutputs }) => {
  const first = inputs[0];
  if (first === undefined) return [];
  const plain: ValueShape = { shape: first.shape, dataType: first.dataType };
  return Array.from({ length: numOutputs }, (_, i) => (i === 0 ? plain : undefined));
};

const identity: ShapeRule = ({ inputs }) => [inputs[0]];

const broadcastAll: ShapeRule = ({ inputs, attributes, opset }) => {
  // Up to opset 6 the second operand is stretched to the first.
  if (opset < 7 && inputs.length === 2 && attributes.int("broadcast") !== undefined) {
    return [{ shape: inputs[0]?.shape, dataType: inputs[0]?.dataType }];
  }
  return [{ shape: broadcast(inputs.map((input) => input?.shape)), dataType: inputs[0]?.dataType }];
};

/** The same, keeping track of small integers, with which graphs compute shapes. */
const arithmetic =
  (compute: (a: number, b: number) => number): ShapeRule =>
  (input) => {
    const [result] = broadcastAll(input);
    const [a, b] = input.inputs;
    const size = numElements(result?.shape);
    const at = (values: readonly number[], i: number): number =>
      values[values.length === 1 ? 0 : i]!;
    const fits = (values: readonly number[] | undefined): values is readonly number[] =>
      values !== undefined && (values.length === 1 || values.length === size);
    if (
      result === undefined ||
      !fits(a?.values) ||
      !fits(b?.values) ||
      size > MAX_INLINE_ELEMENTS
    ) {
      return [result];
    }
    const [left, right] = [a.values, b.values];
    return [
      {
        ...result,
        values: Array.from({ length: size }, (_, i) => compute(at(left, i), at(right, i))),
      },
    ];
  };

const comparison: ShapeRule = (input) => [{ shape: broadcastAll(input)[0]?.shape, dataType: 9 }];

const reduce: ShapeRule = ({ inputs, attributes }) => {
  const shape = inputs[0]?.shape;
  const axes = attributes.ints("axes") ?? inputs[1]?.values;
  const keep = attributes.int("keepdims") !== 0;
  if (shape === undefined || (inputs[1] !== undefined && axes === undefined)) return [];
  const dataType = inputs[0]?.dataType;
  if (axes === undefined || axes.length === 0) {
    if (attributes.int("noop_with_empty_axes") === 1) return [{ shape, dataType }];
    return [{ shape: keep ? shape.map(() => 1) : [], dataType }];
  }
  return [{ shape: dropAxes(shape, axes, keep), dataType }];
};

const argReduce: ShapeRule = ({ inputs, attributes }) => {
  const shape = inputs[0]?.shape;
  if (shape === undefined) return [];
  const keep = attributes.int("keepdims") !== 0;
  return [{ shape: dropAxes(shape, [attributes.int("axis") ?? 0], keep), dataType: INT64 }];
};

const matMul: ShapeRule = ({ inputs: [a, b] }) => {
  if (a?.shape === undefined || b?.shape === undefined) return [];
  if (a.shape.length === 0 || b.shape.length === 0) return [];
  const left = a.shape.length === 1 ? [1, ...a.shape] : a.shape;
  const right = b.shape.length === 1 ? [...b.shape, 1] : b.shape;
  const batch = broadcast([left.slice(0, -2), right.slice(0, -2)]) ?? [];
  const shape: Dim[] = [...batch];
  if (a.shape.length > 1) shape.push(left.at(-2));
  if (b.shape.length > 1) shape.push(right.at(-1));
  return [{ shape, dataType: a.dataType }];
};

const gemm: ShapeRule = ({ inputs: [a, b], attributes }) => {
  if (a?.shape?.length !== 2 || b?.shape?.length !== 2) return [];
  const rows = a.shape[attributes.int("transA") === 1 ? 1 : 0];
  const columns = b.shape[attributes.int("transB") === 1 ? 0 : 1];
  return [{ shape: [rows, columns], dataType: a.dataType }];
};

const flatten: ShapeRule = ({ inputs: [x], attributes }) => {
  if (x?.shape === undefined) return [];
  const axis = attributes.int("axis") ?? 1;
  const at = axis < 0 ? axis + x.shape.length : axis;
  return [
    { shape: [product(x.shape.slice(0, at)), product(x.shape.slice(at))], dataType: x.dataType },
  ];
};

const reshape: ShapeRule = ({ inputs: [x, to], attributes }) => {
  const target = attributes.ints("shape") ?? to?.values;
  if (target === undefined) {
    const rank = to?.shape?.length === 1 ? to.shape[0] : undefined;
    return typeof rank === "number" && rank <= 64
      ? [{ shape: Array<Dim>(rank).fill(undefined), dataType: x?.dataType }]
      : [];
  }
  const keepZero = attributes.int("allowzero") === 1;
  const shape: Dim[] = target.map((dim, i) =>
    dim === 0 && !keepZero ? x?.shape?.[i] : dim === -1 ? undefined : dim,
  );
  const free = target.indexOf(-1);
  if (free >= 0) {
    const rest = product(shape.filter((_, i) => i !== free));
    const total = product(x?.shape ?? [undefined]);
    if (typeof rest === "number" && typeof total === "number" && rest > 0)
      shape[free] = total / rest;
  }
  return [{ shape, dataType: x?.dataType, values: x?.values }];
};

const transpose: ShapeRule = ({ inputs: [x], attributes }) => {
  if (x?.shape === undefined) return [];
  const { shape } = x;
  const perm = attributes.ints("perm") ?? shape.map((_, i) => shape.length - 1 - i);
  return [{ shape: perm.map((axis) => shape[axis]), dataType: x.dataType }];
};

const concat: ShapeRule = ({ inputs, attributes, opset }) => {
  const shapes = inputs.map((input) => input?.shape);
  const first = shapes[0];
  if (first === undefined || shapes.some((shape) => shape?.length !== first.length)) return [];
  const axis = normalizeAxis(attributes.int("axis") ?? (opset < 4 ? 1 : 0), first.length);
  const shape = first.map((_, i) => {
    const dims = shapes.map((each) => each![i]);
    return i === axis ? total(dims) : (dims.find((dim) => typeof dim === "number") ?? dims[0]);
  });
  const values = inputs.every((input) => input?.values !== undefined)
    ? few(inputs.flatMap((input) => input!.values!))
    : undefined;
  return [
    { shape, dataType: inputs[0]?.dataType, values: first.length === 1 ? values : undefined },
  ];
};

const split: ShapeRule = ({ inputs: [x, sizes], attributes, numOutputs }) => {
  if (x?.shape === undefined) return [];
  const { shape } = x;
  const axis = normalizeAxis(attributes.int("axis") ?? 0, shape.length);
  const dim = shape[axis];
  const given = attributes.ints("split") ?? sizes?.values;
  const even = typeof dim === "number" ? Math.ceil(dim / numOutputs) : undefined;
  return Array.from({ length: numOutputs }, (_, i) => {
    const last =
      even === undefined ? undefined : Math.max(0, Math.min(even, (dim as number) - i * even));
    const size = given === undefined ? (sizes === undefined ? last : undefined) : given[i];
    return { shape: shape.map((each, at) => (at === axis ? size : each)), dataType: x.dataType };
  });
};

const slice: ShapeRule = ({ inputs: [x, ...rest], attributes }) => {
  if (x?.shape === undefined) return [];
  const { shape } = x;
  const starts = attributes.ints("starts") ?? rest[0]?.values;
  const ends = attributes.ints("ends") ?? rest[1]?.values;
  const axes =
    attributes.ints("axes") ?? (rest[2] === undefined ? starts?.map((_, i) => i) : rest[2].values);
  const steps = rest[3] === undefined ? starts?.map(() => 1) : rest[3].values;
  if (starts === undefined || ends === undefined || axes === undefined || steps === undefined) {
    return [{ shape: shape.map(() => undefined), dataType: x.dataType }];
  }
  const result = [...shape];
  axes.forEach((each, i) => {
    const axis = normalizeAxis(each, shape.length);
    result[axis] = sliceLength(shape[axis], starts[i]!, ends[i]!, steps[i] ?? 1);
  });
  const values =
    shape.length === 1 && x.values !== undefined && steps[0] === 1
      ? x.values.slice(starts[0], ends[0])
      : undefined;
  return [{ shape: result, dataType: x.dataType, values }];
};

function sliceLength(dim: Dim, start: number, end: number, step: number): Dim {
  if (typeof dim !== "number" || step === 0) return undefined;
  const clamp = (at: number, low: number, high: number): number =>
    Math.min(Math.max(at < 0 ? at + dim : at, low), high);
  return step > 0
    ? Math.max(0, Math.ceil((clamp(end, 0, dim) - clamp(start, 0, dim)) / step))
    : Math.max(0, Math.ceil((clamp(end, -1, dim - 1) - clamp(start, 0, dim - 1)) / step));
}

const gather: ShapeRule = ({ inputs: [data, indices], attributes }) => {
  if (data?.shape === undefined || indices?.shape === undefined) return [];
  const axis = normalizeAxis(attributes.int("axis") ?? 0, data.shape.length);
  const shape = [...data.shape.slice(0, axis), ...indices.shape, ...data.shape.slice(axis + 1)];
  const picked =
    data.shape.length === 1 ? indices.values?.map((i) => data.values?.at(i)) : undefined;
  const values =
    picked?.every((value) => value !== undefined) === true ? (picked as number[]) : undefined;
  return [{ shape, dataType: data.dataType, values }];
};

const squeeze: ShapeRule = ({ inputs: [x, axesInput], attributes }) => {
  if (x?.shape === undefined) return [];
  const axes = attributes.ints("axes") ?? axesInput?.values;
  if (axes === undefined) {
    if (axesInput !== undefined || x.shape.some((dim) => typeof dim !== "number")) return [];
    return [{ ...x, shape: x.shape.filter((dim) => dim !== 1) }];
  }
  return [{ ...x, shape: dropAxes(x.shape, axes, false) }];
};

const unsqueeze: ShapeRule = ({ inputs: [x, axesInput], attributes }) => {
  const axes = attributes.ints("axes") ?? axesInput?.values;
  if (x?.shape === undefined || axes === undefined) return [];
  const rank = x.shape.length + axes.length;
  const inserted = new Set(axes.map((axis) => normalizeAxis(axis, rank)));
  const rest = [...x.shape];
  return [
    { ...x, shape: Array.from({ length: rank }, (_, i) => (inserted.has(i) ? 1 : rest.shift())) },
  ];
};

const expand: ShapeRule = ({ inputs: [x, to] }) => [
  {
    shape: to?.values === undefined ? undefined : broadcast([x?.shape, to.values]),
    dataType: x?.dataType,
  },
];

const tile: ShapeRule = ({ inputs: [x, repeats] }) => {
  if (x?.shape === undefined) return [];
  const shape = x.shape.map((dim, i) => {
    const times = repeats?.values?.[i];
    return typeof dim === "number" && times !== undefined ? dim * times : undefined;
  });
  return [{ shape, dataType: x.dataType }];
};

const pad: ShapeRule = ({ inputs: [x, padsInput, , axesInput], attributes }) => {
  const pads = attributes.ints("pads") ?? attributes.ints("paddings") ?? padsInput?.values;
  if (x?.shape === undefined) return [];
  const { shape } = x;
  if (pads === undefined || (axesInput !== undefined && axesInput.values === undefined)) {
    return [{ shape: shape.map(() => undefined), dataType: x.dataType }];
  }
  const axes = axesInput?.values ?? shape.map((_, i) => i);
  const result = [...shape];
  axes.forEach((each, i) => {
    const axis = normalizeAxis(each, shape.length);
    const dim = shape[axis];
    result[axis] =
      typeof dim === "number" ? dim + (pads[i] ?? 0) + (pads[i + axes.length] ?? 0) : undefined;
  });
  return [{ shape: result, dataType: x.dataType }];
};

const shapeOf: ShapeRule = ({ inputs: [x], attributes }) => {
  if (x?.shape === undefined) return [{ shape: [undefined], dataType: INT64 }];
  const dims = x.shape.slice(attributes.int("start") ?? 0, attributes.int("end"));
  const values = dims.every((dim) => typeof dim === "number") ? (dims as number[]) : undefined;
  return [{ shape: [dims.length], dataType: INT64, values }];
};

const constant: ShapeRule = ({ attributes }) => {
  const tensor = attributes.tensor("value");
  if (tensor !== undefined) {
    const numbers = tensor.values?.map(Number);
    return [
      {
        shape: tensor.dims,
        dataType: tensor.dataType,
        values: numbers?.every(Number.isFinite) === true ? numbers : undefined,
      },
    ];
  }
  const ints = attributes.ints("value_ints");
  if (ints !== undefined) return [{ shape: [ints.length], dataType: INT64, values: few(ints) }];
  const int = attributes.int("value_int");
  if (int !== undefined) return [{ shape: [], dataType: INT64, values: [int] }];
  const floats = attributes.floats("value_floats");
  if (floats !== undefined) return [{ shape: [floats.length], dataType: FLOAT }];
  return attributes.float("value_float") === undefined ? [] : [{ shape: [], dataType: FLOAT }];
};

const constantOfShape: ShapeRule = ({ inputs: [to], attributes }) => {
  const dataType = attributes.tensor("value")?.dataType ?? FLOAT;
  return [{ shape: to?.values, dataType }];
};

const where: ShapeRule = ({ inputs }) => [
  { shape: broadcast(inputs.map((input) => input?.shape)), dataType: inputs[1]?.dataType },
];

const cast: ShapeRule = ({ inputs: [x], attributes }) => [
  x === undefined
    ? undefined
    : { shape: x.shape, dataType: attributes.int("to"), values: x.values },
];

const topK: ShapeRule = ({ inputs: [x, k], attributes }) => {
  if (x?.shape === undefined) return [];
  const axis = normalizeAxis(attributes.int("axis") ?? -1, x.shape.length);
  const count = attributes.int("k") ?? k?.values?.[0];
  const shape = x.shape.map((dim, i) => (i === axis ? count : dim));
  return [
    { shape, dataType: x.dataType },
    { shape, dataType: INT64 },
  ];
};

const recurrent: ShapeRule = ({ inputs: [x, , weights], attributes }) => {
  const directions = attributes.string("direction") === "bidirectional" ? 2 : 1;
  const hidden = attributes.int("hidden_size") ?? weights?.shape?.[2];
  const [sequence, batch] = x?.shape ?? [];
  const dataType = x?.dataType;
  const state = { shape: [directions, batch, hidden], dataType };
  return [{ shape: [sequence, directions, batch, hidden], dataType }, state, state];
};

const einsum: ShapeRule = ({ inputs, attributes }) => {
  const equation = attributes.string("equation")?.replaceAll(" ", "");
  const [left, right] = equation?.split("->") ?? [];
  if (left === undefined || right === undefined || /\./.test(left)) return [];
  const dims = new Map<string, Dim>();
  left.split(",").forEach((letters, operand) => {
    Array.from(letters).forEach((letter, i) =>
      dims.set(letter, dims.get(letter) ?? inputs[operand]?.shape?.[i]),
    );
  });
  return [
    { shape: Array.from(right, (letter) => dims.get(letter)), dataType: inputs[0]?.dataType },
  ];
};

const SAME =
  "Abs Acos Acosh Asin Asinh Atan Atanh BatchNormalization BitwiseNot Ceil Celu Clip Cos Cosh CumSum Dropout Elu Erf Exp Floor Gelu GroupNormalization HardSigmoid HardSwish Hardmax InstanceNormalization LRN LayerNormalization LeakyRelu Log LogSoftmax LpNormalization MeanVarianceNormalization Mish Neg PRelu RMSNormalization Reciprocal Relu Round ScatterElements ScatterND Scatter Selu Shrink Sigmoid Sign Sin Sinh Softmax Softplus Softsign Sqrt Swish Tan Tanh ThresholdedRelu Trilu";
const BROADCAST = "And Div Max Mean Min Mod Or Pow Sum Xor BitwiseAnd BitwiseOr BitwiseXor";
const COMPARISON = "Equal Greater GreaterOrEqual Less LessOrEqual";
const REDUCE =
  "ReduceL1 ReduceL2 ReduceLogSum ReduceLogSumExp ReduceMax ReduceMean ReduceMin ReduceProd ReduceSum ReduceSumSquare";

function all(names: string, rule: ShapeRule): [string, ShapeRule][] {
  return names.split(" ").map((name) => [name, rule]);
}

/** By operator type, standard domain. */
export const SHAPE_RULES: ReadonlyMap<string, ShapeRule> = new Map<string, ShapeRule>([
  ...SPATIAL_RULES,
  ...all(SAME, sameAsFirst),
  ...all(BROADCAST, broadcastAll),
  ...all(COMPARISON, comparison),
  ...all(REDUCE, reduce),
  ["Add", arithmetic((a, b) => a + b)],
  ["Sub", arithmetic((a, b) => a - b)],
  ["Mul", arithmetic((a, b) => a * b)],
  ["Identity", identity],
  ["Not", sameAsFirst],
  ["Cast", cast],
  ["CastLike", sameAsFirst],
  ["IsNaN", comparison],
  ["IsInf", comparison],
  ["ArgMax", argReduce],
  ["ArgMin", argReduce],
  ["MatMul", matMul],
  ["MatMulInteger", matMul],
  ["Gemm", gemm],
  ["Flatten", flatten],
  ["Reshape", reshape],
  ["Transpose", transpose],
  ["Concat", concat],
  ["Split", split],
  ["Slice", slice],
  ["Gather", gather],
  [
    "GatherElements",
    ({ inputs: [data, indices] }) => [{ shape: indices?.shape, dataType: data?.dataType }],
  ],
  ["Squeeze", squeeze],
  ["Unsqueeze", unsqueeze],
  ["Expand", expand],
  ["Tile", tile],
  ["Pad", pad],
  ["Shape", shapeOf],
  ["Size", () => [{ shape: [], dataType: INT64 }]],
  ["Constant", constant],
  ["ConstantOfShape", constantOfShape],
  ["Where", where],
  ["TopK", topK],
  ["NonZero", ({ inputs: [x] }) => [{ shape: [x?.shape?.length, undefined], dataType: INT64 }]],
  ["LSTM", recurrent],
  ["GRU", recurrent],
  ["RNN", recurrent],
  ["Einsum", einsum],
  ["SequenceLength", () => [{ shape: [], dataType: INT64 }]],
]);

/** NumPy's rules; a symbol yields to a size above one. */
function broadcast(shapes: readonly Shape[]): Shape {
  if (shapes.some((shape) => shape === undefined)) return undefined;
  const rank = Math.max(0, ...shapes.map((shape) => shape!.length));
  return Array.from({ length: rank }, (_, i) => {
    const dims = shapes.map((shape) => {
      const at = i - (rank - shape!.length);
      return at < 0 ? 1 : shape![at];
    });
    const sizes = dims.filter((dim) => typeof dim === "number" && dim !== 1);
    if (sizes.length > 0) return sizes[0];
    const symbols = dims.filter((dim) => dim !== 1);
    if (symbols.length === 0) return 1;
    return symbols.every((dim) => dim === symbols[0]) ? symbols[0] : undefined;
  });
}

function dropAxes(shape: readonly Dim[], axes: readonly number[], keep: boolean): Dim[] {
  const dropped = new Set(axes.map((axis) => normalizeAxis(axis, shape.length)));
  return keep
    ? shape.map((dim, i) => (dropped.has(i) ? 1 : dim))
    : shape.filter((_, i) => !dropped.has(i));
}

function normalizeAxis(axis: number, rank: number): number {
  return axis < 0 ? axis + rank : axis;
}

function product(dims: readonly Dim[]): Dim {
  const result = numElements(dims);
  return Number.isNaN(result) ? undefined : result;
}

function total(dims: readonly Dim[]): Dim {
  return dims.every((dim) => typeof dim === "number")
    ? (dims as number[]).reduce((a, b) => a + b, 0)
    : undefined;
}

function few(values: readonly number[]): readonly number[] | undefined {
  return values.length <= MAX_INLINE_ELEMENTS ? values : undefined;
}
