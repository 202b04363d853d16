// The canonical text of a graph, a tenth to a hundredth of the printed one: nodes in canonical order, one line
// each; names gone; inputs as distances (`@2` is the node two lines before; `@1` alone is left out); weights
// as their dims; small constants in place; attributes that say the default left out; repeated blocks folded.
//
//   onnx 17
//   in 1x3x32x32
//   Conv %0 16 k3 b
//   x5 [
//   Relu
//   ...
//   ]
//   out
//
// Equal graphs give equal text, whatever their names, the order of their nodes and how constants are stored.

import { isDefaultAttribute } from "./attribute-defaults.ts";
import { attributesOf } from "./attributes.ts";
import { foldRepeats } from "./fold.ts";
import { inferShapes, type ShapeTable, shapeOfTensor } from "./infer-shapes.ts";
import {
  type Attribute,
  type AttributeValue,
  dataTypeName,
  isFloatType,
  type OnnxGraph,
  type OnnxModel,
  type OnnxNode,
  type TensorHeader,
  type ValueInfo,
} from "./model.ts";
import { definedNames, type OrderedGraph, orderGraph } from "./order.ts";
import type { Invalid } from "./read.ts";
import { shorthand } from "./shorthand.ts";

export interface CompactOptions {
  readonly foldRepeats: boolean;
}

/** Integer constants up to this size are written out: shapes, axes, pads. */
const MAX_WRITTEN_INTEGERS = 16;
const MAX_WRITTEN_STRING = 64;

/** @throws what `invalid` makes, when a subgraph is malformed. */
export function compactText(
  model: OnnxModel,
  ordered: OrderedGraph,
  invalid: Invalid,
  options: CompactOptions = { foldRepeats: true },
): string {
  const opset = standardOpset(model);
  const others = model.opsets
    .filter(({ domain }) => domain !== "")
    .map(({ domain, version }) => `${written(domain)} ${version}`)
    .toSorted();
  const scope: Scope = { ordered, shapes: inferShapes(ordered, opset), opset, invalid, options };
  return [[`onnx ${opset}`, ...others].join(" "), ...graphLines(scope)].join("\n");
}

export function standardOpset({ opsets }: OnnxModel): number {
  return opsets.find(({ domain }) => domain === "")?.version ?? 1;
}

interface Scope {
  readonly ordered: OrderedGraph;
  readonly shapes: ShapeTable;
  readonly opset: number;
  readonly invalid: Invalid;
  readonly options: CompactOptions;
  /** The graph around this one: how it writes a value, seen from the node that holds this graph. */
  readonly outerToken?: (name: string) => string;
}

function graphLines(scope: Scope): string[] {
  const { graph, order, sourceOf } = scope.ordered;
  const weights = new Set(graph.initializers.map(({ name }) => name));
  const inputs = graph.inputs.filter(({ name }) => !weights.has(name)).map(inputLine);
  const lineOfNode = new Map<number, number>();
  const nodes = order.filter((index) => !isHidden(graph.nodes[index]!, scope.shapes));

  /** How the line `at` writes the value `name`. */
  const token = (name: string, at: number): string => {
    const source = sourceOf(name);
    if (source === undefined) return "_";
    if (source.kind === "input") return `%${source.index}`;
    if (source.kind === "weight") return tensorToken(source.tensor);
    if (source.kind === "outer") return `^${scope.outerToken!(name)}`;
    const node = graph.nodes[source.node]!;
    if (isPassThrough(node)) return token(node.inputs[0]!, at);
    const constant = constantToken(node, scope.shapes);
    if (constant !== undefined) return constant;
    const distance = at - lineOfNode.get(source.node)!;
    return source.output === 0 ? `@${distance}` : `@${distance}.${source.output}`;
  };

  const lines = nodes.map((index, at) => {
    lineOfNode.set(index, at);
    return nodeText(graph.nodes[index]!, scope, (name) => token(name, at));
  });
  const outputs = graph.outputs.map(({ name }) => token(name, nodes.length));
  return [
    ...inputs,
    ...(scope.options.foldRepeats ? foldRepeats(lines) : lines),
    ["out", ...withoutPrevious(outputs)].join(" "),
  ];
}

function nodeText(node: OnnxNode, scope: Scope, token: (name: string) => string): string {
  const op = node.domain === "" ? node.opType : `${written(node.domain)}.${node.opType}`;
  const operands = node.inputs.map(token);
  while (operands.at(-1) === "_") operands.pop();
  const short = shorthand(node, operands, scope.shapes.get(node.inputs[0] ?? "")?.shape);
  const attributes = node.attributes
    .filter((attribute) => !isGraph(attribute.value) && !short.said.has(attribute.name))
    .filter((attribute) => !isDefaultAttribute(node, attribute))
    .map(({ name, value }) => `${written(name)}=${attributeText(value)}`);
  const count = node.outputs.length > 1 ? [`#${node.outputs.length}`] : [];
  const head = [
    op,
    ...count,
    ...withoutPrevious(short.operands, BINARY.has(node.opType)),
    ...[...attributes, ...short.extra].toSorted(),
  ].join(" ");
  const graphs = node.attributes
    .flatMap(({ name, value }) => subgraphs(name, value))
    .map(({ name, graph }) => subgraphText(name, graph, scope, token));
  return [head, ...graphs].join("\n");
}

/** Operators of exactly two operands: `Add @7` can only be `Add @7 @1`. */
const BINARY = new Set(["Add", "Sub", "Mul", "Div", "MatMul", "Pow"]);

/**
 * Leaves `@1` out where it leads and is the only reference, and where it is the second operand of two. Operands
 * without any reference start with a dot, so that they cannot be mistaken.
 */
