import { closeSync, openSync, writeSync } from "node:fs";
import { DataError, InputError, messageOf } from "../../core/index.ts";
import { readExamples } from "../../data/index.ts";
import { CandidateError } from "../../plugins/index.ts";
import { openKinds } from "../kinds.ts";
import { noteLine, printLine } from "../output.ts";

interface TextsCommandOptions {
  readonly kind: string;
  readonly plugin: readonly string[];
  readonly data: readonly string[];
  readonly where: readonly string[];
  readonly skipInvalid: boolean;
  readonly out: string;
  readonly json: boolean;
}

/** `auspex texts`: rows whose x is a candidate of a kind become rows whose x is the text that a model reads. */
export async function textsCommand(options: TextsCommandOptions): Promise<void> {
  const { kind, out } = options;
  const host = await openKinds(options.plugin);
  if (!host.kinds.includes(kind)) {
    throw new InputError(`no plugin reads ${kind}`, {
      hint: `give it with --plugin, or use one of ${host.kinds.join(", ")}`,
    });
  }
  const rows = await readExamples(options.data, { where: options.where, requireY: false });
  let descriptor: number;
  try {
    descriptor = openSync(out, "w");
  } catch (error) {
    throw new InputError(`cannot write ${out}: ${messageOf(error)}`, { cause: error });
  }
  let numInvalid = 0;
  try {
    for (const [i, row] of rows.entries()) {
      try {
        const { text } = await host.serialise({ kind, text: row.x });
        writeSync(descriptor, `${JSON.stringify({ ...row, x: text })}\n`);
      } catch (error) {
        if (!(error instanceof CandidateError)) throw error;
        if (!options.skipInvalid) {
          throw new DataError(
            options.data.join(", "),
            undefined,
            `row ${i + 1}: ${error.message}`,
            {
              cause: error,
              hint: "--skip-invalid leaves such rows out",
            },
          );
        }
        numInvalid += 1;
      }
    }
  } finally {
    closeSync(descriptor);
  }
  const serialiser = host.serialiserVersions[kind];
  const written = rows.length - numInvalid;
  if (options.json) printLine(JSON.stringify({ out, rows: written, numInvalid, kind, serialiser }));
  else printLine(`${out}: ${written} rows, texts of ${kind} by serialiser ${serialiser}`);
  if (numInvalid > 0 && !options.json)
    noteLine(`note: ${numInvalid} rows were no ${kind} and are left out`);
}
