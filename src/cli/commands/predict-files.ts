import { readFileSync } from "node:fs";
import { InputError, messageOf } from "../../core/index.ts";
import { Predictor } from "../../training/index.ts";
import { chooseEngine, type EngineFlags, openChosenEngine } from "../engine-options.ts";
import { printResult, renderTable } from "../output.ts";

interface PredictFilesOptions extends EngineFlags {
  readonly bundle: string;
  readonly json: boolean;
}

/** `auspex predict FILE...`: one answer for each text file, whatever is in it. */
export async function predictFilesCommand(
  files: readonly string[],
  options: PredictFilesOptions,
): Promise<void> {
  const texts = files.map(readText);
  await openChosenEngine(chooseEngine(options), options.json);
  const predictor = Predictor.open(options.bundle);
  const distributions = await predictor.distributions(texts);
  predictor.dispose();
  const answers = distributions.flatMap((ofText, at) =>
    ofText.map((distribution, objective) => ({
      file: files[at]!,
      objective,
      median: distribution.median,
      interval90: [distribution.quantile(0.05), distribution.quantile(0.95)] as const,
    })),
  );
  printResult(options.json, answers, () =>
    renderTable(
      ["file", "median", "90 % interval"],
      answers.map(({ file, median, interval90: [low, high] }) => [
        file,
        median.toPrecision(4),
        `${low.toPrecision(4)} .. ${high.toPrecision(4)}`,
      ]),
    ),
  );
}

/** The text without the newline at its end, as rows of data have it. */
function readText(file: string): string {
  try {
    return readFileSync(file, "utf8").replace(/\r?\n$/u, "");
  } catch (error) {
    throw new InputError(`cannot read ${file}: ${messageOf(error)}`, { cause: error });
  }
}
