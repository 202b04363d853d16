import { rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { writeFileAtomic } from "../../checkpoint/index.ts";
import { type RunConfig, readRunConfig } from "../../config/index.ts";
import { InputError, systemClock } from "../../core/index.ts";
import { type Example, groupByTask, parseSelectors, readExamples } from "../../data/index.ts";
import { openModel } from "../../training/index.ts";
import { type CandidateRankingResult, rankCandidates } from "../demo/candidates.ts";
import { demoReport, formatMre } from "../demo/report-data.ts";
import {
  countStages,
  heldOutTasks,
  type TransferCell,
  type TransferOptions,
  transfer,
} from "../demo/transfer.ts";
import {
  chooseEngine,
  describeEngine,
  type EngineFlags,
  openChosenEngine,
} from "../engine-options.ts";
import { printLine, printResult, renderTable } from "../output.ts";
import { packageVersion } from "../package-version.ts";
import { formatDuration, openProgress } from "../progress.ts";
import { renderReport } from "../report/index.ts";
import { setUpRun } from "../run-setup.ts";
import { summarise, trainRun } from "../train-run.ts";

interface DemoCommandOptions extends EngineFlags {
  readonly config?: string;
  readonly run: string;
  readonly workers: number;
  readonly json: boolean;
}

const DEFAULT_RUN = "runs/demo";
const NUM_CANDIDATES = 200;
/** Labelled rows per environment; the portable engines have time for two sizes only. */
const SHOTS = { native: [0, 5, 20, 100], portable: [0, 20] } as const;

/** `auspex demo`, which is `npm start`: pretrain, adapt to unseen environments, rank candidates, report. */
export async function demoCommand(options: DemoCommandOptions): Promise<void> {
  const startMs = systemClock.nowMs();
  const say = options.json ? () => {} : printLine;
  const engine = await openChosenEngine(chooseEngine(options), options.json);
  const isPortable = engine.name === "wasm" || engine.name === "cpu";
  const configPath = options.config ?? bundledConfig(isPortable ? "demo-portable" : "demo");
  const config = readRunConfig(configPath);
  if (options.run === DEFAULT_RUN) rmSync(DEFAULT_RUN, { recursive: true, force: true });

  say(`1. pretraining on ${options.workers} workers (${config.name})`);
  const setup = await setUpRun(
    config,
    chooseEngine({ ...options, engine: engine.name }, config.engine),
  );
  const run = await trainRun({
    config,
    setup,
    runDirectory: options.run,
    resume: false,
    numLocalWorkers: options.workers,
    minWorkers: 1,
    insecure: false,
    quiet: options.json,
  });
  say(`   ${summarise(run)}`);

  const pretrained = openModel(run.bundle);
  const heldOut = await readHeldOut(config);
  const transferOptions: TransferOptions = {
    shots: isPortable ? SHOTS.portable : SHOTS.native,
    maxTestRows: isPortable ? 60 : 200,
    seed: config.seed,
    onStage: (stage) => progress.update(stages++, { now: stage }),
  };
  const tasks = heldOutTasks(groupByTask(heldOut), transferOptions);
  say("2. adapting to environments that it has never seen");
  let stages = 0;
  const progress = openProgress({
    label: "adapt",
    total: countStages(tasks, transferOptions),
    unit: "models",
    ...(options.json ? { mode: "none" as const } : {}),
  });
  const transferred = await transfer(pretrained, setup.untrained, tasks, transferOptions);
  progress.finish();

  // Configurations that nothing was trained on; the last environment that has enough of them.
  const unseenOf = (name: string): Example[] =>
    heldOut.filter(({ task, split }) => task === name && split !== "train");
  const rankingTask =
    tasks.findLast(({ task }) => unseenOf(task).length >= NUM_CANDIDATES) ?? tasks.at(-1)!;
  const { trained } = transferred.best.get(rankingTask.task)!;
  const ranking = await rankCandidates(
    trained,
    rankingTask.task,
    unseenOf(rankingTask.task),
    NUM_CANDIDATES,
    config.seed,
  );
  const reportFile = join(options.run, "report.html");
  const wallSeconds = (systemClock.nowMs() - startMs) / 1000;
  const page = demoReport(run, transferred, ranking, {
    engine: describeEngine(engine),
    version: packageVersion(),
    config: config.name,
    seed: config.seed,
    wallSeconds,
  });
  writeFileAtomic(reportFile, renderReport(page));
  const { cells } = transferred;
  const result = { run, cells, ranking, report: reportFile, wallSeconds };
  printResult(options.json, result, () => renderDemo(cells, ranking, reportFile, wallSeconds));
}

function bundledConfig(name: string): string {
  return fileURLToPath(new URL(`../../../configs/${name}.yaml`, import.meta.url));
}

async function readHeldOut(config: RunConfig): Promise<Example[]> {
  if (config.holdOut.length === 0) {
    throw new InputError("the demo needs environments to adapt to", {
      hint: "name them in the configuration's holdOut",
    });
  }
  const isHeldOut = parseSelectors(config.holdOut);
  const rows: Example[] = [];
  for (const { file, where } of config.data) rows.push(...(await readExamples([file], { where })));
  return rows.filter((row) => isHeldOut(row) && row.y.length === 1);
}

function renderDemo(
  cells: readonly TransferCell[],
  ranking: CandidateRankingResult,
  reportFile: string,
  wallSeconds: number,
): string[] {
  const cellOf = (task: string, shots: number, model: TransferCell["model"]) =>
    cells.find((cell) => cell.task === task && cell.shots === shots && cell.model === model);
  const rows = cells
    .filter(({ model }) => model === "transferred")
    .map((cell) => {
      const scratch = cellOf(cell.task, cell.shots, "from scratch");
      return [
        cell.task,
        String(cell.shots),
        cell.spearman.toFixed(3),
        scratch === undefined ? "-" : scratch.spearman.toFixed(3),
        formatMre(cell.mre),
        scratch === undefined ? "-" : formatMre(scratch.mre),
        cell.way,
      ];
    });
  return [
    "",
    ...renderTable(
      [
        "held-out environment",
        "labels",
        "Spearman",
        "from scratch",
        "MRE %",
        "from scratch",
        "adapted by",
      ],
      rows,
    ),
    "",
    `3. ${ranking.candidates.length} candidate configurations of ${ranking.task}, ranked by forward pass:`,
    `   the best by score is truly number ${ranking.trueRankOfBest}; ${ranking.topTenHits} of the first ten are in the true top ten; Spearman ${ranking.spearman.toFixed(3)}`,
    "",
    `report: ${reportFile}   (${formatDuration(wallSeconds)} in all)`,
  ];
}
