import { connect } from "node:net";
import { afterEach, expect, test } from "vitest";
import { sha256Hex } from "../../../src/core/index.ts";
import { openSurrogate, type Service, startService } from "../../../src/evaluator/index.ts";
import fc from "../../support/property.ts";
import { fakeHost, fakePredictor } from "../fake.ts";
import { post, start as startFake } from "./http.ts";

let service: Service | undefined;
afterEach(async () => {
  await service?.close(100);
  service = undefined;
});

async function start(...args: Parameters<typeof startFake>): Promise<string> {
  service = await startFake(...args);
  return service.url;
}

const ONE = { candidates: [{ kind: "text", text: "x 1" }] };

/** Sends raw bytes and collects whatever comes back until the other side closes. */
function raw(url: string, bytes: string | Uint8Array, waitMs = 2000): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(Number(new URL(url).port), "127.0.0.1", () => socket.write(bytes));
    let text = "";
    const done = () => {
      socket.destroy();
      resolve(text);
    };
    socket.setTimeout(waitMs, done);
    socket.on("data", (chunk) => (text += chunk.toString("latin1")));
    socket.on("close", done);
    socket.on("error", done);
  });
}

test("candidates are scored and ranked over a real socket", async () => {
  const url = await start();
  const body = { candidates: [{ text: "x 3" }, { text: "x 1" }], objective: "cost" };
  const { status, json } = await post(`${url}/v1/score`, body);
  expect(status).toBe(200);
  expect(json).toMatchObject({
    model: "fake-1",
    objective: "cost",
    direction: "min",
    ranking: [1, 0],
  });
  expect(json.scores[1]).toMatchObject({ index: 1, rank: 1, median: 1 });
  const again = await post(`${url}/v1/score`, body);
  expect(again.headers.get("x-cache")).toBe("hit");
});

test("health, metrics, kinds, models and the OpenAPI page answer", async () => {
  const url = await start({ version: "1.2.3" });
  await post(`${url}/v1/score`, ONE);
  const get = async (path: string) => (await fetch(url + path)).text();
  expect(JSON.parse(await get("/healthz"))).toEqual({ status: "ok", model: "fake-1" });
  expect(JSON.parse(await get("/v1/kinds"))).toEqual({ kinds: ["text"] });
  expect(JSON.parse(await get("/v1/models")).models[0].objectives).toEqual(["cost", "gain"]);
  const metrics = await get("/metrics");
  expect(metrics).toMatch(/^auspex_requests_total\{status="200"\} 4$/m);
  expect(metrics).toMatch(/^auspex_request_seconds_bucket\{le="\+Inf"\} 4$/m);
  expect(metrics).toMatch(/^auspex_cache_misses 1$/m);
  const page = JSON.parse(await get("/openapi.json"));
  expect(page.info.version).toBe("1.2.3");
  expect(Object.keys(page.paths)).toContain("/v1/score");
  const schema = page.paths["/v1/score"].post.requestBody.content["application/json"].schema;
  expect(schema.required).toEqual(["candidates"]);
});

const WRONG: [string, unknown, Record<string, string>, number, string, string | undefined][] = [
  ["bad JSON", "{", {}, 400, "BAD_JSON", "byte 1"],
  ["an empty body", "", {}, 400, "BAD_JSON", undefined],
  ["bytes that are no UTF-8", new Uint8Array([0x22, 0xff, 0x22]), {}, 400, "BAD_UTF8", undefined],
  ["a number", "7", {}, 400, "BAD_REQUEST", "body"],
  ["missing fields", {}, {}, 400, "BAD_REQUEST", "candidates"],
  ["an unknown field", { ...ONE, objectiv: "a" }, {}, 400, "BAD_REQUEST", "body"],
  [
    "a polluting field",
    '{"candidates":[{"text":"1"}],"__proto__":{"a":1}}',
    {},
    400,
    "BAD_REQUEST",
    "body",
  ],
  ["no candidates", { candidates: [] }, {}, 400, "BAD_REQUEST", "candidates"],
  ["a candidate without text", { candidates: [{}] }, {}, 400, "BAD_REQUEST", "candidates[0]"],
  [
    "text of the wrong type",
    { candidates: [{ text: 1 }] },
    {},
    400,
    "BAD_REQUEST",
    "candidates[0].text",
  ],
  ["a wrong direction", { ...ONE, direction: "up" }, {}, 400, "BAD_REQUEST", "direction"],
  [
    "a line break in the context",
    { ...ONE, context: { a: "b\nc" } },
    {},
    400,
    "BAD_REQUEST",
    "context.a",
  ],
  [
    "too many candidates",
    { candidates: Array.from({ length: 9 }, () => ({ text: "1" })) },
    {},
    413,
    "TOO_MANY_CANDIDATES",
    "candidates",
  ],
  [
    "an unknown objective",
    { ...ONE, objective: "speed" },
    {},
    409,
    "OBJECTIVE_UNKNOWN",
    "objective",
  ],
  [
    "an unknown kind",
    { candidates: [{ kind: "x/y", text: "1" }] },
    {},
    415,
    "UNKNOWN_KIND",
    "candidates[0]",
  ],
  [
    "a bad candidate",
    { candidates: [{ text: "1" }, { text: "bad" }] },
    {},
    422,
    "TEXT_BAD",
    "candidates[1] line 2, column 1",
  ],
  [
    "a content type that pages can send",
    ONE,
    { "content-type": "text/plain" },
    415,
    "CONTENT_TYPE",
    undefined,
  ],
  [
    "an unknown content type",
    ONE,
    { "content-type": "application/xml" },
    415,
    "CONTENT_TYPE",
    undefined,
  ],
  ["a compressed body", ONE, { "content-encoding": "gzip" }, 415, "CONTENT_ENCODING", undefined],
  [
    "a deadline that is no number",
    ONE,
    { "x-request-deadline-ms": "soon" },
    400,
    "BAD_REQUEST",
    undefined,
  ],
];

