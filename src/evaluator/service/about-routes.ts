// What the service says about itself: health, metrics, description.

import type { Surrogate } from "../surrogate.ts";
import type { Metrics } from "./metrics.ts";
import { defineRoute, type Route } from "./route.ts";

/** GET /healthz, /readyz, /metrics and /openapi.json. */
export function aboutRoutes(
  surrogate: Surrogate,
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
        metrics.gauge("auspex_resident_bytes", "Resident memory", process.memoryUsage.rss());
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
