// What tests of the service share: starting one on a free port, and talking to it.

import { openSurrogate, type Service, startService } from "../../../src/evaluator/index.ts";
import { fakeHost, fakePredictor } from "../fake.ts";

export type StartOptions = Omit<Parameters<typeof startService>[0], "surrogate">;
type Batching = Parameters<typeof openSurrogate>[0]["batching"];

/** A service on the fake predictor. The caller closes it. */
export function start(
  options: StartOptions = {},
  predictor = fakePredictor(),
  batching: Batching = {},
): Promise<Service> {
  const surrogate = openSurrogate({ predictor, plugins: fakeHost, batching });
  return startService({ surrogate, ...options });
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly json: any;
}

/** Posts a value as JSON, or a string or bytes as they are. */
export async function post(
  url: string,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const isRaw = typeof body === "string" || body instanceof Uint8Array;
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: isRaw ? (body as string) : JSON.stringify(body),
  });
  return { status: response.status, headers: response.headers, json: await response.json() };
}
