// An ONNX file in one call, from a buffer or from a window over a file: what `auspex onnx` prints.

import type { ByteSource } from "../../core/index.ts";
import { CandidateError } from "../kind.ts";
import { compactText, standardOpset } from "./compact.ts";
import { type OnnxFeatures, onnxFeatures } from "./features.ts";
import { orderGraph } from "./order.ts";
import { printableGraph } from "./printable.ts";
import { readOnnx } from "./read.ts";

export type OnnxFormat = "printable" | "compact" | "features";

/**
 * The text in one of the two layouts, or the features. Reads the graph, never the weights.
 *
 * @throws {CandidateError} when the file is no model.
 */
export function describeOnnx(
  source: ByteSource | Uint8Array,
  format: OnnxFormat,
): string | OnnxFeatures {
  const invalid = (details: ConstructorParameters<typeof CandidateError>[0]): CandidateError =>
    new CandidateError(details);
  const model = readOnnx(source, invalid);
  if (format === "printable") return printableGraph(model.graph);
  const ordered = orderGraph(model.graph, invalid);
  return format === "compact"
    ? compactText(model, ordered, invalid)
    : onnxFeatures(ordered, standardOpset(model));
}
