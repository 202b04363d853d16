// Who makes which value, and the canonical order of the nodes: depth first from the outputs, inputs in their
// order. It depends on the graph alone, neither on names nor on the order in the file, and keeps chains
// together, so that equal blocks read equally wherever they stand.

import type { OnnxGraph, OnnxNode, TensorHeader } from "./model.ts";
import type { Invalid } from "./read.ts";

export type Source =
  | { readonly kind: "node"; readonly node: number; readonly output: number }
  | { readonly kind: "input"; readonly index: number }
  | { readonly kind: "weight"; readonly tensor: TensorHeader }
  /** Made by a graph around this one. */
  | { readonly kind: "outer"; readonly name: string };

export interface OrderedGraph {
  readonly graph: OnnxGraph;
  /** Indices of the nodes that outputs depend on; each after what it needs. */
  readonly order: readonly number[];
  /** Nodes that no output depends on. */
  readonly numDead: number;
  /** Where a value comes from; undefined for the empty name of an input that is left out. */
  readonly sourceOf: (name: string) => Source | undefined;
}

/**
 * @param outer Names that the graphs around this one define.
 * @throws what `invalid` makes: ONNX_DUPLICATE_OUTPUT, ONNX_UNDEFINED_INPUT, ONNX_CYCLE.
 */
export function orderGraph(
  graph: OnnxGraph,
  invalid: Invalid,
  outer: ReadonlySet<string> = new Set(),
): OrderedGraph {
  const sources = new Map<string, Source>();
  const define = (name: string, source: Source): void => {
    const known = sources.get(name);
    if (known !== undefined) {
      throw invalid({
        code: "ONNX_DUPLICATE_OUTPUT",
        message: `two values have the same name ${quote(name)}`,
        hint: "every value of a graph needs a name of its own",
      });
    }
    sources.set(name, source);
  };
  // Up to IR version 3 weights are inputs with an initializer of the same name.
  for (const tensor of graph.initializers) define(tensor.name, { kind: "weight", tensor });
  graph.inputs
    .filter(({ name }) => !sources.has(name))
    .forEach(({ name }, index) => define(name, { kind: "input", index }));
  graph.nodes.forEach((node, index) => {
    node.outputs.forEach((name, output) => {
      if (name !== "") define(name, { kind: "node", node: index, output });
    });
  });

  const sourceOf = (name: string): Source | undefined => {
    if (name === "") return undefined;
    const source = sources.get(name);
    if (source !== undefined) return source;
    if (outer.has(name)) return { kind: "outer", name };
    throw invalid({
      code: "ONNX_UNDEFINED_INPUT",
      message: `nothing makes the value ${quote(name)}`,
      hint: "is the graph cut out of a larger one?",
    });
  };
  const nodesNeededBy = graph.nodes.map((node) => neededNodes(node, sourceOf, sources));
  const walk = new DepthFirst(nodesNeededBy, () =>
    invalid({ code: "ONNX_CYCLE", message: "a value depends on itself" }),
  );
  for (const { name } of graph.outputs) {
    const source = sourceOf(name);
    if (source?.kind === "node") walk.from(source.node);
  }
  const numLive = walk.order.length;
  graph.nodes.forEach((_, index) => walk.from(index));
  return {
    graph,
    order: walk.order.slice(0, numLive),
    numDead: graph.nodes.length - numLive,
    sourceOf,
  };
}

/** Names that a node's subgraphs use and do not define. */
function capturedNames(node: OnnxNode): string[] {
  return node.attributes.flatMap(({ value }) =>
    value.kind === "graph"
      ? freeNames(value.value)
      : value.kind === "graphs"
        ? value.value.flatMap(freeNames)
        : [],
  );
}

/** Every name that is defined in a graph: what its subgraphs see. */
export function definedNames(graph: OnnxGraph): string[] {
  return [
    ...graph.inputs.map(({ name }) => name),
    ...graph.initializers.map(({ name }) => name),
    ...graph.nodes.flatMap(({ outputs }) => outputs),
  ].filter((name) => name !== "");
}

function freeNames(graph: OnnxGraph): string[] {
  const defined = new Set(definedNames(graph));
  const used = [
    ...graph.nodes.flatMap((node) => [...node.inputs, ...capturedNames(node)]),
    ...graph.outputs.map(({ name }) => name),
  ];
  return [...new Set(used)].filter((name) => name !== "" && !defined.has(name));
}

function neededNodes(
  node: OnnxNode,
  sourceOf: (name: string) => Source | undefined,
  sources: ReadonlyMap<string, Source>,
): number[] {
  const direct = node.inputs.map(sourceOf);
  const captured = capturedNames(node).map((name) => sources.get(name));
  return [...direct, ...captured].flatMap((source) =>
    source?.kind === "node" ? [source.node] : [],
  );
}

const NEW = 0;
const OPEN = 1;
const DONE = 2;

/** Post-order, without recursion: a chain may be 100,000 long. */
class DepthFirst {
  readonly order: number[] = [];
  readonly #needed: readonly (readonly number[])[];
  readonly #state: Uint8Array;
  readonly #cycle: () => Error;

  constructor(needed: readonly (readonly number[])[], cycle: () => Error) {
    this.#needed = needed;
    this.#state = new Uint8Array(needed.length);
    this.#cycle = cycle;
  }

  from(root: number): void {
    if (this.#state[root] !== NEW) return;
    const stack = [{ node: root, next: 0 }];
    this.#state[root] = OPEN;
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const needed = this.#needed[top.node]![top.next++];
      if (needed === undefined) {
        this.#state[top.node] = DONE;
        this.order.push(top.node);
        stack.pop();
      } else if (this.#state[needed] === OPEN) {
        throw this.#cycle();
      } else if (this.#state[needed] === NEW) {
        this.#state[needed] = OPEN;
        stack.push({ node: needed, next: 0 });
      }
    }
  }
}

/** Names come from outside: short, and without control characters. */
function quote(name: string): string {
  return JSON.stringify(name.length > 60 ? `${name.slice(0, 60)}...` : name);
}
