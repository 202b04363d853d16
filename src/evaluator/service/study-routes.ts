// Studies over HTTP: create, score, decide, select, tell, report, export.

import { z } from "zod";
import type { Clock } from "../../core/index.ts";
import { candidateSchema } from "../candidate-schema.ts";
import type { StudyRegistry } from "../study/registry.ts";
import { policySchema, studySpecSchema } from "../study/spec.ts";
import type { Study, StudyResult } from "../study/study.ts";
import { defineRoute, type Route, type RouteRequest } from "./route.ts";
import { deadlineOf, requireFew } from "./score-routes.ts";

const candidatesSchema = z.strictObject({ candidates: z.array(candidateSchema).min(1) });

const selectSchema = candidatesSchema.extend({
  /** How many to choose. */
  q: z.int().min(1),
  /** Another policy than the study's, for this choice. */
  by: policySchema.optional(),
});

const tellSchema = z.union([
  z.strictObject({ candidate: candidateSchema, values: z.record(z.string(), z.number()) }),
  z.strictObject({ candidate: candidateSchema, failure: z.string().min(1) }),
]);

/** Routes for the studies of `registry`. */
export function studyRoutes(registry: StudyRegistry, maxCandidates: number, clock: Clock): Route[] {
  const studyOf = ({ params }: RouteRequest): Study => registry.get(params["id"]!);
  const jobOf = ({ headers, signal }: RouteRequest) => ({
    signal,
    deadlineMs: deadlineOf(headers, clock),
  });
  return [
    defineRoute({
      method: "POST",
      pattern: "/v1/studies",
      scope: "tell",
      summary: "Start a study; the same specification again gives the one that is there",
      bodySchema: studySpecSchema,
      handle: async ({ body }) => {
        const { study, isNew } = await registry.create(body);
        return { status: isNew ? 201 : 200, body: { spec: study.spec, ...study.report() } };
      },
    }),
    defineRoute({
      method: "GET",
      pattern: "/v1/studies",
      scope: "score",
      summary: "All studies",
      handle: () => ({ body: { studies: registry.list().map((study) => study.report()) } }),
    }),
    defineRoute({
      method: "GET",
      pattern: "/v1/studies/{id}",
      scope: "score",
      summary: "What has come of a study: the best, savings, coverage, trust",
      handle: (request) => {
        const study = studyOf(request);
        return { body: { spec: study.spec, ...study.report() } };
      },
    }),
    defineRoute({
      method: "GET",
      pattern: "/v1/studies/{id}/export",
      scope: "score",
      summary: "Tells and decisions as JSON lines",
      handle: (request) => ({
        body: studyOf(request).export(),
        contentType: "application/x-ndjson; charset=utf-8",
      }),
    }),
    defineRoute({
      method: "POST",
      pattern: "/v1/studies/{id}/finetune",
      scope: "tell",
      summary:
        "Adapt the model to the tells now, in the background; the report says what came of it",
      bodySchema: z.strictObject({}),
      handle: (request) => ({ status: 202, body: studyOf(request).fineTune() }),
    }),
    defineRoute({
      method: "POST",
      pattern: "/v1/studies/{id}/score",
      scope: "score",
      summary: "Predictions corrected by what was told; decides nothing",
      bodySchema: candidatesSchema,
      handle: async (request) => {
        requireFew(request.body.candidates.length, maxCandidates);
        const results = await studyOf(request).score(request.body.candidates, jobOf(request));
        return { body: { results: results.map(plain) } };
      },
    }),
    defineRoute({
      method: "POST",
      pattern: "/v1/studies/{id}/decide",
      scope: "tell",
      summary: "Promote, reject or abstain, one decision per candidate",
      bodySchema: candidatesSchema,
      handle: async (request) => {
        requireFew(request.body.candidates.length, maxCandidates);
        const study = studyOf(request);
        const results = await study.decide(request.body.candidates, jobOf(request));
        const withFallback = results.map((result) =>
          result.ok ? { ...result, pessimistic: study.pessimistic(result) } : result,
        );
        return { body: { results: withFallback.map(plain) } };
      },
    }),
    defineRoute({
      method: "POST",
      pattern: "/v1/studies/{id}/select",
      scope: "score",
      summary: "Choose the q most promising of a pool",
      bodySchema: selectSchema,
      handle: async (request) => {
        const { candidates, q, by } = request.body;
        requireFew(candidates.length, maxCandidates);
        const options = { ...jobOf(request), by };
        const { picks, results } = await studyOf(request).select(candidates, q, options);
        return { body: { picks, results: results.map(plain) } };
      },
    }),
    defineRoute({
      method: "POST",
      pattern: "/v1/studies/{id}/tell",
      scope: "tell",
      summary: "Tell the outcome of a real evaluation; telling it twice changes nothing",
      bodySchema: tellSchema,
      handle: async (request) => {
        const { candidate, ...outcome } = request.body;
        const told = "values" in outcome ? outcome.values : { failure: outcome.failure };
        return { body: await studyOf(request).tell(candidate, told, jobOf(request)) };
      },
    }),
  ];
}

/** A result without its discriminator: either the fields, or `error`. */
function plain<T extends object>(result: StudyResult<T>): object {
  if (!result.ok) return { error: result.problem };
  const { ok: _, ...fields } = result;
  return fields;
}
