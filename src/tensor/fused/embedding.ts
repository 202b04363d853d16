// Table lookup and its gradient, a scatter-add. Shape letters: V table rows, N tokens, D width.

import { type Tensor2D, tidy } from "@tensorflow/tfjs-core";
import { InputError } from "../../core/index.ts";
import { expectShape } from "../shape.ts";
import { hasKernel, runFused } from "./registry.ts";
import { addRows, takeRows } from "./rows.ts";
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

/** `embedding` in plain operations. */
function composeEmbedding(table_VD: Tensor2D, ids: Int32Array): Tensor2D {
  return withGradient(
    table_VD,
    (table) => takeRows(table, ids),
    (dy) => addRows(dy, ids, table_VD.shape[0]),
  );
}
