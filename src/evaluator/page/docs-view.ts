// The interface for people, from the same routes as /openapi.json.

import type { Route } from "../service/route.ts";
import { escapeHtml } from "./html.ts";

/** One block per route; `schemaOf` gives the JSON schema of its body. */
export function docsView(routes: readonly Route[], schemaOf: (route: Route) => unknown): string {
  const blocks = routes.map((route) => {
    const { method, pattern, scope, summary, bodySchema } = route;
    const needs = scope === undefined ? "open" : `scope ${scope}`;
    const schema =
      bodySchema === undefined
        ? ""
        : `<details><summary>body</summary><pre>${escapeHtml(JSON.stringify(schemaOf(route), null, 2))}</pre></details>`;
    return `<tr><td><code>${method}</code></td><td><code>${escapeHtml(pattern)}</code></td><td>${needs}</td><td class="wrap">${escapeHtml(summary)}${schema}</td></tr>`;
  });
  const table = `<div class="scroll"><table><tr><th>method</th><th>path</th><th>access</th><th>what</th></tr>${blocks.join("")}</table></div>`;
  return `<section><p class="mute">Errors are <code>{"error": {"code", "message", "hint", "place"}}</code>. 429 and 503 carry Retry-After.</p>${table}</section>`;
}
