import { InputError, Random } from "../../core/index.ts";
import { type CheckRow, describeClamped, type Example, readExamples } from "../../data/index.ts";
import {
  type AdaptOptions,
  adapt,
  cutOf,
  openModel,
  saveModel,
  targetCheckOf,
} from "../../training/index.ts";
import { type AdaptFlags, adaptOptionsOf } from "../adapt-flags.ts";
import { chooseEngine, type EngineFlags, openChosenEngine } from "../engine-options.ts";
import { noteCut } from "../note-cut.ts";
import { noteLine, printResult } from "../output.ts";
import { packageVersion } from "../package-version.ts";

interface AdaptCommandOptions extends EngineFlags, AdaptFlags {
  readonly bundle: string;
  readonly data: readonly string[];
  readonly where: readonly string[];
  readonly shots?: number;
  readonly sources: readonly string[];
  readonly out: string;
  readonly refuseLongTexts: boolean;
  readonly json: boolean;
}

/** `auspex adapt`: fits a bundle to a few labelled rows and writes the result as a new bundle. */
export async function adaptCommand(options: AdaptCommandOptions): Promise<void> {
  const asked = adaptOptionsOf(options);
  const base = openModel(options.bundle);
  const targets = targetCheckOf(base);
  // The instant way fits numbers as they are; the others learn them by their tokens.
  const check: CheckRow | undefined =
    options.method === "instant" ? undefined : (row, name) => targets.look(row, name);
  const rows = await readExamples(options.data, {
    where: options.where,
    splits: ["train"],
    allowMissing: true,
    ...(check && { check }),
  });
  const shots = drawShots(rows, options.shots ?? rows.length, options.seed);
  const { validation, replay } = options;
  const learned: Pick<AdaptOptions, "validation" | "replay"> = {
    ...(validation !== undefined && { validation: await readSome(validation, check) }),
    ...(replay !== undefined && { replay: await readSome(replay, check) }),
  };
  noteCut(
    cutOf(
      base,
      [shots, learned.validation ?? [], learned.replay ?? []].flat().map(({ x }) => x),
      options,
    ),
  );
  const clamped = describeClamped(targets.report);
  if (clamped !== undefined) noteLine(`note: ${clamped}`);
  await openChosenEngine(chooseEngine(options), options.json);
  const say = options.json ? () => {} : noteLine;
  const result = await adapt(base, shots, {
    ...asked,
    ...learned,
    sources: await readSources(options.sources, shots),
    onProgress: say,
  });
  saveModel(options.out, result.trained, packageVersion());
  const { chosen, candidates } = result;
  const numEpochs = result.epochs.at(-1)?.epoch ?? 0;
  printResult(
    options.json,
    { out: options.out, shots: shots.length, chosen, candidates, numEpochs },
    () => [`${options.out}: adapted to ${shots.length} rows by ${chosen.join(", ")}`],
  );
}

/** Labelled rows of any split: the file is named for what it is for. */
async function readSome(file: string, check: CheckRow | undefined): Promise<Example[]> {
  const rows = await readExamples([file], { allowMissing: true, ...(check && { check }) });
  if (rows.length === 0) throw new InputError(`${file} holds no rows`);
  return rows;
}

/** Rows of other tasks than those adapted to. */
async function readSources(
  files: readonly string[],
  shots: readonly Example[],
): Promise<Example[]> {
  const own = new Set(shots.map(({ task }) => task));
  const rows = await readExamples(files, { splits: ["train", "val"] });
  return rows.filter(({ task }) => !own.has(task));
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
