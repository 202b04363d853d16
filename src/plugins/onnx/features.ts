// Cheap numbers that say much about a network's cost: parameters, floating point operations, depth.

import { attributesOf } from "./attributes.ts";
import { inferShapes, type ShapeTable } from "./infer-shapes.ts";
import { isFloatType, numElements, type OnnxNode } from "./model.ts";
import type { OrderedGraph } from "./order.ts";

export interface OnnxFeatures {
  readonly [name: string]: number;
  /** Elements of all floating-point weights. */
  readonly parameters: number;
  /** Two for each multiply-add, one for each other output element; values of unknown shape count nothing. */
  readonly flops: number;
  /** Elements of all values between the nodes. */
  readonly activations: number;
  /** Nodes on the longest path from an input to an output. */
  readonly depth: number;
  readonly nodes: number;
  /** Nodes whose output's shape could not be told. */
  readonly unknownShapes: number;
}

/** Nodes that move data without computing. */
const FREE = new Set(
  "Constant ConstantOfShape Identity Reshape Flatten Transpose Concat Split Slice Gather Squeeze Unsqueeze Expand Tile Pad Shape Size Cast Dropout SequenceConstruct SequenceAt SequenceEmpty SequenceInsert DepthToSpace SpaceToDepth".split(
    " ",
  ),
);

export function onnxFeatures(ordered: OrderedGraph, opset: number): OnnxFeatures {
  const { graph, order, sourceOf } = ordered;
  const shapes = inferShapes(ordered, opset);
  let parameters = 0;
  for (const { dataType, dims } of graph.initializers) {
    if (isFloatType(dataType)) parameters += numElements(dims);
  }
  let flops = 0;
  let activations = 0;
  let unknownShapes = 0;
  const depthOf = new Map<number, number>();
  for (const index of order) {
    const node = graph.nodes[index]!;
    const output = shapes.get(node.outputs[0] ?? "");
    const size = numElements(output?.shape);
    if (Number.isNaN(size)) unknownShapes += 1;
    else if (isConstant(node)) {
      if (isFloatType(output?.dataType ?? 0)) parameters += size;
    } else {
      activations += size;
      flops += flopsOf(node, shapes, size);
    }
    const below = node.inputs.map((name) => {
      const source = sourceOf(name);
      return source?.kind === "node" ? (depthOf.get(source.node) ?? 0) : 0;
    });
    depthOf.set(index, Math.max(0, ...below) + (isConstant(node) ? 0 : 1));
  }
  const depth = [...depthOf.values()].reduce((a, b) => Math.max(a, b), 0);
  return { parameters, flops, activations, depth, nodes: order.length, unknownShapes };
}

function isConstant({ domain, opType }: OnnxNode): boolean {
  return domain === "" && (opType === "Constant" || opType === "ConstantOfShape");
}

function flopsOf(node: OnnxNode, shapes: ShapeTable, size: number): number {
  const dims = (input: number) => shapes.get(node.inputs[input] ?? "")?.shape;
  const product = (values: readonly unknown[] | undefined): number =>
    (values ?? [Number.NaN]).reduce<number>(
      (a, b) => a * (typeof b === "number" ? b : Number.NaN),
      1,
    );
  const known = (value: number): number => (Number.isNaN(value) ? 0 : value);
  switch (node.opType) {
    case "Conv":
    case "ConvInteger":
      return known(2 * size * product(dims(1)?.slice(1)));
    case "ConvTranspose":
      return known(2 * numElements(dims(0)) * product(dims(1)?.slice(1)));
    case "Gemm": {
      const inner = dims(0)?.[attributesOf(node).int("transA") === 1 ? 0 : 1];
      return known(2 * size * product([inner]));
    }
    case "MatMul":
    case "MatMulInteger":
      return known(2 * size * product([dims(0)?.at(-1)]));
    case "MaxPool":
    case "AveragePool":
    case "LpPool":
      return known(size * product(attributesOf(node).ints("kernel_shape")));
    case "GlobalAveragePool":
    case "GlobalMaxPool":
      return known(numElements(dims(0)));
    case "BatchNormalization":
      return 2 * size;
    default:
      return FREE.has(node.opType) ? 0 : size;
  }
}
