// Scoring as a stream: one JSON candidate a line in, one JSON answer a line out, in the same order. A line that
// is wrong is answered with its error, and the next one is read.

import { InputError, messageOf } from "../core/index.ts";
import type { Candidate } from "../plugins/index.ts";
import { problemOf } from "./candidate.ts";
import { candidateSchema } from "./candidate-schema.ts";
import { orderedMap } from "./ordered-map.ts";
import type { ScoreOptions, Surrogate } from "./surrogate.ts";

/** One line, or its length in the place of one that was too long to keep. */
export type Line = string | { readonly tooLongBytes: number };

export interface LineAnswer {
  readonly isError: boolean;
  /** The answer, ready to be printed. */
  readonly json: string;
}

export interface LineOptions extends ScoreOptions {
  /** Kind of the candidates that name none. */
  readonly kind?: string | undefined;
}

// Enough to fill batches, and little enough that a slow reader of ours stops the writer.
const MAX_ON_THEIR_WAY = 256;

/** Answers every line but empty ones. A candidate's `id`, where it has one, comes back with its answer. */
export function scoreLines(
  surrogate: Surrogate,
  lines: AsyncIterable<Line>,
  options: LineOptions = {},
): AsyncGenerator<LineAnswer> {
  return orderedMap(numbered(lines), MAX_ON_THEIR_WAY, async ({ line, number }) => {
    let id: unknown;
    const answer = (fields: object, isError: boolean): LineAnswer => ({
      isError,
      json: JSON.stringify({ line: number, id, ...fields }),
    });
    try {
      const { id: own, ...fields } = parseObject(line);
      id = own;
      const candidate = parseCandidate(fields, options.kind);
      const [score] = (await surrogate.score([candidate], options)).scores;
      const { index: _, ...shown } = score!;
      return answer(shown, "error" in shown);
    } catch (error) {
      return answer({ error: problemOf(error) }, true);
    }
  });
}

async function* numbered(
  lines: AsyncIterable<Line>,
): AsyncGenerator<{ readonly line: Line; readonly number: number }> {
  let number = 0;
  for await (const line of lines) {
    number++;
    if (typeof line !== "string" || line.trim() !== "") yield { line, number };
  }
}

function parseObject(line: Line): Record<string, unknown> {
  if (typeof line !== "string") {
    throw new InputError(`the line has ${line.tooLongBytes} bytes, more than are read`);
  }
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    throw new InputError(`the line is not JSON: ${messageOf(error).slice(0, 200)}`, EXAMPLE);
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    return value as Record<string, unknown>;
  }
  throw new InputError("the line is not a JSON object", EXAMPLE);
}

const EXAMPLE = { hint: 'for example {"kind":"yaml","text":"a: 1"}' };

function parseCandidate(fields: Record<string, unknown>, kind: string | undefined): Candidate {
  const parsed = candidateSchema.safeParse({ ...(kind === undefined ? {} : { kind }), ...fields });
  if (parsed.success) return parsed.data;
  const { path, message } = parsed.error.issues[0]!;
  throw new InputError(`${path.length === 0 ? "candidate" : path.join(".")}: ${message}`, EXAMPLE);
}
