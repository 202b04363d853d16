import { InputError, Random } from "../../core/index.ts";
import { type Example, readExamples } from "../../data/index.ts";
import { adapt, openModel, saveModel } from "../../training/index.ts";
import { chooseEngine, type EngineFlags, openChosenEngine } from "../engine-options.ts";
import { noteLine, printResult } from "../output.ts";
import { packageVersion } from "../package-version.ts";

interface AdaptCommandOptions extends EngineFlags {
  readonly bundle: string;
  readonly data: readonly string[];
  readonly where: readonly string[];
  readonly shots?: number;
  readonly seed: number;
  readonly method: "auto" | "instant" | "full" | "head" | "lora";
  readonly out: string;
  readonly json: boolean;
}

/** `auspex adapt`: fits a bundle to a few labelled rows and writes the result as a new bundle. */
export async function adaptCommand(options: AdaptCommandOptions): Promise<void> {
  const base = openModel(options.bundle);
  const rows = await readExamples(options.data, { where: options.where, splits: ["train"] });
  const shots = drawShots(rows, options.shots ?? rows.length, options.seed);
  await openChosenEngine(chooseEngine(options), options.json);
  const say = options.json ? () => {} : noteLine;
  const result = await adapt(base, shots, {
    method: options.method,
    seed: options.seed,
    onProgress: say,
  });
  saveModel(options.out, result.trained, packageVersion());
  const { chosen, candidates } = result;
  printResult(options.json, { out: options.out, shots: shots.length, chosen, candidates }, () => [
    `${options.out}: adapted to ${shots.length} rows by ${chosen.join(", ")}`,
  ]);
}

/**
 * `count` rows drawn by `seed`, without repetition.
 *
 * @throws {InputError} when there are fewer rows.
 */
export function drawShots(rows: readonly Example[], count: number, seed: number): Example[] {
  if (rows.length === 0) {
    throw new InputError("no labelled training rows match", {
      hint: "check --where, and that the rows' split is train (or absent)",
    });
  }
  if (count > rows.length) {
    throw new InputError(`--shots ${count}: only ${rows.length} training rows match`);
  }
  return new Random("shots", seed).shuffled(rows).slice(0, count);
}
