import { InputError } from "../../core/index.ts";
import { readExamples } from "../../data/index.ts";
import { calibrate, openModel, saveModel } from "../../training/index.ts";
import { chooseEngine, type EngineFlags, openChosenEngine } from "../engine-options.ts";
import { printResult } from "../output.ts";
import { packageVersion } from "../package-version.ts";

interface CalibrateCommandOptions extends EngineFlags {
  readonly bundle: string;
  readonly data: readonly string[];
  readonly where: readonly string[];
  readonly seed: number;
  readonly out: string;
  readonly json: boolean;
}

/** `auspex calibrate`: fits temperature and conformal factors on validation rows; a new bundle. */
export async function calibrateCommand(options: CalibrateCommandOptions): Promise<void> {
  const base = openModel(options.bundle);
  const rows = await readExamples(options.data, {
    where: options.where,
    splits: ["val"],
    allowMissing: true,
  });
  if (rows.length === 0) {
    throw new InputError("no rows of split val match", {
      hint: "check --where; calibration needs rows that the model was not trained on",
    });
  }
  await openChosenEngine(chooseEngine(options), options.json);
  const { trained, temperature, factors } = await calibrate(base, rows, { seed: options.seed });
  saveModel(options.out, trained, packageVersion());
  const result = { out: options.out, rows: rows.length, temperature, factors };
  printResult(options.json, result, (r) => [
    `${r.out}: temperature ${temperature.toFixed(3)}, spread times ${factors.map((f) => f.toFixed(3)).join(", ")} (${r.rows} rows)`,
  ]);
}
