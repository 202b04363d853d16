// POST /evaluate: one candidate, one number that is better when larger, as GEPA's evaluation servers answer.

import { z } from "zod";
import type { Clock } from "../../core/index.ts";
import { errorOf } from "../candidate.ts";
import type { StudyRegistry } from "../study/registry.ts";
import { defineRoute, type Route } from "./route.ts";
import { deadlineOf } from "./score-routes.ts";

const evaluateSchema = z.strictObject({
  /** The candidate's text. */
  candidate: z.string(),
  kind: z.string().max(100).optional(),
  /** The study whose first objective the score is. */
  study: z.string(),
});

/** `{ candidate, study }` -> `{ score, info, budget }`. The score of a `min` objective is its negative. */
export function evaluateRoute(registry: StudyRegistry, clock: Clock): Route {
  return defineRoute({
    method: "POST",
    pattern: "/evaluate",
    scope: "score",
    summary: "The prediction for one candidate as a single score, larger is better",
    bodySchema: evaluateSchema,
    handle: async ({ body, headers, signal }) => {
      const study = registry.get(body.study);
      const { candidate: text, kind } = body;
      const candidate = kind === undefined ? { text } : { text, kind };
      const job = { signal, deadlineMs: deadlineOf(headers, clock) };
      const [result] = await study.score([candidate], job);
      if (result?.ok !== true) throw errorOf(result!.problem);
      const { name, goal, unit } = study.spec.objectives[0]!;
      const { mean, std, low, high } = result.predictions[name]!;
      const feedback =
        `predicted ${name} ${mean.toPrecision(4)}${unit === undefined ? "" : ` ${unit}`} ` +
        `(90 % between ${low.toPrecision(4)} and ${high.toPrecision(4)}), not measured`;
      const info = { feedback, std, pImprove: result.pImprove, trust: result.trust.state };
      const { numTells: used, budgetLeft } = study;
      return {
        body: {
          score: goal === "max" ? mean : -mean,
          info: { ...info, predictions: result.predictions },
          budget: { used, remaining: budgetLeft ?? null },
        },
      };
    },
  });
}
