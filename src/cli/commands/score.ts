import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { EXIT, InputError, messageOf } from "../../core/index.ts";
import type { ScoreReport } from "../../evaluator/index.ts";
import { chooseEngine, type EngineFlags, openChosenEngine } from "../engine-options.ts";
import { printResult, renderTable } from "../output.ts";
import { openBundleSurrogate } from "../surrogate.ts";

interface ScoreCommandOptions extends EngineFlags {
  readonly bundle: string;
  readonly kind?: string;
  readonly direction: "minimize" | "maximize";
  readonly objective: number;
  readonly json: boolean;
}

/** `auspex score`: ranks candidate files; exit 2 when one of them could not be scored. */
export async function scoreCommand(
  files: readonly string[],
  options: ScoreCommandOptions,
): Promise<void> {
  const candidates = files.map((file) => readCandidate(file, options.kind));
  await openChosenEngine(chooseEngine(options), options.json);
  const { surrogate, predictor } = openBundleSurrogate(options.bundle);
  const objective = surrogate.objectives[options.objective];
  if (objective === undefined) {
    throw new InputError(
      `--objective ${options.objective}: the model writes ${surrogate.objectives.length} (from 0)`,
    );
  }
  const direction = options.direction === "minimize" ? "min" : "max";
  const report = await surrogate.score(candidates, { objective, direction });
  await surrogate.close();
  predictor.dispose();
  const named = report.scores.map((score) => ({ file: files[score.index]!, ...score }));
  printResult(options.json, { ...report, scores: named }, () => renderScores(report, files));
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
