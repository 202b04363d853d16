// The parts of the dashboard, drawn from a run's state. Pure: equal states give equal parts, so that a browser
// changes only what is new.

import { formatDuration } from "../../progress.ts";
import type { Role } from "../../report/plot.ts";
import { formatNumber } from "../../report/scale.ts";
import { el, group, type Markup } from "../../report/svg.ts";
import type { Alert, RunStatus } from "../run-state.ts";
import { bar, empty, lossChart, sparkline, throughputChart } from "./charts.ts";
import type { PART_IDS } from "./page.ts";
import { pill, table } from "./tables.ts";
import { workersTable } from "./workers-table.ts";

export interface DashboardParts {
  readonly title: string;
  readonly html: Readonly<Record<(typeof PART_IDS)[number], string>>;
}

/** @returns the title of the page, and the markup of each part. */
export function dashboardParts(status: RunStatus): DashboardParts {
  const share = status.step / Math.max(1, status.numSteps);
  const parts = {
    head: head(status, share),
    tiles: group(tilesOf(status).map(tile)),
    loss: lossChart(status),
    throughput: throughputChart(status),
    workers: workersTable(status),
    phases: phases(status),
    tasks: tasks(status),
    alerts: alerts(status),
    facts: facts(status),
  };
  const name = status.run?.name ?? "auspex";
  return {
    title: `${Math.floor(100 * share)} % ${name}`,
    html: Object.fromEntries(
      Object.entries(parts).map(([id, { markup }]) => [id, markup]),
    ) as DashboardParts["html"],
  };
}

function head({ run, phase, reason, step, numSteps }: RunStatus, share: number): Markup {
  const percent = `${(100 * share).toFixed(share < 1 ? 1 : 0)} %`;
  return group(
    el("h1", {}, run?.name ?? "auspex", pill(phase)),
    bar(share, phase === "failed" ? "f" : "a", "progress"),
    el(
      "p",
      { class: "mute" },
      `step ${step.toLocaleString("en")} of ${numSteps.toLocaleString("en")}, ${percent}`,
      reason === null ? undefined : `; ${reason}`,
    ),
  );
}

interface Tile {
  readonly label: string;
  readonly value: string;
}

function tilesOf(status: RunStatus): Tile[] {
  const { newest, validation, workers, leases, phase, alertCounts } = status;
  const numAlerts = Object.values(alertCounts).reduce((sum, count) => sum + count, 0);
  const loss = (value: number | null | undefined): string => value?.toFixed(3) ?? "-";
  const isOver = phase === "done" || phase === "stopped" || phase === "failed";
  return [
    { label: "training loss", value: loss(newest?.loss) },
    { label: "validation loss", value: loss(validation?.loss) },
    {
      label: "tokens / second",
      value: newest === null ? "-" : formatNumber(Math.round(newest.tokensPerSecond)),
    },
    {
      label: "time left",
      value: newest === null || isOver ? "-" : formatDuration(newest.etaMs / 1000),
    },
    { label: "workers", value: String(workers.length) },
    { label: "leases re-issued", value: leases.reissued.toLocaleString("en") },
    { label: "alerts", value: numAlerts.toLocaleString("en") },
  ];
}

function tile({ label, value }: Tile): Markup {
  return el("div", { class: "tile" }, el("b", {}, value), el("span", {}, label));
}

const PHASES: readonly (readonly [name: string, field: PhaseField, role: Role])[] = [
  ["parameters down", "downloadMs", "d"],
  ["computing", "computeMs", "c"],
  ["gradients up", "uploadMs", "a"],
  ["reduction", "reduceMs", "e"],
  ["optimizer", "applyMs", "b"],
  ["journal", "journalMs", "soft"],
];
type PhaseField = keyof NonNullable<RunStatus["newest"]>["phases"];

function phases({ newest }: RunStatus): Markup {
  if (newest === null) return empty("No step is committed yet.");
  const longest = Math.max(newest.stepMs, ...Object.values(newest.phases));
  const rows = PHASES.map(([name, field, role]) => {
    const ms = newest.phases[field];
    return [name, bar(ms / longest, role), milliseconds(ms)];
  });
  return group(
    table(["phase", "", "time"], rows, { grow: 1 }),
    el("p", { class: "mute" }, `${milliseconds(newest.stepMs)} in all; phases overlap.`),
  );
}

function milliseconds(ms: number): string {
  return ms >= 10_000 ? `${(ms / 1000).toFixed(1)} s` : `${ms.toFixed(ms < 10 ? 1 : 0)} ms`;
}

function tasks({ taskLosses, curves }: RunStatus): Markup {
  // By name: an order by loss would change with every step.
  const entries = Object.entries(taskLosses).toSorted(([a], [b]) => (a < b ? -1 : 1));
  if (entries.length === 0) return empty("No step is committed yet.");
  const rows = entries.map(([task, loss]) => [
    task,
    sparkline(curves.tasks[task] ?? [], "a"),
    loss.toFixed(3),
  ]);
  return el("div", { class: "tall" }, table(["task", "by step", "loss"], rows));
}

function alerts({ alerts: all }: RunStatus): Markup {
  if (all.length === 0) return empty("Nothing that needs anybody.");
  return el("ul", { class: "alerts" }, all.map(alertRow));
}

function alertRow({ t, code, severity, text }: Alert): Markup {
  return el(
    "li",
    {},
    el("span", { class: `pill ${severity}` }, code),
    el("span", {}, text),
    el("time", { datetime: t }, clockTime(t)),
  );
}

/** Times in UTC: the page is drawn where the coordinator runs, and read elsewhere. */
function clockTime(t: string): string {
  return `${t.slice(11, 19)} UTC`;
}

function facts({
  run,
  startedAt,
  checkpoint,
  numTokens,
  numSkippedSteps,
  leases,
}: RunStatus): Markup {
  const rows: [string, string][] = [
    ["run", run === null ? "-" : `${run.runId}, started ${run.incarnation} time(s)`],
    ["address", run?.address ?? "-"],
    ["parameters", (run?.parameterCount ?? 0).toLocaleString("en")],
    ["batch", `${run?.globalBatchSize ?? 0} examples in ${run?.numMicroshards ?? 0} microshards`],
    [
      "this process since",
      startedAt === null ? "-" : `${startedAt.slice(0, 10)} ${clockTime(startedAt)}`,
    ],
    [
      "checkpoint",
      checkpoint === null
        ? "none yet"
        : `step ${checkpoint.step}, ${clockTime(checkpoint.t)}, took ${milliseconds(checkpoint.durationMs)}`,
    ],
    ["tokens", numTokens.toLocaleString("en")],
    ["skipped steps", String(numSkippedSteps)],
    [
      "leases",
      `${leases.issued.toLocaleString("en")} issued, ${leases.expired} expired, ${leases.backedUp} done twice`,
    ],
  ];
  return el(
    "dl",
    {},
    rows.map(([name, value]) => group(el("dt", {}, name), el("dd", {}, value))),
  );
}
