// Shorter spellings of the operators that networks are made of. Each leaves out only what follows from the rest
// of the line and from the shape of the input:
//
//   Conv k3               3x3, as many channels out as in, padded by half the kernel
//   Conv 64 k3 b pads=0   64 channels out, with bias, not padded
//   MaxPool k2 strides=2  kernel 2x2, padded by half the kernel (which is 0)
//   Gemm 10 b             10 features out, whichever way the matrix is stored
//   MatMul x64            64 features out

import { type Attributes, attributesOf } from "./attributes.ts";
import type { OnnxNode, Shape } from "./model.ts";

export interface Shorthand {
  readonly operands: readonly string[];
  /** Attributes that the operands say, or that are left out. */
  readonly said: ReadonlySet<string>;
  /** Attributes written in another way. */
  readonly extra: readonly string[];
}

/**
 * @param operands As they would be written in full.
 * @param input Shape of the first operand.
 */
export function shorthand(node: OnnxNode, operands: readonly string[], input: Shape): Shorthand {
  const attributes = attributesOf(node);
  switch (node.domain === "" ? node.opType : "") {
    case "Conv":
      return conv(operands, attributes, input);
    case "MaxPool":
    case "AveragePool":
    case "LpPool":
      return pool(operands, attributes);
    case "Gemm":
      return gemm(operands, attributes, input);
    case "MatMul":
      return matMul(operands, input);
    case "BatchNormalization":
      return asWritten(operands.slice(1).every(isVector) ? operands.slice(0, 1) : operands);
    case "ConvTranspose":
      return asWritten(operands.map((token, i) => (i === 2 && isVector(token) ? "b" : token)));
    default:
      return asWritten(operands);
  }
}

function asWritten(operands: readonly string[]): Shorthand {
  return { operands, said: new Set(), extra: [] };
}

function conv(operands: readonly string[], attributes: Attributes, input: Shape): Shorthand {
  const [x, weights, bias] = operands;
  const dims = dimsOf(weights);
  const kernel = dims?.slice(2);
  const group = attributes.int("group") ?? 1;
  const channels = input?.[1];
  if (dims === undefined || kernel === undefined || kernel.length === 0) return asWritten(operands);
  const given = attributes.ints("kernel_shape");
  if (given !== undefined && given.join() !== kernel.join()) return asWritten(operands);
  const follows = channels === dims[1]! * group;
  const weightTokens = follows
    ? [...(dims[0] === channels ? [] : [String(dims[0])]), kernelToken(kernel)]
    : [weights!];
  const padding = paddingOf(kernel, attributes);
  return {
    operands: [x!, ...weightTokens, ...(bias === undefined ? [] : [isVector(bias) ? "b" : bias])],
    said: new Set(["kernel_shape", ...padding.said]),
    extra: padding.extra,
  };
}

function pool(operands: readonly string[], attributes: Attributes): Shorthand {
  const kernel = attributes.ints("kernel_shape");
  if (kernel === undefined) return asWritten(operands);
  const padding = paddingOf(kernel, attributes);
  return {
    operands: [...operands, kernelToken(kernel)],
    said: new Set(["kernel_shape", ...padding.said]),
    extra: padding.extra,
  };
}

/** Half the kernel on every side goes without saying. */
function paddingOf(
  kernel: readonly number[],
  attributes: Attributes,
): { said: readonly string[]; extra: readonly string[] } {
  const automatic = attributes.string("auto_pad") ?? "NOTSET";
  if (automatic !== "NOTSET") return { said: [], extra: [] };
  const half = kernel.map((size, i) => ((attributes.ints("dilations")?.[i] ?? 1) * (size - 1)) / 2);
  const expected = [...half, ...half].map(Math.floor);
  const pads = attributes.ints("pads") ?? expected.map(() => 0);
  if (pads.join() === expected.join()) return { said: ["pads"], extra: [] };
  return pads.every((each) => each === 0)
    ? { said: ["pads"], extra: ["pads=0"] }
    : { said: [], extra: [] };
}

function gemm(operands: readonly string[], attributes: Attributes, input: Shape): Shorthand {
  const [x, weights, bias] = operands;
  const dims = dimsOf(weights);
  const transposed = attributes.int("transB") === 1;
  const [outputs, inputs] = transposed ? (dims ?? []) : [dims?.[1], dims?.[0]];
  const features = input?.[attributes.int("transA") === 1 ? 0 : 1];
  const biasTokens = bias === undefined ? [] : [isVector(bias) ? "b" : bias];
  if (dims?.length !== 2 || features === undefined || inputs !== features) {
    return asWritten(weights === undefined ? operands : [x!, weights, ...biasTokens]);
  }
  return { operands: [x!, String(outputs), ...biasTokens], said: new Set(["transB"]), extra: [] };
}

function matMul(operands: readonly string[], input: Shape): Shorthand {
  const dims = dimsOf(operands[1]);
  const features = input?.at(-1);
  return dims?.length === 2 && dims[0] === features
    ? asWritten([operands[0]!, `x${dims[1]}`])
    : asWritten(operands);
}

/** `k3` for 3x3 (and 3, and 3x3x3: the input's rank tells), `k3x5` where sides differ. */
function kernelToken(kernel: readonly number[]): string {
  return kernel.every((size) => size === kernel[0]) ? `k${kernel[0]}` : `k${kernel.join("x")}`;
}

function dimsOf(token: string | undefined): readonly number[] | undefined {
  return token !== undefined && /^\d+(x\d+)+$/.test(token)
    ? token.split("x").map(Number)
    : undefined;
}

function isVector(token: string): boolean {
  return /^\d+$/.test(token);
}
