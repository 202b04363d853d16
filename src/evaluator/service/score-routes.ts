// Scoring over HTTP: POST /v1/score, and what the service knows about itself.

import { z } from "zod";
import type { Clock } from "../../core/index.ts";
import { candidateSchema } from "../candidate-schema.ts";
import type { CandidateScore, ScoreReport, Surrogate } from "../surrogate.ts";
import { candidateProblem, HttpProblem } from "./problem.ts";
import { defineRoute, type Route, type RouteRequest } from "./route.ts";

const contextSchema = z.record(
  z.string().regex(/^[\w .-]{1,100}$/),
  z.string().regex(/^[^\r\n]{0,1000}$/),
);

const scoreSchema = z.strictObject({
  candidates: z.array(candidateSchema).min(1),
  objective: z.string().max(200).optional(),
  direction: z.enum(["min", "max"]).optional(),
  context: contextSchema.optional(),
  /** `skip`: candidates that cannot be scored carry an `error` and the others are scored all the same. */
  onInvalid: z.enum(["reject", "skip"]).optional(),
  priority: z.enum(["high", "low"]).optional(),
});

/** Routes that need nothing but the surrogate. */
export function scoreRoutes(surrogate: Surrogate, maxCandidates: number, clock: Clock): Route[] {
  const score = defineRoute({
    method: "POST",
    pattern: "/v1/score",
    scope: "score",
    summary: "Score candidates and rank them, best first",
    bodySchema: scoreSchema,
    handle: async ({ body, headers, signal }) => {
      requireFew(body.candidates.length, maxCandidates);
      requireObjective(surrogate, body.objective);
      const { objective, direction, context, priority } = body;
      const deadlineMs = deadlineOf(headers, clock);
      const report = await surrogate.score(body.candidates, {
        objective,
        direction,
        context,
        priority,
        deadlineMs,
        signal,
      });
      if (body.onInvalid !== "skip") requireAllValid(report);
      const allCached = report.scores.every((entry) => "cached" in entry && entry.cached);
      return { body: report, headers: { "x-cache": allCached ? "hit" : "miss" } };
    },
  });
  const models = defineRoute({
    method: "GET",
    pattern: "/v1/models",
    scope: "score",
    summary: "The model that answers, and its objectives in order",
    handle: () => ({
      body: { models: [{ id: surrogate.model, objectives: surrogate.objectives }] },
    }),
  });
  const kinds = defineRoute({
    method: "GET",
    pattern: "/v1/kinds",
    scope: "score",
    summary: "Kinds of candidates that are read",
    handle: () => ({ body: { kinds: surrogate.kinds } }),
  });
  return [score, models, kinds];
}

/** 413 for more candidates than one request may have. */
export function requireFew(numCandidates: number, maxCandidates: number): void {
  if (numCandidates <= maxCandidates) return;
  throw new HttpProblem(
    413,
    "TOO_MANY_CANDIDATES",
    `${numCandidates} candidates, at most ${maxCandidates}`,
    { place: "candidates", hint: "send them in several requests" },
  );
}

/** 409 for an objective that the model does not have. */
function requireObjective(surrogate: Surrogate, objective: string | undefined): void {
  if (objective === undefined || surrogate.objectives.includes(objective)) return;
  throw new HttpProblem(409, "OBJECTIVE_UNKNOWN", "the model has no such objective", {
    place: "objective",
    hint: `objectives of this model: ${surrogate.objectives.join(", ")}`,
  });
}

/** `x-request-deadline-ms`: how long the caller is willing to wait, from now. */
export function deadlineOf(headers: RouteRequest["headers"], clock: Clock): number | undefined {
  const header = headers["x-request-deadline-ms"];
  if (header === undefined) return undefined;
  const waitMs = Number(header);
  if (!Number.isFinite(waitMs) || waitMs <= 0) {
    throw new HttpProblem(400, "BAD_REQUEST", "x-request-deadline-ms must be a number above 0");
  }
  return clock.nowMs() + waitMs;
}

/** Answers with the first candidate's error, and all of them beside it. */
function requireAllValid(report: ScoreReport): void {
  const failed = report.scores.filter((score) => "error" in score);
  const first = failed[0];
  if (first === undefined) return;
  const problem = candidateProblem(first.error, `candidates[${first.index}]`);
  const extra = { candidates: failed satisfies CandidateScore[] };
  throw new HttpProblem(problem.status, problem.code, problem.message, {
    ...problem.options,
    extra,
  });
}
