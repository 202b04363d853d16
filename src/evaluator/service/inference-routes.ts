// The Open Inference Protocol, version 2 (as KServe and Triton speak it), over the same surrogate: candidates are
// a BYTES tensor, predictions FP64 tensors. Its errors are `{ "error": string }`.

import { z } from "zod";
import type { Clock } from "../../core/index.ts";
import { errorOf } from "../candidate.ts";
import type { ObjectiveScore, Surrogate } from "../surrogate.ts";
import { HttpProblem } from "./problem.ts";
import { defineRoute, type Route, type RouteRequest } from "./route.ts";
import { deadlineOf, requireFew } from "./score-routes.ts";

const LEVELS = ["0.05", "0.25", "0.5", "0.75", "0.95"];
const OUTPUTS = ["mean", "median", "std", "quantiles"] as const;

const tensorSchema = z.object({
  name: z.string().max(100),
  shape: z.array(z.int().min(0)).length(1),
  datatype: z.literal("BYTES"),
  data: z.array(z.string()),
});

const inferSchema = z.object({
  id: z.string().max(200).optional(),
  /** `objective`: which one the outputs are of. Default: the first. */
  parameters: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
  /** `candidate`, and `kind` of the same length where it cannot be told. */
  inputs: z.array(tensorSchema).min(1).max(2),
  outputs: z
    .array(z.object({ name: z.string() }))
    .max(OUTPUTS.length)
    .refine((outputs) => new Set(outputs.map(({ name }) => name)).size === outputs.length, {
      message: "each output once",
    })
    .optional(),
});

/** Whether errors at this path have the protocol's shape. */
export function isInferencePath(path: string): boolean {
  return path === "/v2" || path.startsWith("/v2/");
}

/** Routes of the protocol. */
export function inferenceRoutes(
  surrogate: Surrogate,
  maxCandidates: number,
  clock: Clock,
): Route[] {
  // Bundles are named `name@hash`: name and version in the protocol's words.
  const [name = "model", version = "1"] = surrogate.model.split("@");
  const check = ({ params }: Pick<RouteRequest, "params">): void => {
    const isKnown = params["model"] === name && (params["version"] ?? version) === version;
    if (!isKnown)
      throw new HttpProblem(404, "MODEL_UNKNOWN", `this service has ${name} ${version}`);
  };
  const get = (pattern: string, summary: string, body: () => unknown): Route =>
    defineRoute({
      method: "GET",
      pattern,
      summary,
      handle: (request) => {
        if (pattern.includes("{model}")) check(request);
        return { body: body() };
      },
    });
  const both = (suffix: string): string[] => [
    `/v2/models/{model}${suffix}`,
    `/v2/models/{model}/versions/{version}${suffix}`,
  ];
  return [
    get("/v2", "Open Inference Protocol: the server", () => ({
      name: "auspex",
      version: "2",
      extensions: [],
    })),
    get("/v2/health/live", "Open Inference Protocol: live", () => ({ live: true })),
    get("/v2/health/ready", "Open Inference Protocol: ready", () => ({ ready: true })),
    ...both("").map((pattern) =>
      get(pattern, "Open Inference Protocol: the model", () => metadata(name, version)),
    ),
    ...both("/ready").map((pattern) =>
      get(pattern, "Open Inference Protocol: the model is ready", () => ({ name, ready: true })),
    ),
    ...both("/infer").map((pattern) =>
      defineRoute({
        method: "POST",
        pattern,
        scope: "score",
        summary: "Open Inference Protocol: score candidates",
        bodySchema: inferSchema,
        handle: async (request) => {
          check(request);
          const { body, headers, signal } = request;
          const candidates = candidatesOf(body.inputs);
          requireFew(candidates.length, maxCandidates);
          const objective = objectiveOf(surrogate, body.parameters?.["objective"]);
          const job = { objective, signal, deadlineMs: deadlineOf(headers, clock) };
          const { scores } = await surrogate.score(candidates, job);
          const answers = scores.map((score) => {
            if ("error" in score) throw errorOf(score.error);
            return score;
          });
          const id = body.id === undefined ? {} : { id: body.id };
          const wanted = body.outputs?.map((output) => output.name) ?? [...OUTPUTS];
          const outputs = wanted.map((output) => tensorOf(output, answers));
          return { body: { model_name: name, model_version: version, ...id, outputs } };
        },
      }),
    ),
  ];
}

function metadata(name: string, version: string): unknown {
  const scalar = (output: string): unknown => ({ name: output, datatype: "FP64", shape: [-1] });
  return {
    name,
    versions: [version],
    platform: "auspex",
    inputs: [
      { name: "candidate", datatype: "BYTES", shape: [-1] },
      { name: "kind", datatype: "BYTES", shape: [-1] },
    ],
    outputs: [
      scalar("mean"),
      scalar("median"),
      scalar("std"),
      { name: "quantiles", datatype: "FP64", shape: [-1, LEVELS.length] },
    ],
  };
}

function candidatesOf(
  inputs: z.infer<typeof inferSchema>["inputs"],
): { text: string; kind?: string }[] {
  for (const { name, shape, data } of inputs) {
    if (shape[0] === data.length) continue;
    throw new HttpProblem(
      400,
      "BAD_REQUEST",
      `${name}: shape [${shape[0]}] with ${data.length} elements`,
    );
  }
  const texts = inputs.find(({ name }) => name === "candidate")?.data;
  if (texts === undefined || texts.length === 0) {
    throw new HttpProblem(400, "BAD_REQUEST", "the input candidate is missing or empty");
  }
  const kinds = inputs.find(({ name }) => name === "kind")?.data;
  if (kinds !== undefined && kinds.length !== texts.length) {
    throw new HttpProblem(400, "BAD_REQUEST", "kind must have one element per candidate");
  }
  return texts.map((text, i) => (kinds === undefined ? { text } : { text, kind: kinds[i]! }));
}

function objectiveOf(surrogate: Surrogate, wanted: string | number | boolean | undefined): string {
  const objective = wanted === undefined ? surrogate.objectives[0]! : String(wanted);
  if (surrogate.objectives.includes(objective)) return objective;
  const known = surrogate.objectives.join(", ");
  throw new HttpProblem(
    409,
    "OBJECTIVE_UNKNOWN",
    `no objective ${objective.slice(0, 100)}; there are ${known}`,
  );
}

function tensorOf(name: string, scores: readonly ObjectiveScore[]): unknown {
  const output = OUTPUTS.find((known) => known === name);
  if (output === undefined) {
    throw new HttpProblem(
      400,
      "BAD_REQUEST",
      `no output ${name.slice(0, 100)}; there are ${OUTPUTS.join(", ")}`,
    );
  }
  if (output === "quantiles") {
    const data = scores.flatMap(({ quantiles }) => LEVELS.map((level) => quantiles[level]!));
    return { name, datatype: "FP64", shape: [scores.length, LEVELS.length], data };
  }
  return {
    name,
    datatype: "FP64",
    shape: [scores.length],
    data: scores.map((score) => score[output]),
  };
}
