// Pages for people: the studies, one study, the interface. The pages hold nothing; their views need the scope.

import { docsView } from "../page/docs-view.ts";
import { livePage, PAGE_POLICY, staticPage } from "../page/shell.ts";
import { studiesView } from "../page/studies-view.ts";
import { studyView } from "../page/study-view.ts";
import type { StudyRegistry } from "../study/registry.ts";
import type { Surrogate } from "../surrogate.ts";
import { jsonSchema } from "./openapi.ts";
import { defineRoute, type Route, type RouteResponse } from "./route.ts";

/** GET /, /studies/{id}, their views, and /docs. */
export function pageRoutes(
  surrogate: Surrogate,
  registry: StudyRegistry,
  allRoutes: () => readonly Route[],
): Route[] {
  return [
    defineRoute({
      method: "GET",
      pattern: "/",
      summary: "Page of all studies",
      handle: () => html(livePage("Studies", "/view")),
    }),
    defineRoute({
      method: "GET",
      pattern: "/view",
      scope: "score",
      summary: "What the page of all studies shows",
      handle: () => html(studiesView(surrogate, registry.list())),
    }),
    defineRoute({
      method: "GET",
      pattern: "/studies/{id}",
      summary: "Page of one study, kept current",
      handle: ({ params }) => {
        const id = params["id"]!;
        return html(livePage(id, `/studies/${encodeURIComponent(id)}/view`));
      },
    }),
    defineRoute({
      method: "GET",
      pattern: "/studies/{id}/view",
      scope: "score",
      summary: "What the page of a study shows; 304 while nothing has changed",
      handle: ({ params, headers }) => {
        const study = registry.get(params["id"]!);
        const etag = `"${study.revision}-${study.isFineTuning}"`;
        if (headers["if-none-match"] === etag) return { status: 304, body: "", headers: { etag } };
        const view = html(studyView(study));
        return { ...view, headers: { ...view.headers, etag } };
      },
    }),
    defineRoute({
      method: "GET",
      pattern: "/docs",
      summary: "This interface, for people",
      handle: () =>
        html(
          staticPage(
            "Interface",
            docsView(allRoutes(), ({ bodySchema }) => jsonSchema(bodySchema!)),
          ),
        ),
    }),
  ];
}

function html(body: string): RouteResponse {
  const headers = { "content-security-policy": PAGE_POLICY, "referrer-policy": "no-referrer" };
  return { body, contentType: "text/html; charset=utf-8", headers };
}
