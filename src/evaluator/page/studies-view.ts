// The body of the service's first page: its model and its studies.

import type { Study } from "../study/study.ts";
import type { Surrogate } from "../surrogate.ts";
import { escapeHtml, percent, shown } from "./html.ts";

/** One row per study. */
export function studiesView(surrogate: Surrogate, studies: readonly Study[]): string {
  const { cacheHits, cacheMisses, numQueued } = surrogate.stats();
  const model = [
    ["model", surrogate.model],
    ["objectives", surrogate.objectives.join(", ")],
    ["kinds", surrogate.kinds.join(", ")],
    ["answers", `${cacheMisses} by the model, ${cacheHits} from the cache, ${numQueued} waiting`],
  ].map(([k, v]) => `<dt>${k}</dt><dd>${escapeHtml(v!)}</dd>`);
  return `<section><h2>Studies</h2>${tableOf(studies)}</section><br><section><h2>Model</h2><dl>${model.join("")}</dl></section>`;
}

function tableOf(studies: readonly Study[]): string {
  if (studies.length === 0) {
    return '<p class="mute">None yet. <code>POST /v1/studies</code> starts one.</p>';
  }
  const rows = studies.map((study) => {
    const { id, numTells, numDecisions, numPromoted, best, coverage90, trust } = study.report();
    const { name, unit } = study.spec.objectives[0]!;
    const cells = [
      `<a href="/studies/${encodeURIComponent(id)}">${escapeHtml(id)}</a>`,
      `${shown(best[0]?.values[name])} ${escapeHtml(unit ?? "")}`,
      String(numTells),
      `${numPromoted} of ${numDecisions}`,
      percent(coverage90[name]),
      `<span class="state ${trust.state}">${trust.state}</span>`,
    ];
    return `<tr>${cells.map((cell) => `<td>${cell}</td>`).join("")}</tr>`;
  });
  const names = ["study", "best", "evaluations", "promoted", "coverage", "trust"];
  const head = names.map((name) => `<th>${name}</th>`).join("");
  return `<div class="scroll"><table><tr>${head}</tr>${rows.join("")}</table></div>`;
}
