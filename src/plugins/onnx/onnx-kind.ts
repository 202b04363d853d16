// The kind `onnx`: graphs of neural networks. Weights never enter the text; external data is never opened.

import { defineKind, type KindContext, type KindPlugin, PLUGIN_API_VERSION } from "../kind.ts";
import { compactText, standardOpset } from "./compact.ts";
import { onnxFeatures } from "./features.ts";
import type { OnnxModel } from "./model.ts";
import { type OrderedGraph, orderGraph } from "./order.ts";
import { printableGraph } from "./printable.ts";
import { readOnnx } from "./read.ts";

export interface OnnxKindOptions {
  /** `compact`: canonical and short. `printable`: as the published graph corpora are written. */
  readonly format: "compact" | "printable";
  /** Whether repeated blocks of the compact text are written once. */
  readonly foldRepeats?: boolean;
}

export interface ParsedOnnx {
  readonly model: OnnxModel;
  readonly ordered: OrderedGraph;
}

const MB = 1024 * 1024;

/** ONNX files of up to 512 MB, 100,000 nodes and graphs 32 deep. */
export function onnxKind(options: OnnxKindOptions = { format: "compact" }): KindPlugin<ParsedOnnx> {
  return defineKind<ParsedOnnx>({
    name: "auspex/onnx",
    version: "1.0.0",
    apiVersion: PLUGIN_API_VERSION,
    serialiserVersion: 1,
    kind: "onnx",
    match: {
      extensions: [".onnx"],
      magic: looksLikeOnnx,
    },
    limits: { maxBytes: 512 * MB, maxTextChars: 4 * MB, timeoutMs: 10_000 },
    parse: ({ bytes }, context) => parseOnnx(bytes, context),
    serialise: (parsed, context) => ({
      text:
        options.format === "printable"
          ? printableGraph(parsed.model.graph)
          : compactText(parsed.model, parsed.ordered, context.invalid, {
              foldRepeats: options.foldRepeats ?? true,
            }),
      // The same in both formats: names and order do not count.
      identity: compactText(parsed.model, parsed.ordered, context.invalid),
    }),
    features: ({ model, ordered }) => onnxFeatures(ordered, standardOpset(model)),
  });
}

function parseOnnx(bytes: Uint8Array, context: KindContext): ParsedOnnx {
  const model = readOnnx(bytes, context.invalid);
  if (model.graph.outputs.length === 0) {
    throw context.invalid({ code: "ONNX_NO_OUTPUT", message: "the graph has no output" });
  }
  const ordered = orderGraph(model.graph, context.invalid);
  if (ordered.numDead > 0) context.warn(`${ordered.numDead} nodes have no influence on an output`);
  if (model.functions.length > 0) {
    context.warn(
      `functions of the file itself are named, not looked into: ${model.functions.length}`,
    );
  }
  if (model.graph.initializers.some(({ external }) => external)) {
    context.warn("weights in other files are not opened");
  }
  return { model, ordered };
}

/** Field 1 is the IR version, a small number; what follows is another field of a model. */
function looksLikeOnnx(head: Uint8Array): number {
  const [tag, version, next] = head;
  if (tag !== 0x08 || version === undefined || version < 1 || version > 30 || next === undefined)
    return 0;
  const field = next >> 3;
  return (field >= 2 && field <= 8) || field === 14 || field === 20 ? 0.9 : 0;
}