function withoutPrevious(operands: readonly string[], isBinary = false): string[] {
  const isReference = (token: string): boolean => /^[@%^]/.test(token);
  const rest = operands.slice(1);
  if (!operands.some(isReference)) return [".", ...operands];
  if (operands[0] === "@1" && !rest.some(isReference)) return rest;
  const isSecond =
    isBinary && operands.length === 2 && operands[1] === "@1" && isReference(operands[0]!);
  return isSecond ? operands.slice(0, 1) : [...operands];
}

/** Nodes that other lines write in place. */
function isHidden(node: OnnxNode, shapes: ShapeTable): boolean {
  return isPassThrough(node) || constantToken(node, shapes) !== undefined;
}

function isPassThrough(node: OnnxNode): boolean {
  return (
    node.domain === "" &&
    node.opType === "Identity" &&
    node.inputs[0] !== undefined &&
    node.inputs[0] !== ""
  );
}

/** Constants are weights, however they are stored; undefined for every other node. */
function constantToken(node: OnnxNode, shapes: ShapeTable): string | undefined {
  if (node.domain !== "" || node.outputs.length !== 1) return undefined;
  if (node.opType === "Constant") {
    const tensor = attributesOf(node).tensor("value");
    if (tensor !== undefined) return tensorToken(tensor);
    const known = shapes.get(node.outputs[0]!);
    const value = node.attributes[0]?.value;
    return known?.shape === undefined || value === undefined
      ? undefined
      : `=${attributeText(value)}`;
  }
  if (node.opType !== "ConstantOfShape") return undefined;
  const known = shapes.get(node.outputs[0]!);
  const dims = known?.shape;
  if (dims === undefined || dims.some((dim) => typeof dim !== "number")) return undefined;
  return dimsToken(dims as readonly number[], known?.dataType ?? 1);
}

function tensorToken(tensor: TensorHeader): string {
  const { dims, dataType } = tensor;
  const { values } = shapeOfTensor(tensor);
  if (isFloatType(dataType)) {
    return dims.length === 0 && values?.[0] !== undefined
      ? `=${shortFloat(values[0])}`
      : dimsToken(dims, dataType);
  }
  if (values !== undefined && values.length <= MAX_WRITTEN_INTEGERS) {
    return dims.length === 0 ? `=${values[0]}` : `[${values.join(",")}]`;
  }
  return dimsToken(dims, dataType);
}

function dimsToken(dims: readonly number[], dataType: number): string {
  const text = dims.length === 0 ? "scalar" : dims.join("x");
  return isFloatType(dataType) ? text : `${dataTypeName(dataType).toLowerCase()}:${text}`;
}

function inputLine({ type }: ValueInfo): string {
  if (type === undefined) return "in ?";
  if (type.kind !== "tensor") return `in ${type.kind}`;
  const element = type.elementType === 1 ? [] : [dataTypeName(type.elementType).toLowerCase()];
  const dims = type.shape?.map((dim) => (typeof dim === "number" ? dim : "?"));
  const shape = dims === undefined ? "?" : dims.length === 0 ? "scalar" : dims.join("x");
  return ["in", ...element, shape].join(" ");
}

function attributeText(value: AttributeValue): string {
  switch (value.kind) {
    case "float":
      return shortFloat(value.value);
    case "int":
      return String(value.value);
    case "string":
      return written(value.value);
    case "tensor":
      return tensorToken(value.value);
    case "floats":
      return tuple(value.value.map(shortFloat));
    case "ints":
      return tuple(value.value.map(String));
    case "strings":
      return tuple(value.value.map(written));
    case "graph":
    case "graphs":
    case "tensors":
    case "other":
    case "empty":
      return "?";
    default:
      return value satisfies never;
  }
}

/** `1,1,1,1` is `1`: equal values are written once, a list of one as a list. */
function tuple(values: readonly string[]): string {
  if (values.length === 1) return `[${values[0]}]`;
  return values.length > 0 && values.every((value) => value === values[0])
    ? values[0]!
    : `[${values.join(",")}]`;
}

/** The shortest decimal that reads back as the same float32. */
function shortFloat(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  for (let digits = 1; digits <= 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === Math.fround(value)) return String(short);
  }
  return String(value);
}

/** Text from outside: plain where it is an identifier, else quoted and cut. */
function written(text: string): string {
  if (/^[\w.-]{1,64}$/.test(text)) return text;
  return JSON.stringify(
    text.length > MAX_WRITTEN_STRING ? `${text.slice(0, MAX_WRITTEN_STRING)}...` : text,
  );
}

function isGraph(value: Attribute["value"]): boolean {
  return value.kind === "graph" || value.kind === "graphs";
}

function subgraphs(name: string, value: AttributeValue): { name: string; graph: OnnxGraph }[] {
  if (value.kind === "graph") return [{ name, graph: value.value }];
  return value.kind === "graphs" ? value.value.map((graph) => ({ name, graph })) : [];
}

function subgraphText(
  name: string,
  graph: OnnxGraph,
  scope: Scope,
  outerToken: (name: string) => string,
): string {
  const { opset, invalid, options, shapes } = scope;
  const ordered = orderGraph(
    graph,
    invalid,
    new Set([...shapes.keys(), ...definedNames(scope.ordered.graph)]),
  );
  const inner: Scope = {
    ordered,
    shapes: inferShapes(ordered, opset, shapes),
    opset,
    invalid,
    options,
    outerToken,
  };
  return [`${written(name)} {`, ...graphLines(inner).map((line) => `  ${line}`), "}"].join("\n");
}
