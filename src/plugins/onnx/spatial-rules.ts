// Shapes of convolutions, pooling and resizing: [batch, channels, space...].

import type { Attributes } from "./attributes.ts";
import type { Dim } from "./model.ts";
import type { ShapeRule } from "./shape-rule.ts";

interface Window {
  readonly kernel: readonly Dim[];
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  /** All starts, then all ends. */
  readonly pads: readonly number[];
  readonly autoPad: string;
}

function windowOf(attributes: Attributes, kernel: readonly Dim[]): Window {
  const ones = kernel.map(() => 1);
  return {
    kernel,
    strides: attributes.ints("strides") ?? ones,
    dilations: attributes.ints("dilations") ?? ones,
    pads: attributes.ints("pads") ?? [...ones, ...ones].map(() => 0),
    autoPad: attributes.string("auto_pad") ?? "NOTSET",
  };
}

/** How many places a window has along each axis. */
function places(space: readonly Dim[], window: Window, ceil: boolean): Dim[] {
  const { kernel, strides, dilations, pads, autoPad } = window;
  return space.map((dim, i) => {
    const size = kernel[i];
    const stride = strides[i] ?? 1;
    if (typeof dim !== "number" || typeof size !== "number" || stride < 1) return undefined;
    if (autoPad.startsWith("SAME")) return Math.ceil(dim / stride);
    const padding = autoPad === "VALID" ? 0 : (pads[i] ?? 0) + (pads[i + space.length] ?? 0);
    const covered = (dilations[i] ?? 1) * (size - 1) + 1;
    const steps = (dim + padding - covered) / stride;
    const count = (ceil ? Math.ceil(steps) : Math.floor(steps)) + 1;
    // In ceil mode a window must still start inside the input or its padding before it.
    return ceil && (count - 1) * stride >= dim + (pads[i] ?? 0) ? count - 1 : count;
  });
}

const conv: ShapeRule = ({ inputs: [x, weights], attributes }) => {
  if (x?.shape === undefined || x.shape.length < 3) return [];
  const kernel = attributes.ints("kernel_shape") ?? weights?.shape?.slice(2);
  if (kernel === undefined) return [];
  const space = places(x.shape.slice(2), windowOf(attributes, kernel), false);
  return [{ shape: [x.shape[0], weights?.shape?.[0], ...space], dataType: x.dataType }];
};

const convTranspose: ShapeRule = ({ inputs: [x, weights], attributes }) => {
  if (x?.shape === undefined || x.shape.length < 3) return [];
  const kernel = attributes.ints("kernel_shape") ?? weights?.shape?.slice(2);
  if (kernel === undefined) return [];
  const { strides, dilations, pads, autoPad } = windowOf(attributes, kernel);
  const extra = attributes.ints("output_padding") ?? [];
  const given = attributes.ints("output_shape");
  const input = x.shape.slice(2);
  const space = input.map((dim, i) => {
    if (given !== undefined) return given.at(i - input.length);
    const size = kernel[i];
    const stride = strides[i] ?? 1;
    if (typeof dim !== "number" || typeof size !== "number") return undefined;
    if (autoPad.startsWith("SAME")) return dim * stride;
    const padding = (pads[i] ?? 0) + (pads[i + input.length] ?? 0);
    return stride * (dim - 1) + (extra[i] ?? 0) + (size - 1) * (dilations[i] ?? 1) + 1 - padding;
  });
  const perGroup = weights?.shape?.[1];
  const channels =
    typeof perGroup === "number" ? perGroup * (attributes.int("group") ?? 1) : undefined;
  return [{ shape: [x.shape[0], channels, ...space], dataType: x.dataType }];
};

const pool: ShapeRule = ({ inputs: [x], attributes }) => {
  const kernel = attributes.ints("kernel_shape");
  if (x?.shape === undefined || x.shape.length < 3 || kernel === undefined) return [];
  const ceil = attributes.int("ceil_mode") === 1;
  const space = places(x.shape.slice(2), windowOf(attributes, kernel), ceil);
  const shape = [x.shape[0], x.shape[1], ...space];
  return [
    { shape, dataType: x.dataType },
    { shape, dataType: 7 },
  ];
};

const globalPool: ShapeRule = ({ inputs: [x] }) =>
  x?.shape === undefined
    ? []
    : [{ shape: x.shape.map((dim, i) => (i < 2 ? dim : 1)), dataType: x.dataType }];

const resize: ShapeRule = ({ inputs, attributes, opset }) => {
  const x = inputs[0];
  if (x?.shape === undefined) return [];
  const { shape } = x;
  const sizes = inputs[3]?.values;
  const scales = attributes.floats("scales") ?? inputs[opset >= 11 ? 2 : 1]?.values;
  const axes = attributes.ints("axes") ?? shape.map((_, i) => i);
  const result = [...shape];
  axes.forEach((axis, i) => {
    const dim = shape[axis];
    const scale = scales?.[i];
    result[axis] =
      sizes !== undefined && sizes.length > 0
        ? sizes[i]
        : typeof dim === "number" && scale !== undefined
          ? Math.floor(dim * scale)
          : undefined;
  });
  return [{ shape: result, dataType: x.dataType }];
};

/** DepthToSpace moves channels into space by `blocksize` squared; SpaceToDepth is its inverse. */
const shuffle =
  (toSpace: boolean): ShapeRule =>
  ({ inputs: [x], attributes }) => {
    const block = attributes.int("blocksize");
    if (x?.shape?.length !== 4 || block === undefined || block < 1) return [];
    const [batch, channels, height, width] = x.shape;
    const scaled = (dim: Dim, by: number): Dim => (typeof dim === "number" ? dim * by : undefined);
    const grow = toSpace ? block : 1 / block;
    const shape = [
      batch,
      scaled(channels, 1 / grow ** 2),
      scaled(height, grow),
      scaled(width, grow),
    ];
    return [{ shape, dataType: x.dataType }];
  };

export const SPATIAL_RULES: ReadonlyMap<string, ShapeRule> = new Map<string, ShapeRule>([
  ["Conv", conv],
  ["ConvInteger", conv],
  ["ConvTranspose", convTranspose],
  ["AveragePool", pool],
  ["MaxPool", pool],
  ["LpPool", pool],
  ["GlobalAveragePool", globalPool],
  ["GlobalMaxPool", globalPool],
  ["GlobalLpPool", globalPool],
  ["Resize", resize],
  ["Upsample", resize],
  ["DepthToSpace", shuffle(true)],
  ["SpaceToDepth", shuffle(false)],
]);
