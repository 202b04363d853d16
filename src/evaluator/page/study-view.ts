// The body of a study's page: figures, plots, reasons. Made on the server; the page only puts it in place.

import type { StudyHistory, ToldPoint } from "../study/history.ts";
import type { StudyReport } from "../study/report.ts";
import type { Objective, StudySpec } from "../study/spec.ts";
import type { Study } from "../study/study.ts";
import type { TrustReason } from "../study/trust.ts";
import { escapeHtml, percent, shown } from "./html.ts";
import {
  coveragePlot,
  decisionPlot,
  forecastPlot,
  paretoPlot,
  pitPlot,
  progressPlot,
  volumePlot,
} from "./plots.ts";

const MAX_ROWS = 12;
const MAX_TEXT_CHARS = 4000;

/** Everything below the title. */
export function studyView(study: Study): string {
  const [report, history] = [study.report(), study.history()];
  const { spec } = study;
  return [
    tiles(report, spec),
    '<div class="cards">',
    ...(history.tells.length === 0 ? [EMPTY] : plots(history, report, spec)),
    trustCard(report, history),
    bestCard(report, spec),
    aboutCard(report, spec),
    ...(history.decisions.length === 0 ? [] : [decisionsCard(history)]),
    "</div>",
  ].join("\n");
}

const EMPTY = card(
  "Nothing told yet",
  "<p>Tell the outcome of a real evaluation: <code>POST /v1/studies/{id}/tell</code>.</p>",
);

function tiles(report: StudyReport, { objectives }: StudySpec): string {
  const first = objectives[0]!;
  const best =
    objectives.length > 1
      ? { value: String(report.best.length), label: "on the Pareto front" }
      : { value: shown(report.best[0]?.values[first.name]), label: `best ${nameOf(first)}` };
  const regret = Object.entries(report.regret);
  const of = report.budgetLeft === undefined ? "" : `, ${report.budgetLeft} left`;
  const all: [string, string][] = [
    [best.value, best.label],
    ...regret.map(([name, value]): [string, string] => [shown(value), `regret of ${name}`]),
    [String(report.numTells), `real evaluations${of}`],
    [
      String(report.numDecisions),
      `candidates: ${report.numPromoted} promoted, ${report.numRejected} rejected`,
    ],
    [
      report.savings === undefined ? "-" : `${report.savings.toFixed(1)} x`,
      "candidates per promoted one",
    ],
    [percent(report.coverage90[first.name]), "inside the 90 % interval"],
    [percent(report.falseRejectRate), `of ${report.numAudits} audits were wrongly rejected`],
  ];
  const cells = all.map(
    ([value, label]) =>
      `<div class="tile"><b>${escapeHtml(value)}</b><span>${escapeHtml(label)}</span></div>`,
  );
  return `<div class="tiles">${cells.join("")}</div>`;
}

const nameOf = ({ name, unit }: Objective): string =>
  unit === undefined ? name : `${name}, ${unit}`;

const TOLD_KEY = legend([
  ["a", "promoted"],
  ["b", "audit"],
  ["soft", "not asked before"],
  ["bad", "failed"],
]);

function plots(history: StudyHistory, report: StudyReport, spec: StudySpec): string[] {
  const { objectives } = spec;
  const several = objectives.length > 1;
  const cards = objectives.flatMap((objective, i) => {
    const of = several ? ` of ${objective.name}` : "";
    return [
      card(
        several ? `Told values${of}` : "Best so far",
        `<p class="mute">${several ? "" : "The line is the best that was told. "}${objective.goal === "min" ? "Less" : "More"} is better.</p>${progressPlot(history, objective, i)}${TOLD_KEY}`,
      ),
      card(
        `Foretold and told${of}`,
        `<p class="mute">Each was foretold before it was evaluated; bars are the 90 % interval.</p>${forecastPlot(history, objective, i)}${TOLD_KEY}`,
      ),
      card(
        `Calibration${of}`,
        `<p class="mute">Even bars: the stated uncertainty is true. High ends: too sure of itself. A hump: too unsure.</p>${pitPlot(history, i)}`,
      ),
      card(
        `Coverage${of}`,
        `<p class="mute">${percent(report.coverage90[objective.name])} of all tells were inside; the dashed line is the promise.</p>${coveragePlot(history, i)}`,
      ),
    ];
  });
  if (several) {
    const volume = `<p class="mute">${shown(report.hypervolume)} now.</p>${volumePlot(history)}`;
    const front = `<p class="mute">Green: none of the told beats it in both.</p>${paretoPlot(history, objectives)}`;
    cards.unshift(card("Pareto front", front), card("Hypervolume", volume));
  }
  if (history.decisions.length > 0) {
    const key = legend([
      ["a", "promoted"],
      ["b", "audit"],
      ["soft", "rejected"],
      ["d", "abstained"],
    ]);
    cards.push(card("Promoted and rejected", decisionPlot(history, objectives[0]!, 0) + key));
  }
  return cards;
}

const WORDS: Readonly<Record<TrustReason["code"], string>> = {
  FEW_TELLS: "too few results were told to judge the surrogate",
  COVERAGE_LOW: "too few told values lie inside the predicted 90 % interval",
  RANK_LOW: "predictions hardly rank candidates as they turned out",
  BIASED: "the last predictions were all wrong in the same direction",
  DRIFT: "errors grow, measured by the spread that was predicted",
  TRUNCATED: "the model sees only a part of the candidate",
  UNFAMILIAR: "the candidate is unlike everything that was told",
};

