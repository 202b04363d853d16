// The report page: one HTML file with its pictures inside. No scripts, nothing loaded from anywhere.

import { probabilityIntegral, reliability } from "./calibration.ts";
import type { ReportData, ReportTable } from "./data.ts";
import { predictiveDensity } from "./density.ts";
import { fewShotError, fewShotSpearman } from "./few-shot.ts";
import { learningCurve } from "./learning-curve.ts";
import { predictedAgainstTrue } from "./predicted-true.ts";
import { bestSoFar, candidateRanking, inModelOrder } from "./ranking.ts";
import { formatNumber } from "./scale.ts";
import { searchCostCurves, searchCurves } from "./search-curves.ts";
import { STYLE } from "./style.ts";
import { el, group, type Markup } from "./svg.ts";
import { textLengths } from "./text-lengths.ts";

/** Renders the report as a complete HTML document. Pure: equal data give equal pages. */
export function renderReport(data: ReportData): string {
  const { headline = [], predictions = [], fewShot = [], calibration = [], tables = [] } = data;
  const head = el(
    "head",
    {},
    el("meta", { charset: "utf-8" }),
    el("meta", { name: "viewport", content: "width=device-width, initial-scale=1" }),
    el("title", {}, data.title),
    // The style sheet is ours and holds nothing that would need an escape.
    { markup: `<style>${STYLE}</style>` },
  );
  const main = el(
    "main",
    {},
    el(
      "header",
      {},
      el("h1", {}, data.title),
      data.subtitle === undefined ? undefined : el("p", { class: "mute" }, data.subtitle),
    ),
    headline.length === 0 ? undefined : el("div", { class: "tiles" }, headline.map(tile)),
    el(
      "div",
      { class: "cards" },
      fewShot.map((curves) =>
        card(
          `Few-shot transfer: ${curves.task}`,
          "Labelled rows of an environment that pretraining never saw.",
          el("div", { class: "pair" }, fewShotSpearman(curves), fewShotError(curves)),
          true,
        ),
      ),
      data.search === undefined
        ? undefined
        : card(
            "What searches find",
            "Real evaluations, repeats free.",
            group(searchCurves(data.search), searchCostCurves(data.search)),
            true,
          ),
      data.lengths === undefined
        ? undefined
        : card(
            "Length of the texts",
            "Each bar is twice as long as the one before.",
            textLengths(data.lengths),
          ),
      tables.map((table) => el("section", { class: "wide" }, renderTable(table))),
      data.ranking === undefined ? undefined : rankingCard(data.ranking),
      predictions
        .filter(({ points }) => points.length > 0)
        .map((group_) =>
          card(
            `Predicted against true: ${group_.task}`,
            predictedNote(group_),
            predictedAgainstTrue(group_),
          ),
        ),
      calibration.map((entry) =>
        card(
          `Calibration: ${entry.task}`,
          "Whether the stated uncertainty is true.",
          el("div", { class: "pair" }, reliability(entry), probabilityIntegral(entry)),
          true,
        ),
      ),
      data.density === undefined ? undefined : densityCard(data.density),
      data.learning === undefined || data.learning.length === 0
        ? undefined
        : card(
            "Learning curve",
            "The first, largest losses are cut at the top.",
            learningCurve(data.learning),
          ),
      data.facts === undefined ? undefined : card("This run", undefined, factList(data.facts)),
    ),
  );
  return `<!doctype html>\n${el("html", { lang: "en" }, head, el("body", {}, main)).markup}\n`;
}

function card(title: string, note: string | undefined, content: Markup, isWide = false): Markup {
  return el(
    "section",
    isWide ? { class: "wide" } : {},
    el("h2", {}, title),
    note === undefined ? undefined : el("p", { class: "mute" }, note),
    content,
  );
}

function tile({ label, value, note }: NonNullable<ReportData["headline"]>[number]): Markup {
  return el(
    "div",
    { class: "tile" },
    el("span", {}, label),
    el("b", {}, value),
    note === undefined ? undefined : el("span", {}, note),
  );
}

function predictedNote({ points }: NonNullable<ReportData["predictions"]>[number]): string {
  const withInterval = points.filter(({ low, high }) => low !== undefined && high !== undefined);
  const covered = withInterval.filter(({ truth, low, high }) => truth >= low! && truth <= high!);
  const rows = `${points.length} rows.`;
  if (withInterval.length === 0) return rows;
  const percent = Math.round((100 * covered.length) / withInterval.length);
  return `${rows} The 90 % interval holds the true value for ${percent} % of them.`;
}

function rankingCard(ranking: NonNullable<ReportData["ranking"]>): Markup {
  const { label, direction, unit } = ranking;
  const truths = inModelOrder(ranking);
  const best = bestSoFar(truths, direction);
  const optimum = best.at(-1)!;
  const place =
    1 +
    truths.filter((truth) => (direction === "min" ? truth < truths[0]! : truth > truths[0]!))
      .length;
  const firstAt = best.indexOf(optimum) + 1;
  const suffix = unit === undefined ? "" : ` ${unit}`;
  const note =
    `The model's first choice (${formatNumber(truths[0]!)}${suffix}) is truly number ${place} of ${truths.length}; ` +
    `the true best (${formatNumber(optimum)}${suffix}) is its choice number ${firstAt}.`;
  return card(`Best of ${truths.length} candidates: ${label}`, note, candidateRanking(ranking));
}

function densityCard(density: NonNullable<ReportData["density"]>): Markup {
  const { label, text } = density;
  const excerpt =
    text === undefined
      ? undefined
      : el("details", {}, el("summary", {}, "the text that the model read"), el("pre", {}, text));
  return card(
    `One prediction: ${label}`,
    "The model writes a whole distribution, digit by digit.",
    group(predictiveDensity(density), excerpt),
  );
}

function renderTable({ caption, columns, rows }: ReportTable): Markup {
  const isNumber = columns.map((_, i) => rows.every((row) => isNumeric(row[i])));
  const cell = (name: "td" | "th", i: number, content: string): Markup =>
    el(name, isNumber[i] === true ? { class: "number" } : {}, content);
  return el(
    "div",
    { class: "scroll" },
    el(
      "table",
      {},
      caption === undefined ? undefined : el("caption", {}, caption),
      el(
        "thead",
        {},
        el(
          "tr",
          {},
          columns.map((column, i) => cell("th", i, column)),
        ),
      ),
      el(
        "tbody",
        {},
        rows.map((row) =>
          el(
            "tr",
            {},
            row.map((value, i) => cell("td", i, cellText(value))),
          ),
        ),
      ),
    ),
  );
}

/** Numbers, gaps, and text that reads as a number with or without a unit. */
function isNumeric(value: string | number | null | undefined): boolean {
  return typeof value !== "string" || /^[-+±<>~]?\d[\d.,]*\s?\S{0,3}$|^-$/.test(value);
}

function cellText(value: string | number | null): string {
  if (value === null) return "-";
  return typeof value === "number" ? formatNumber(value) : value;
}

function factList(facts: Readonly<Record<string, string | number>>): Markup {
  return el(
    "dl",
    {},
    Object.entries(facts).map(([name, value]) =>
      group(
        el("dt", {}, name),
        el("dd", {}, typeof value === "number" ? formatNumber(value) : value),
      ),
    ),
  );
}
