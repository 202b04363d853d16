// What a request's priority does, and what a service that is shutting down says.

import { once } from "node:events";
import { request } from "node:http";
import type { Socket } from "node:net";
import { afterEach, expect, test } from "vitest";
import type { Service } from "../../../src/evaluator/index.ts";
import { fakePredictor } from "../fake.ts";
import { post, start } from "./http.ts";

let service: Service | undefined;
afterEach(async () => {
  await service?.close(100);
  service = undefined;
});

/** A predictor that holds its first batch until it is released. */
function held() {
  let release = () => {};
  const released = new Promise<void>((resolve) => (release = resolve));
  return { predictor: fakePredictor(() => released), release };
}

async function metric(url: string, name: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(new RegExp(`^${name}\\S* (\\S+)$`, "m").exec(text)?.[1] ?? 0);
}

const ask = (url: string, text: string, priority?: string) =>
  post(`${url}/v1/score`, { candidates: [{ text }], priority });

test("requests of high priority overtake those of low, and none is an error", async () => {
  const { predictor, release } = held();
  service = await start({}, predictor, { maxBatchSize: 1, maxDelayMs: 0 });
  const { url } = service;
  const first = ask(url, "x 1");
  await expect.poll(() => predictor.batches.length, { timeout: 20_000 }).toBe(1);
  const low = ask(url, "x 2", "low");
  await expect.poll(() => metric(url, "auspex_queued_candidates"), { timeout: 20_000 }).toBe(1);
  const high = ask(url, "x 3", "high");
  const usual = ask(url, "x 4");
  await expect.poll(() => metric(url, "auspex_queued_candidates"), { timeout: 20_000 }).toBe(3);
  release();
  const answers = await Promise.all([first, low, high, usual]);
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
  const order = predictor.batches.flat();
  expect(order[0]).toBe("x 1");
  expect(new Set(order.slice(1, 3))).toEqual(new Set(["x 3", "x 4"]));
  expect(order[3]).toBe("x 2");
  expect((await ask(url, "x 5", "urgent")).status).toBe(400);
});

test("while it drains, a service answers 503 with Retry-After on connections that are open", async () => {
  const { predictor, release } = held();
  service = await start({}, predictor);
  const { url } = service;
  // The body of a request whose head came before the draining ends within it.
  const late = request(`${url}/v1/score`, {
    method: "POST",
    headers: { "content-type": "application/json" },
  });
  late.write('{"candidates":[');
  const [socket] = (await once(late, "socket")) as [Socket];
  if (socket.connecting) await once(socket, "connect");
  const asked = ask(url, "x 1");
  await expect.poll(() => predictor.batches.length, { timeout: 20_000 }).toBe(1);
  const closed = service.close();
  service = undefined;
  const answer = new Promise<{ status: number; retryAfter: unknown; code: string }>((resolve) => {
    late.on("response", (response) => {
      let text = "";
      response.on("data", (chunk) => (text += String(chunk)));
      response.on("end", () => {
        const { error } = JSON.parse(text) as { error: { code: string } };
        const { statusCode: status = 0, headers } = response;
        resolve({ status, retryAfter: headers["retry-after"], code: error.code });
      });
    });
  });
  late.end('{"text":"x 2"}]}');
  expect(await answer).toEqual({ status: 503, retryAfter: "1", code: "UNAVAILABLE" });
  release();
  expect((await asked).status).toBe(200);
  await closed;
});
