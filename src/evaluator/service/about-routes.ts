// What the service says about itself: health, metrics, description.

import type { Metrics } from "../../core/index.ts";
import type { StudyRegistry } from "../study/registry.ts";
import type { Study } from "../study/study.ts";
import type { Surrogate } from "../surrogate.ts";
import { defineRoute, type Route } from "./route.ts";

/** GET /healthz, /readyz, /metrics and /openapi.json. */
export function aboutRoutes(
  surrogate: Surrogate,
  registry: StudyRegistry,
  metrics: Metrics,
  describe: () => unknown,
): Route[] {
  const health = (pattern: string): Route =>
    defineRoute({
      method: "GET",
      pattern,
      summary: "Whether the service answers",
      handle: () => ({ body: { status: "ok", model: surrogate.model } }),
    });
  return [
    health("/healthz"),
    health("/readyz"),
    defineRoute({
      method: "GET",
      pattern: "/metrics",
      scope: "score",
      summary: "Metrics in Prometheus' text format",
      handle: () => {
        const { cacheHits, cacheMisses, cacheEntries, numQueued } = surrogate.stats();
        metrics.gauge("auspex_cache_hits", "Answers from the cache", cacheHits);
        metrics.gauge("auspex_cache_misses", "Answers from the model", cacheMisses);
        metrics.gauge("auspex_cache_entries", "Answers kept", cacheEntries);
        metrics.gauge("auspex_queued_candidates", "Candidates that wait", numQueued);
        for (const study of registry.list()) countStudy(metrics, study);
        metrics.gauge("auspex_resident_bytes", "Resident memory", process.memoryUsage.rss());
        const { user, system } = process.cpuUsage();
        const seconds = (user + system) / 1e6;
        metrics.gauge("auspex_processor_seconds", "Processor time so far, all threads", seconds);
        return { body: metrics.text(), contentType: "text/plain; version=0.0.4; charset=utf-8" };
      },
    }),
    defineRoute({
      method: "GET",
      pattern: "/openapi.json",
      summary: "This description",
      handle: () => ({ body: describe() }),
    }),
  ];
}

const TRUST_LEVELS = { untrusted: 0, calibrating: 0.5, trusted: 1 } as const;

/** The registry bounds how many studies there are, and with them the labels. */
function countStudy(metrics: Metrics, study: Study): void {
  const report = study.report();
  const gauge = (name: string, help: string, value: number, labels: Record<string, string> = {}) =>
    metrics.gauge(`auspex_study_${name}`, help, value, { study: report.id, ...labels });
  gauge("tells", "Results told", report.numTells);
  gauge("failures", "Failures told", report.numFailures);
  gauge("promoted", "Candidates promoted", report.numPromoted);
  gauge("rejected", "Candidates rejected", report.numRejected);
  gauge("audits", "Rejected candidates that were promoted all the same", report.numAudits);
  gauge("trust", "1 trusted, 0.5 calibrating, 0 untrusted", TRUST_LEVELS[report.trust.state]);
  gauge(
    "model_version",
    "Fine-tuned model that answers, 0 the bundle",
    report.fineTuning?.version ?? 0,
  );
  for (const [objective, coverage] of Object.entries(report.coverage90)) {
    if (Number.isFinite(coverage)) {
      gauge("coverage90", "True values inside the 90 % interval", coverage, { objective });
    }
  }
}
