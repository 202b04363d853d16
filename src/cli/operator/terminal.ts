// A run's state as lines for a terminal. Pure.

import { renderTable } from "../output.ts";
import { barLine } from "../progress.ts";
import type { RunStatus, WorkerStatus } from "./run-state.ts";

const MAX_TASKS = 12;
const MAX_ALERTS = 8;

/** @param columns Width of the terminal. */
export function renderStatus(status: RunStatus, columns: number): string[] {
  const { run, phase, reason, workers, alerts } = status;
  return [
    `${run?.name ?? "run"}  ${phase}${reason === null ? "" : `: ${reason}`}`,
    progressLine(status, columns),
    ...newestLines(status),
    leaseLine(status),
    ...(status.checkpoint === null
      ? []
      : [`checkpoint of step ${status.checkpoint.step} at ${status.checkpoint.t}`]),
    ...(workers.length === 0 ? [] : ["", ...workersTable(workers)]),
    ...taskLines(status),
    ...(alerts.length === 0 ? [] : ["", "alerts, newest first"]),
    ...alerts.slice(0, MAX_ALERTS).map(({ t, code, text }) => `  ${t}  ${code}  ${text}`),
  ];
}

function progressLine({ run, step, numSteps, newest }: RunStatus, columns: number): string {
  const line = {
    label: run?.runId ?? "",
    total: numSteps,
    unit: "steps",
    done: step,
    details: newest === null ? {} : { workers: newest.numWorkers },
    perSecond:
      newest === null || newest.etaMs <= 0 ? undefined : rateOf(newest.etaMs, numSteps - step),
  };
  return barLine(line, columns);
}

/** Steps per second from the estimate, which is an average. */
function rateOf(etaMs: number, numLeft: number): number {
  return (1000 * numLeft) / etaMs;
}

function newestLines({ newest, validation }: RunStatus): string[] {
  if (newest === null) return ["no step is committed yet"];
  const { loss, tokensPerSecond, stepMs, gradientNorm, learningRate, phases } = newest;
  const figures = [
    `loss ${loss?.toFixed(4) ?? "not finite"}`,
    ...(validation === null
      ? []
      : [`validation ${validation.loss?.toFixed(4) ?? "not finite"} (step ${validation.step})`]),
    `${Math.round(tokensPerSecond).toLocaleString("en")} tokens/s`,
    `gradient norm ${gradientNorm?.toPrecision(3) ?? "not finite"}`,
    `learning rate ${learningRate.toExponential(2)}`,
  ];
  const parts = Object.entries(phases).map(
    ([name, ms]) => `${name.replace("Ms", "")} ${ms.toFixed(ms < 10 ? 1 : 0)}`,
  );
  return [figures.join("  "), `step ${Math.round(stepMs)} ms: ${parts.join(", ")}`];
}

function leaseLine({ leases, numSkippedSteps, alertCounts }: RunStatus): string {
  const numAlerts = Object.values(alertCounts).reduce((sum, count) => sum + count, 0);
  return [
    `leases ${leases.issued} issued, ${leases.reissued} re-issued, ${leases.expired} expired, ${leases.backedUp} done twice`,
    `skipped steps ${numSkippedSteps}`,
    `alerts ${numAlerts}`,
  ].join("  ");
}

function workersTable(workers: readonly WorkerStatus[]): string[] {
  return renderTable(
    ["worker", "does", "microshards/s", "leases", "expired", "engine"],
    workers.map(({ name, phase, msPerMicroshard, numLeases, numExpired, numericClass }) => [
      name,
      phase,
      msPerMicroshard === null ? "-" : (1000 / Math.max(1e-3, msPerMicroshard)).toPrecision(3),
      String(numLeases),
      String(numExpired),
      numericClass,
    ]),
  );
}

function taskLines({ taskLosses }: RunStatus): string[] {
  const tasks = Object.entries(taskLosses).toSorted(([, a], [, b]) => b - a);
  if (tasks.length === 0) return [];
  const rows = tasks.slice(0, MAX_TASKS).map(([task, loss]) => [task, loss.toFixed(4)]);
  const hidden = tasks.length - rows.length;
  return [
    "",
    ...renderTable(["task", "loss"], rows),
    ...(hidden > 0 ? [`and ${hidden} more`] : []),
  ];
}