function trustCard({ trust }: StudyReport, { tells }: StudyHistory): string {
  const reasons = trust.reasons.map(
    ({ code, objective, value, limit }) =>
      `<li><b>${code}</b>${objective === undefined ? "" : ` (${escapeHtml(objective)})`}: ${WORDS[code]}; ${shown(value)}, limit ${shown(limit)}</li>`,
  );
  const text =
    reasons.length === 0 ? "<p>Every monitor is content.</p>" : `<ul>${reasons.join("")}</ul>`;
  return card(
    "Trust",
    `<p><span class="state ${trust.state}">${trust.state}</span></p>${text}${strip(tells)}`,
  );
}

/** Trust after each tell as one bar, left to right. */
function strip(tells: readonly ToldPoint[]): string {
  if (tells.length === 0) return "";
  const runs: { state: string; from: number; count: number }[] = [];
  for (const { trust, number } of tells) {
    const last = runs.at(-1);
    if (last?.state === trust) last.count++;
    else runs.push({ state: trust, from: number, count: 1 });
  }
  const parts = runs.map(
    ({ state, from, count }) =>
      `<i class="${state}" style="flex:${count}" title="${state} from tell ${from} to ${from + count - 1}"></i>`,
  );
  return `<div class="strip" role="img" aria-label="Trust after each tell">${parts.join("")}</div>
<p class="mute">after each tell: <span class="key trusted">trusted</span> <span class="key calibrating">calibrating</span> <span class="key untrusted">untrusted</span></p>`;
}

function bestCard({ best }: StudyReport, { objectives }: StudySpec): string {
  if (best.length === 0) return "";
  const rows = best.slice(0, MAX_ROWS).map(({ hash, text, values }) => {
    const cells = objectives.map(({ name }) => `<td class="number">${shown(values[name])}</td>`);
    const shownText = text.length > MAX_TEXT_CHARS ? `${text.slice(0, MAX_TEXT_CHARS)} ...` : text;
    return `<tr>${cells.join("")}<td><details><summary><code>${escapeHtml(hash.slice(0, 12))}</code></summary><pre>${escapeHtml(shownText)}</pre></details></td></tr>`;
  });
  const names = objectives.map(
    (objective) => `<th class="number">${escapeHtml(nameOf(objective))}</th>`,
  );
  const more =
    best.length > MAX_ROWS ? `<p class="mute">and ${best.length - MAX_ROWS} more</p>` : "";
  const table = `<div class="scroll"><table><tr>${names.join("")}<th>candidate</th></tr>${rows.join("")}</table></div>`;
  return card(objectives.length > 1 ? "On the front" : "The best", table + more);
}

function decisionsCard({ decisions }: StudyHistory): string {
  const rows = decisions
    .slice(-MAX_ROWS)
    .toReversed()
    .map(
      ({ hash, verdict, isAudit, reason }) =>
        `<tr><td><span class="verdict ${isAudit ? "audit" : verdict}">${isAudit ? "audit" : verdict}</span></td><td><code>${escapeHtml(hash.slice(0, 12))}</code></td><td class="wrap">${escapeHtml(reason)}</td></tr>`,
    );
  const table = `<div class="scroll"><table><tr><th>verdict</th><th>candidate</th><th>reason</th></tr>${rows.join("")}</table></div>`;
  return card("Latest decisions", table, "wide");
}

function aboutCard(report: ReturnType<Study["report"]>, spec: StudySpec): string {
  const { fineTuning } = report;
  const tuned =
    fineTuning === undefined
      ? "off"
      : `model ${fineTuning.version}${fineTuning.isRunning ? ", training now" : ""}${fineTuning.last === undefined ? "" : `; last attempt ${fineTuning.last.accepted ? "taken" : "not taken"}: ${fineTuning.last.reason}`}`;
  const entries: [string, string][] = [
    ["model", report.model],
    [
      "objectives",
      spec.objectives.map(({ goal, ...o }) => `${goal} ${nameOf(o as Objective)}`).join("; "),
    ],
    ["policy", policyText(spec)],
    ["audit share", percent(spec.auditShare)],
    ["correction", spec.correction],
    ["fine-tuning", tuned],
    ["failures", String(report.numFailures)],
  ];
  const list = entries.map(([k, v]) => `<dt>${k}</dt><dd>${escapeHtml(v)}</dd>`);
  return card("This study", `<dl>${list.join("")}</dl>`);
}

function policyText({ policy: { kind, ...options } }: StudySpec): string {
  const all = Object.entries(options).map(([key, value]) => `${key} ${String(value)}`);
  return [kind, ...all].join(", ");
}

function legend(entries: readonly (readonly [string, string])[]): string {
  const keys = entries.map(([colour, words]) => `<span><i class="${colour}"></i>${words}</span>`);
  return `<p class="legend">${keys.join("")}</p>`;
}

function card(title: string, body: string, style = ""): string {
  return `<section class="${style}"><h2>${escapeHtml(title)}</h2>${body}</section>`;
}
