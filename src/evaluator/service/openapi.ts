// The OpenAPI 3.1 page, made from the routes and their schemas.

import { z } from "zod";
import type { Route } from "./route.ts";

const ERROR_SCHEMA = {
  type: "object",
  required: ["error"],
  properties: {
    error: {
      type: "object",
      required: ["code", "message"],
      properties: {
        code: { type: "string", description: "Stable, for programs" },
        message: { type: "string" },
        hint: { type: "string", description: "What to do about it" },
        place: { type: "string", description: "Where in the request" },
      },
    },
  },
};

/** Describes `routes`. */
export function openApi(routes: readonly Route[], version: string): Record<string, unknown> {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of routes) {
    paths[route.pattern] = {
      ...paths[route.pattern],
      [route.method.toLowerCase()]: operation(route),
    };
  }
  return {
    openapi: "3.1.0",
    info: { title: "auspex evaluator", version },
    paths,
    components: {
      schemas: { Error: ERROR_SCHEMA },
      securitySchemes: { bearer: { type: "http", scheme: "bearer" } },
    },
  };
}

function operation(route: Route): Record<string, unknown> {
  const names = [...route.pattern.matchAll(/\{(\w+)\}/g)].map((match) => match[1]);
  const error = { "application/json": { schema: { $ref: "#/components/schemas/Error" } } };
  return {
    summary: route.summary,
    ...(route.scope === undefined ? {} : { security: [{ bearer: [route.scope] }, {}] }),
    parameters: names.map((name) => ({
      name,
      in: "path",
      required: true,
      schema: { type: "string" },
    })),
    ...(route.bodySchema === undefined
      ? {}
      : {
          requestBody: {
            required: true,
            content: { "application/json": { schema: jsonSchema(route.bodySchema) } },
          },
        }),
    responses: {
      "200": { description: "Done" },
      "4XX": { description: "What is wrong with the request", content: error },
      "429": {
        description: "The queue is full; Retry-After says when to come back",
        content: error,
      },
    },
  };
}

/** A body's schema as JSON Schema. */
export function jsonSchema(schema: z.ZodType): Record<string, unknown> {
  return z.toJSONSchema(schema, { io: "input", unrepresentable: "any" });
}
