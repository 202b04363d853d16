// Which pictures the claims get, by the name of their file.

import type { Markup } from "../../src/cli/report/svg.ts";
import type { Claim, Result } from "./claim.ts";
import { FEW_SHOT, NUM_SHOTS } from "./claims/few-shot.ts";
import { HEADS, INPUT_LENGTH, NUMBER_TOKENS, PRESETS } from "./claims/model-variants.ts";
import { SAMPLES } from "./claims/samples.ts";
import { SPREAD } from "./claims/spread.ts";
import { bars, curves, scatter, standalone } from "./pictures.ts";

const ERROR = "median relative error, % (lower is better)";
const RANKS = "Spearman (higher is better)";
const TASK_COUNTS = ["1", "4", "16", "all"];
const SAMPLE_COUNTS = ["8", "32", "128", "1024"];
const LENGTHS = ["first 32", "first 48", "first 64", "first 96", "all"];

const DRAWINGS: readonly {
  readonly file: string;
  readonly claim: Claim;
  readonly draw: (results: readonly Result[]) => Markup;
}[] = [
  {
    file: "claims-heads.svg",
    claim: HEADS,
    draw: (results) =>
      bars(HEADS, results, {
        figure: "spearman",
        yLabel: RANKS,
        labels: {
          "regression, raw": "head, raw",
          "regression, log": "head, log",
          "regression, standardised": "head, by task",
          "regression, log standardised": "head, log by task",
        },
      }),
  },
  {
    file: "claims-few-shot.svg",
    claim: FEW_SHOT,
    draw: (results) =>
      curves(
        FEW_SHOT,
        results,
        NUM_SHOTS.map((shots) => ({
          label: `${shots} shots`,
          figure: `spearman@${shots}`,
          variants: TASK_COUNTS.map((count) => `${count} tasks`),
        })),
        { xLabel: "pretraining tasks", yLabel: RANKS, xTicks: TASK_COUNTS },
      ),
  },
  {
    file: "claims-spread.svg",
    claim: SPREAD,
    draw: (results) =>
      scatter(SPREAD, results, {
        xLabel: "predicted standard deviation of log y",
        yLabel: "|log prediction - log y|",
      }),
  },
  {
    file: "claims-samples.svg",
    claim: SAMPLES,
    draw: (results) =>
      curves(
        SAMPLES,
        results,
        (["median", "q05", "q95"] as const).map((figure) => ({
          label: figure === "median" ? figure : `${Number(figure.slice(1))} % quantile`,
          figure,
          variants: SAMPLE_COUNTS.map((count) => `${count} samples`),
        })),
        {
          xLabel: "samples",
          yLabel: "distance from the exact statistic, % (median over texts)",
          xTicks: SAMPLE_COUNTS,
          log: true,
        },
      ),
  },
  {
    file: "claims-presets.svg",
    claim: PRESETS,
    draw: (results) => bars(PRESETS, results, { figure: "medianError", yLabel: ERROR }),
  },
  {
    file: "claims-input-length.svg",
    claim: INPUT_LENGTH,
    draw: (results) =>
      curves(
        INPUT_LENGTH,
        results,
        [{ label: "Spearman", figure: "spearman", variants: LENGTHS }],
        { xLabel: "tokens of the input kept", yLabel: RANKS, xTicks: LENGTHS },
      ),
  },
  {
    file: "claims-number-tokens.svg",
    claim: NUMBER_TOKENS,
    draw: (results) =>
      bars(NUMBER_TOKENS, results, {
        figure: "sampledError",
        yLabel: `${ERROR}, 128 samples`,
        labels: {
          "normalised, of the task's range": "normalised, task's range",
          "ieee, of the task's range": "ieee, task's range",
        },
      }),
  },
];

/** The text of every picture that the results have something for, by file name. Pure. */
export function picturesOf(results: readonly Result[]): ReadonlyMap<string, string> {
  return new Map(
    DRAWINGS.filter(({ claim }) => results.some((result) => result.claim === claim.name)).map(
      ({ file, draw }) => [file, standalone(draw(results))],
    ),
  );
}
