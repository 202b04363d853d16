// A run's state in Prometheus' text format. docs/operating.md has the table of names and units.

import { Metrics } from "../../core/index.ts";
import type { RunStatus } from "./run-state.ts";

const PHASES = ["starting", "training", "paused", "done", "stopped", "failed"] as const;
const WORKER_PHASES = ["downloading", "waiting", "computing", "uploading", "stalled"] as const;
const GAUGES: readonly (readonly [name: string, help: string, of: (s: RunStatus) => number])[] = [
  ["auspex_step", "Newest committed step", ({ step }) => step],
  ["auspex_steps_planned", "Steps that the run is to have", ({ numSteps }) => numSteps],
  ["auspex_workers", "Workers that are admitted", ({ workers }) => workers.length],
];

/** @param residentBytes Of the coordinator's process. */
export function metricsText(status: RunStatus, residentBytes: number): string {
  const metrics = new Metrics();
  for (const [name, help, of] of GAUGES) metrics.gauge(name, help, of(status));
  for (const phase of PHASES) {
    const help = "1 for the phase that the run is in";
    metrics.gauge("auspex_run_phase", help, Number(status.phase === phase), { phase });
  }
  addNewest(metrics, status);
  addCounters(metrics, status);
  for (const phase of WORKER_PHASES) {
    const count = status.workers.filter((worker) => worker.phase === phase).length;
    metrics.gauge("auspex_workers_by_phase", "Workers by what they do now", count, { phase });
  }
  for (const { name, msPerMicroshard } of status.workers) {
    if (msPerMicroshard === null) continue;
    const help = "Average time of one microshard by worker";
    metrics.gauge("auspex_worker_microshard_seconds", help, msPerMicroshard / 1000, {
      worker: name,
    });
  }
  metrics.gauge(
    "auspex_coordinator_resident_bytes",
    "Resident memory of the coordinator",
    residentBytes,
  );
  return metrics.text();
}

function addNewest(
  metrics: Metrics,
  { newest, validation, taskLosses, checkpoint }: RunStatus,
): void {
  const gauge = (name: string, help: string, value: number | null | undefined): void => {
    if (value !== null && value !== undefined) metrics.gauge(name, help, value);
  };
  gauge("auspex_loss", "Loss of the newest step", newest?.loss);
  gauge("auspex_validation_loss", "Newest validation loss", validation?.loss);
  gauge("auspex_gradient_norm", "Norm of the newest gradient", newest?.gradientNorm);
  gauge("auspex_learning_rate", "Learning rate of the newest step", newest?.learningRate);
  gauge("auspex_tokens_per_second", "Tokens per second, averaged", newest?.tokensPerSecond);
  gauge("auspex_checkpoint_step", "Step of the newest checkpoint", checkpoint?.step);
  for (const [task, loss] of Object.entries(taskLosses)) {
    metrics.gauge("auspex_task_loss", "Newest loss by task", loss, { task });
  }
  if (newest === null) return;
  const remaining = newest.etaMs / 1000;
  gauge("auspex_remaining_seconds", "Estimated time to the last step", remaining);
  gauge("auspex_step_seconds", "Time of the newest step", newest.stepMs / 1000);
  for (const [name, ms] of Object.entries(newest.phases)) {
    const help = "Time of the newest step by phase; phases overlap";
    const phase = name.replace("Ms", "");
    metrics.gauge("auspex_step_phase_seconds", help, ms / 1000, { phase });
  }
}

function addCounters(metrics: Metrics, status: RunStatus): void {
  const { leases, alertCounts, numTokens, numSkippedSteps } = status;
  metrics.count("auspex_tokens_total", "Tokens of committed steps", {}, numTokens);
  metrics.count(
    "auspex_skipped_steps_total",
    "Steps with a gradient that was not finite",
    {},
    numSkippedSteps,
  );
  metrics.count("auspex_leases_issued_total", "Leases given out", {}, leases.issued);
  metrics.count(
    "auspex_leases_reissued_total",
    "Leases of work that was leased before",
    {},
    leases.reissued,
  );
  metrics.count(
    "auspex_leases_expired_total",
    "Leases that ended without progress",
    {},
    leases.expired,
  );
  metrics.count(
    "auspex_leases_backed_up_total",
    "Late leases that were given out twice",
    {},
    leases.backedUp,
  );
  for (const [code, count] of Object.entries(alertCounts)) {
    metrics.count("auspex_alerts_total", "Alerts by code", { code }, count);
  }
}