test.each(WRONG)(
  "%s is answered with its status, code and place",
  async (_name, body, headers, status, code, place) => {
    const url = await start({ limits: { maxCandidates: 8 } });
    const answer = await post(`${url}/v1/score`, body, headers);
    expect(answer.status).toBe(status);
    expect(answer.json.error.code).toBe(code);
    expect(answer.json.error.message).toBeTruthy();
    expect(answer.json.error.place).toBe(place);
    expect((await post(`${url}/v1/score`, ONE)).status).toBe(200);
  },
);

test("with onInvalid skip, bad candidates carry their error and the others are scored", async () => {
  const url = await start();
  const candidates = [{ text: "bad" }, { text: "x 2" }];
  const { status, json } = await post(`${url}/v1/score`, { candidates, onInvalid: "skip" });
  expect(status).toBe(200);
  expect(json.ranking).toEqual([1]);
  expect(json.scores[0].error.code).toBe("TEXT_BAD");
});

test("wrong paths and methods are 404 and 405", async () => {
  const url = await start();
  expect((await post(`${url}/v1/scores`, ONE)).status).toBe(404);
  expect((await post(`${url}/v1/%ff`, ONE)).status).toBe(404);
  const response = await fetch(`${url}/v1/score`);
  expect([response.status, response.headers.get("allow")]).toEqual([405, "POST"]);
  expect((await fetch(`${url}/healthz`, { method: "HEAD" })).status).toBe(200);
});

test("a body over the limit is 413, declared or not", async () => {
  const url = await start({ limits: { maxBodyBytes: 1000 } });
  const large = { candidates: [{ text: "1".repeat(2000) }] };
  const declared = await post(`${url}/v1/score`, large);
  expect([declared.status, declared.json.error.code]).toEqual([413, "BODY_TOO_LARGE"]);
  const chunk = "1".repeat(1500);
  const chunked = await raw(
    url,
    `POST /v1/score HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n${chunk.length.toString(16)}\r\n${chunk}\r\n`,
    300,
  );
  expect(chunked).toMatch(/^HTTP\/1\.1 413 /);
});

test("a slow body is answered 408 and its connection closed", async () => {
  const url = await start({ limits: { bodyTimeoutMs: 50 } });
  const head =
    "POST /v1/score HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{";
  expect(await raw(url, head)).toMatch(/^HTTP\/1\.1 408 /);
});

test("what is no HTTP is answered 400, and the service lives", async () => {
  const url = await start();
  expect(await raw(url, "\u0016\u0003\u0001 hello\r\n\r\n")).toMatch(/^HTTP\/1\.1 400 /);
  expect(
    await raw(url, `GET / HTTP/1.1\r\nhost: localhost\r\na: ${"b".repeat(20_000)}\r\n\r\n`),
  ).toMatch(/^HTTP\/1\.1 431 /);
  expect((await fetch(`${url}/healthz`)).status).toBe(200);
});

test("random bodies never get anything but a 4xx, and never end the service", async () => {
  const url = await start();
  const body = fc.oneof(
    fc.json(),
    fc.string(),
    fc.record({ candidates: fc.array(fc.anything()) }).map((value) => {
      try {
        return JSON.stringify(value) ?? "";
      } catch {
        return "";
      }
    }),
  );
  await fc.assert(
    fc.asyncProperty(body, async (text) => {
      const { status, json } = await post(`${url}/v1/score`, text);
      expect(status).toBeGreaterThanOrEqual(400);
      expect(status).toBeLessThan(500);
      expect(json.error.code).toMatch(/^[A-Z0-9_]+$/);
    }),
    { numRuns: 150 },
  );
  expect((await post(`${url}/v1/score`, ONE)).status).toBe(200);
});

test("concurrent requests share batches", async () => {
  const predictor = fakePredictor();
  const url = await start({}, predictor, { maxDelayMs: 20 });
  const all = await Promise.all(
    Array.from({ length: 32 }, (_, i) =>
      post(`${url}/v1/score`, { candidates: [{ text: `x ${i}` }] }),
    ),
  );
  expect(all.map(({ json }) => json.scores[0].median)).toEqual(
    Array.from({ length: 32 }, (_, i) => i),
  );
  expect(predictor.batches.length).toBeLessThan(16);
});

