import { closeSync, openSync, writeSync } from "node:fs";
import { InputError, messageOf } from "../../core/index.ts";
import { readExamples } from "../../data/index.ts";
import { Predictor, predictLines } from "../../training/index.ts";
import { chooseEngine, type EngineFlags, openChosenEngine } from "../engine-options.ts";
import { noteCut } from "../note-cut.ts";
import { printLine } from "../output.ts";
import { openProgress } from "../progress.ts";

interface PredictCommandOptions extends EngineFlags {
  readonly bundle: string;
  readonly data: readonly string[];
  readonly where: readonly string[];
  readonly out: string;
  readonly refuseLongTexts: boolean;
  readonly json: boolean;
}

/** `auspex predict`: one line of JSON per input row, in order. */
export async function predictCommand(options: PredictCommandOptions): Promise<void> {
  const { refuseLongTexts } = options;
  const rows = await readExamples(options.data, {
    where: options.where,
    requireY: false,
    allowMissing: true,
  });
  if (rows.length === 0) {
    throw new InputError("no rows match", { hint: "name text files or --data; check --where" });
  }
  await openChosenEngine(chooseEngine(options), options.json);
  const predictor = Predictor.open(options.bundle);
  const mode = options.json || options.out === "-" ? "none" : undefined;
  const progress = openProgress({
    label: "predict",
    total: rows.length,
    unit: "rows",
    ...(mode === undefined ? {} : { mode }),
  });
  const sink = openSink(options.out);
  try {
    let done = 0;
    for await (const line of predictLines(predictor, rows, { refuseLongTexts })) {
      sink.write(JSON.stringify(line));
      progress.update(++done);
    }
  } finally {
    sink.close();
    predictor.dispose();
  }
  progress.finish();
  const { cut } = predictor;
  noteCut(cut);
  if (options.out === "-") return;
  if (options.json) printLine(JSON.stringify({ out: options.out, rows: rows.length, cut }));
  else printLine(`${options.out}: ${rows.length} predictions`);
}

interface LineSink {
  write(line: string): void;
  close(): void;
}

function openSink(path: string): LineSink {
  if (path === "-") return { write: printLine, close: () => {} };
  let descriptor: number;
  try {
    descriptor = openSync(path, "w");
  } catch (error) {
    throw new InputError(`cannot write ${path}: ${messageOf(error)}`, { cause: error });
  }
  return {
    write: (line) => void writeSync(descriptor, `${line}\n`),
    close: () => closeSync(descriptor),
  };
}
