// Cuts many texts into batches of bounded memory, whatever their number and lengths.

import type { RaggedIds } from "../ragged.ts";

export interface ChunkBudget {
  /** Text tokens per batch; a longer text goes alone. */
  readonly maxTokens: number;
  readonly maxRows: number;
}

export interface TextChunk {
  /** Rows `first .. first + count` of the whole. */
  readonly first: number;
  readonly count: number;
  readonly text: RaggedIds;
}

export function* textChunks(text: RaggedIds, budget: ChunkBudget): Generator<TextChunk> {
  const { ids, offsets } = text;
  const numRows = offsets.length - 1;
  for (let first = 0; first < numRows; ) {
    const begin = offsets[first]!;
    let end = first + 1;
    while (
      end < numRows &&
      end - first < budget.maxRows &&
      offsets[end + 1]! - begin <= budget.maxTokens
    ) {
      end += 1;
    }
    yield {
      first,
      count: end - first,
      text: {
        ids: ids.subarray(begin, offsets[end]),
        offsets: offsets.slice(first, end + 1).map((offset) => offset - begin),
      },
    };
    first = end;
  }
}