test("a full queue is 429 with Retry-After, and recovers", async () => {
  let release = () => {};
  const blocked = new Promise<void>((resolve) => (release = resolve));
  const url = await start(
    {},
    fakePredictor(() => blocked),
    { maxQueued: 2, maxDelayMs: 0 },
  );
  const first = post(`${url}/v1/score`, ONE);
  await waitUntil(async () => (await metric(url, "auspex_cache_misses")) === 1);
  await waitUntil(async () => (await metric(url, "auspex_queued_candidates")) === 0);
  const candidates = [{ text: "2" }, { text: "3" }, { text: "4" }];
  const { status, headers, json } = await post(`${url}/v1/score`, { candidates });
  expect([status, json.error.code]).toEqual([429, "OVERLOADED"]);
  expect(Number(headers.get("retry-after"))).toBeGreaterThan(0);
  release();
  expect((await first).status).toBe(200);
  expect((await post(`${url}/v1/score`, { candidates: candidates.slice(1) })).status).toBe(200);
});

test("a deadline that passes in the queue is 504", async () => {
  const url = await start({}, fakePredictor(), { maxDelayMs: 50 });
  const { status, json } = await post(`${url}/v1/score`, ONE, { "x-request-deadline-ms": "5" });
  expect([status, json.error.code]).toEqual([504, "DEADLINE"]);
});

test("a model that fails is a 500 without its details, and the next request is answered", async () => {
  let isBroken = true;
  const predictor = fakePredictor(async () => {
    if (isBroken) throw new TypeError("secret");
  });
  const url = await start({}, predictor);
  const { status, json } = await post(`${url}/v1/score`, ONE);
  expect(status).toBe(500);
  expect(JSON.stringify(json)).not.toContain("secret");
  isBroken = false;
  expect((await post(`${url}/v1/score`, ONE)).status).toBe(200);
});

test("an answer that cannot be written is a 500, and the next request is answered", async () => {
  const surrogate = openSurrogate({ predictor: fakePredictor(), plugins: fakeHost });
  // As an answer too long for one string: JSON.stringify throws.
  const score = async () => ({ scores: [], ranking: [], unwritable: 1n }) as never;
  const own = await startService({ surrogate: { ...surrogate, score } });
  const answer = await post(`${own.url}/v1/score`, { candidates: [{ text: "x 1" }] });
  expect([answer.status, answer.json.error.code]).toEqual([500, "INTERNAL"]);
  expect((await fetch(`${own.url}/healthz`)).status).toBe(200);
  await own.close(0);
});

test("close answers what has been asked before it ends", async () => {
  let release = () => {};
  const blocked = new Promise<void>((resolve) => (release = resolve));
  const url = await start(
    {},
    fakePredictor(() => blocked),
  );
  const asked = post(`${url}/v1/score`, ONE);
  await waitUntil(async () => (await metric(url, "auspex_cache_misses")) === 1);
  const closed = service!.close();
  release();
  expect((await asked).status).toBe(200);
  await closed;
  await expect(fetch(`${url}/healthz`)).rejects.toThrow("fetch failed");
});

test("tokens: 401 without, 403 without the scope, 200 with; health stays open", async () => {
  const tokens = [
    { sha256: sha256Hex("alpha"), scopes: ["score" as const] },
    { sha256: sha256Hex("beta"), scopes: ["tell" as const] },
    { sha256: sha256Hex("root"), scopes: ["admin" as const] },
  ];
  const url = await start({ tokens, host: "0.0.0.0" });
  const local = url.replace("0.0.0.0", "127.0.0.1");
  const ask = async (token?: string) =>
    (
      await post(
        `${local}/v1/score`,
        ONE,
        token === undefined ? {} : { authorization: `Bearer ${token}` },
      )
    ).status;
  expect([
    await ask(),
    await ask("gamma"),
    await ask("beta"),
    await ask("alpha"),
    await ask("root"),
  ]).toEqual([401, 401, 403, 200, 200]);
  expect((await fetch(`${local}/healthz`)).status).toBe(200);
});

test("beyond loopback without a token is refused, and so are other host names on loopback", async () => {
  await expect(start({ host: "0.0.0.0" })).rejects.toMatchObject({ code: "NO_TOKEN" });
  const url = await start();
  const answer = await raw(
    url,
    "GET /healthz HTTP/1.1\r\nhost: evil.example\r\nconnection: close\r\n\r\n",
  );
  expect(answer).toMatch(/^HTTP\/1\.1 421 /);
});

test("a port in use is an error that says what to do", async () => {
  await start();
  const surrogate = openSurrogate({ predictor: fakePredictor(), plugins: fakeHost });
  await expect(startService({ surrogate, port: service!.port })).rejects.toMatchObject({
    code: "UNAVAILABLE",
    hint: expect.stringContaining("--port"),
  });
});

async function metric(url: string, name: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(new RegExp(`^${name} (.*)$`, "m").exec(text)?.[1]);
}

async function waitUntil(condition: () => Promise<boolean>): Promise<void> {
  for (let i = 0; i < 500; i++) if (await condition()) return;
  throw new Error("the condition never became true");
}
