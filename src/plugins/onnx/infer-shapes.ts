// Shapes of all values, from the inputs' and weights' dims. "Unknown" is a legal answer, a wrong one is not.

import { attributesOf } from "./attributes.ts";
import type { Shape, TensorHeader } from "./model.ts";
import type { OrderedGraph } from "./order.ts";
import { MAX_INLINE_ELEMENTS } from "./read-tensor.ts";
import { UNKNOWN, type ValueShape } from "./shape-rule.ts";
import { SHAPE_RULES } from "./shape-rules.ts";

/** By name; values that nothing is known about are there with an undefined shape. */
export type ShapeTable = ReadonlyMap<string, ValueShape>;

/**
 * @param outer What is known of the values of the graphs around this one.
 */
export function inferShapes(
  { graph, order }: OrderedGraph,
  opset: number,
  outer: ShapeTable = new Map(),
): ShapeTable {
  const table = new Map<string, ValueShape>(outer);
  const declared = new Map(
    [...graph.valueInfos, ...graph.outputs].map(({ name, type }) => [name, type]),
  );
  for (const { name, type } of graph.inputs) {
    table.set(
      name,
      type?.kind === "tensor" ? { shape: type.shape, dataType: type.elementType } : UNKNOWN,
    );
  }
  for (const tensor of graph.initializers) table.set(tensor.name, shapeOfTensor(tensor));
  for (const index of order) {
    const node = graph.nodes[index]!;
    const rule = node.domain === "" ? SHAPE_RULES.get(node.opType) : undefined;
    const results =
      rule?.({
        inputs: node.inputs.map((name) => (name === "" ? undefined : (table.get(name) ?? UNKNOWN))),
        numOutputs: node.outputs.length,
        attributes: attributesOf(node),
        opset,
      }) ?? [];
    node.outputs.forEach((name, i) => {
      const type = declared.get(name);
      const inferred = results[i] ?? UNKNOWN;
      table.set(
        name,
        type?.kind === "tensor" ? refine(inferred, type.shape, type.elementType) : inferred,
      );
    });
  }
  return table;
}

export function shapeOfTensor({ dims, dataType, values }: TensorHeader): ValueShape {
  const numbers = values?.map(Number);
  return {
    shape: dims,
    dataType,
    values:
      numbers !== undefined &&
      numbers.length <= MAX_INLINE_ELEMENTS &&
      numbers.every(Number.isFinite)
        ? numbers
        : undefined,
  };
}

/** Inferred dims hold; the file's own declaration fills what is unknown. */
function refine(inferred: ValueShape, declared: Shape, dataType: number): ValueShape {
  const { shape, values } = inferred;
  if (shape === undefined || declared === undefined || shape.length !== declared.length) {
    return { shape: shape ?? declared, dataType: inferred.dataType ?? dataType, values };
  }
  return {
    shape: shape.map((dim, i) => (typeof dim === "number" ? dim : (declared[i] ?? dim))),
    dataType: inferred.dataType ?? dataType,
    values,
  };
}
