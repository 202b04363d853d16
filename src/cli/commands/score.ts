import { once } from "node:events";
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { EXIT, InputError, messageOf, UsageError } from "../../core/index.ts";
import {
  type LineOptions,
  type ScoreReport,
  type Surrogate,
  scoreLines,
} from "../../evaluator/index.ts";
import { chooseEngine, type EngineFlags, openChosenEngine } from "../engine-options.ts";
import { openKinds } from "../kinds.ts";
import { readBytes, splitLines } from "../lines.ts";
import { printResult, renderTable } from "../output.ts";
import { openBundleSurrogate } from "../surrogate.ts";

interface ScoreCommandOptions extends EngineFlags {
  readonly bundle: string;
  readonly plugin: readonly string[];
  readonly jsonl?: string;
  readonly kind?: string;
  readonly direction: "minimize" | "maximize";
  readonly objective: number;
  readonly json: boolean;
}

const MAX_LINE_BYTES = 8 * 1024 * 1024;

/** `auspex score`: ranks candidate files, or answers a stream of them; exit 2 when one could not be scored. */
export async function scoreCommand(
  files: readonly string[],
  options: ScoreCommandOptions,
): Promise<void> {
  if (files.length > 0 === (options.jsonl !== undefined)) {
    throw new UsageError("give either candidate files or --jsonl FILE (- for stdin)");
  }
  const candidates = files.map((file) => readCandidate(file, options.kind));
  await openChosenEngine(chooseEngine(options), options.json);
  const { surrogate, predictor } = openBundleSurrogate(
    options.bundle,
    await openKinds(options.plugin),
  );
  const objective = surrogate.objectives[options.objective];
  if (objective === undefined) {
    throw new InputError(
      `--objective ${options.objective}: the model writes ${surrogate.objectives.length} (from 0)`,
    );
  }
  const direction = options.direction === "minimize" ? "min" : "max";
  const ranking = { objective, direction } as const;
  try {
    if (options.jsonl !== undefined) {
      return await scoreStream(surrogate, options.jsonl, { ...ranking, kind: options.kind });
    }
    const report = await surrogate.score(candidates, ranking);
    printReport(report, files, options.json);
  } finally {
    await surrogate.close();
    predictor.dispose();
  }
}

/** Answers line by line until the input ends. */
async function scoreStream(
  surrogate: Surrogate,
  path: string,
  options: LineOptions,
): Promise<void> {
  const lines = splitLines(readBytes(path), MAX_LINE_BYTES);
  for await (const { json, isError } of scoreLines(surrogate, lines, options)) {
    if (isError) process.exitCode = EXIT.invalidInput;
    // A reader that is slower than the model must not fill our memory.
    if (!process.stdout.write(`${json}\n`)) await once(process.stdout, "drain");
  }
}

function printReport(report: ScoreReport, files: readonly string[], json: boolean): void {
  const named = report.scores.map((score) => ({ file: files[score.index]!, ...score }));
  printResult(json, { ...report, scores: named }, () => renderScores(report, files));
  if (report.scores.some((score) => "error" in score)) process.exitCode = EXIT.invalidInput;
}

function readCandidate(file: string, kind: string | undefined) {
  try {
    return {
      bytes: readFileSync(file),
      filename: basename(file),
      ...(kind === undefined ? {} : { kind }),
    };
  } catch (error) {
    throw new InputError(`cannot read the candidate ${file}: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

function renderScores(report: ScoreReport, files: readonly string[]): string[] {
  const rows = report.ranking.map((index) => {
    const score = report.scores[index]!;
    if ("error" in score) return [];
    const [low, high] = score.interval;
    const interval = `${low.toPrecision(4)} .. ${high.toPrecision(4)}`;
    return [String(score.rank), files[index]!, score.median.toPrecision(4), interval];
  });
  const problems = report.scores.flatMap((score) =>
    "error" in score ? [`${files[score.index]}: ${score.error.message}`] : [],
  );
  return [
    ...renderTable(["rank", "candidate", report.objective, "90 % interval"], rows),
    ...problems,
  ];
}
