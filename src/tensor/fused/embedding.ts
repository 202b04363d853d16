// Table lookup and its gradient, a scatter-add. Shape letters: V table rows, N tokens, D width.

import {
  gather,
  getBackend,
  tensor1d,
  tensor2d,
  tidy,
  unsortedSegmentSum,
  type Tensor2D,
} from "@tensorflow/tfjs-core";
import { InputError } from "../../core/index.ts";
import { scatterAddRows } from "../flat/index.ts";
import { expectShape } from "../shape.ts";
import { hasKernel, runFused } from "./registry.ts";
import { withGradient } from "./with-gradient.ts";

export const EMBEDDING = "AuspexEmbedding";

/**
 * Row `ids[n]` of the table for each token.
 *
 * @returns `[N, D]`. The caller disposes it. The gradient of the table is dense, `[V, D]`.
 * @throws {InputError} when an id is outside the table.
 */
export function embedding(table_VD: Tensor2D, ids: Int32Array): Tensor2D {
  expectShape("embedding: table", table_VD.shape, ["V", "D"]);
  const V = table_VD.shape[0];
  for (const id of ids) {
    if (!(id >= 0 && id < V)) throw new InputError(`embedding: id ${id} is outside 0..${V - 1}`);
  }
  if (hasKernel(EMBEDDING)) return runFused(EMBEDDING, { table: table_VD }, { ids, numRows: V });
  return tidy(() => composeEmbedding(table_VD, ids));
}

/** `embedding` in plain operations; the scatter-add is ours where the engine reads its tensors at once. */
function composeEmbedding(table_VD: Tensor2D, ids: Int32Array): Tensor2D {
  const [V, D] = table_VD.shape;
  return withGradient(
    table_VD,
    (table) => (ids.length === 0 ? tensor2d([], [0, D]) : gather(table, tensor1d(ids, "int32"))),
    (dy) => scatterAdd(dy, ids, V),
  );
}

// wasm has no UnsortedSegmentSum, and that of the cpu engine passes over all of dy once for each table row.
const SCATTER_ON_HOST = new Set(["cpu", "wasm", "native"]);

function scatterAdd(dy_ND: Tensor2D, ids: Int32Array, V: number): Tensor2D {
  const D = dy_ND.shape[1];
  const backend = getBackend();
  if (SCATTER_ON_HOST.has(backend) || ids.length === 0) {
    const out = new Float32Array(V * D);
    if (ids.length > 0) scatterAddRows(out, dy_ND.dataSync<"float32">(), ids, D);
    return tensor2d(out, [V, D]);
  }
  return unsortedSegmentSum(dy_ND, tensor1d(ids, "int32"), V);
}
