import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { fileStudyStore } from "../../../src/cli/study-store.ts";
import { sha256Hex } from "../../../src/core/index.ts";
import type { Service } from "../../../src/evaluator/index.ts";
import { post, start } from "./http.ts";

let service: Service;
let studies: string;
const folder = mkdtempSync(join(tmpdir(), "auspex-studies-"));

beforeEach(async () => {
  service = await start();
  studies = `${service.url}/v1/studies`;
});
afterEach(async () => {
  await service.close(100);
  rmSync(folder, { recursive: true, force: true });
});

const SPEC = {
  id: "sort-v3",
  objectives: [{ name: "cost", goal: "min" }],
  auditShare: 0,
  warmupTells: 2,
};
const tell = (value: number) =>
  post(`${studies}/sort-v3/tell`, { candidate: { text: `x ${value}` }, values: { cost: value } });

test("a whole search over HTTP: create, decide, tell, report", async () => {
  expect((await post(studies, SPEC)).status).toBe(201);
  expect((await post(studies, SPEC)).status).toBe(200);
  expect((await tell(40)).json).toMatchObject({ status: "told", isBest: true });
  expect((await tell(40)).json).toMatchObject({ status: "duplicate" });
  await tell(50);
  const candidates = [{ text: "x 20" }, { text: "x 90" }, { text: "bad" }];
  const { status, json } = await post(`${studies}/sort-v3/decide`, { candidates });
  expect(status).toBe(200);
  expect(json.results[0]).toMatchObject({
    verdict: "promote",
    predictions: { cost: { median: 20 } },
  });
  expect(json.results[1]).toMatchObject({ verdict: "reject" });
  expect(json.results[1].pessimistic.cost).toBeGreaterThan(40);
  expect(json.results[2]).toMatchObject({ error: { code: "TEXT_BAD" } });
  const metrics = await (await fetch(`${service.url}/metrics`)).text();
  expect(metrics).toContain('auspex_study_tells{study="sort-v3"} 2');
  expect(metrics).toContain('auspex_study_trust{study="sort-v3"} 0.5');
  const report = await (await fetch(`${studies}/sort-v3`)).json();
  expect(report).toMatchObject({
    id: "sort-v3",
    numTells: 2,
    numPromoted: 1,
    numRejected: 1,
    best: [{ values: { cost: 40 } }],
  });
  const list = (await (await fetch(studies)).json()) as { studies: unknown[] };
  expect(list.studies).toHaveLength(1);
});

test("select and score change nothing; export gives every event", async () => {
  await post(studies, SPEC);
  await tell(40);
  const candidates = [{ text: "x 60" }, { text: "x 20" }, { text: "x 30" }];
  const { json } = await post(`${studies}/sort-v3/select`, {
    candidates,
    q: 2,
    by: { kind: "ei" },
  });
  expect(json.picks).toEqual([1, 2]);
  const scores = await post(`${studies}/sort-v3/score`, { candidates });
  expect(scores.json.results[1].pImprove).toBe(1);
  const lines = (await (await fetch(`${studies}/sort-v3/export`)).text()).trim().split("\n");
  expect(lines.map((line) => JSON.parse(line).type)).toEqual(["told"]);
});

test("a failure is told as such", async () => {
  await post(studies, SPEC);
  const { json } = await post(`${studies}/sort-v3/tell`, {
    candidate: { text: "x 1" },
    failure: "crash",
  });
  expect(json).toMatchObject({ status: "told", isBest: false });
});

test("/evaluate answers one score, larger is better, with feedback and budget", async () => {
  await post(studies, {
    ...SPEC,
    objectives: [{ name: "cost", goal: "min", unit: "ms" }],
    budget: 10,
  });
  const { json } = await post(`${service.url}/evaluate`, { candidate: "x 20", study: "sort-v3" });
  expect(json).toMatchObject({ score: -20, budget: { used: 0, remaining: 10 } });
  expect(json.info.feedback).toBe(
    "predicted cost 20.00 ms (90 % between 18.20 and 21.80), not measured",
  );
});

const candidate = { text: "x 1" };
const WRONG: [string, string, unknown, number, string][] = [
  ["a wrong id", "", { ...SPEC, id: "../../etc" }, 400, "BAD_REQUEST"],
  [
    "an objective that the model lacks",
    "",
    { ...SPEC, id: "a", objectives: [{ name: "speed", goal: "max" }] },
    422,
    "INPUT_INVALID",
  ],
  ["the same id with another specification", "", { ...SPEC, seed: 9 }, 409, "STUDY_EXISTS"],
  ["an unknown study", "/nothing/tell", { candidate, values: { cost: 1 } }, 404, "STUDY_UNKNOWN"],
  ["a tell without an outcome", "/sort-v3/tell", { candidate }, 400, "BAD_REQUEST"],
  [
    "a tell with NaN",
    "/sort-v3/tell",
    '{"candidate":{"text":"x 1"},"values":{"cost":NaN}}',
    400,
    "BAD_JSON",
  ],
  [
    "a tell with infinity",
    "/sort-v3/tell",
    '{"candidate":{"text":"x 1"},"values":{"cost":1e999}}',
    400,
    "BAD_REQUEST",
  ],
  [
    "a tell of an unknown objective",
    "/sort-v3/tell",
    { candidate, values: { speed: 1 } },
    422,
    "INPUT_INVALID",
  ],
  [
    "a tell of a bad candidate",
    "/sort-v3/tell",
    { candidate: { text: "bad" }, values: { cost: 1 } },
    422,
    "TEXT_BAD",
  ],
  [
    "a tell that contradicts another",
    "/sort-v3/tell",
    { candidate: { text: "x 40" }, values: { cost: 41 } },
    409,
    "TELL_CONFLICT",
  ],
  ["a selection of none", "/sort-v3/select", { candidates: [candidate], q: 0 }, 400, "BAD_REQUEST"],
];

test.each(WRONG)("%s is answered with status and code", async (_name, path, body, status, code) => {
  await post(studies, SPEC);
  await tell(40);
  const answer = await post(studies + path, body);
  expect([answer.status, answer.json.error.code]).toEqual([status, code]);
  expect((await tell(40)).json.status).toBe("duplicate");
});

test("studies survive a restart of the service", async () => {
  const store = () => fileStudyStore(join(folder, "studies"));
  const first = await start({ studies: store() });
  await post(`${first.url}/v1/studies`, SPEC);
  await post(`${first.url}/v1/studies/sort-v3/tell`, {
    candidate: { text: "x 7" },
    values: { cost: 7 },
  });
  const before = await (await fetch(`${first.url}/v1/studies/sort-v3`)).json();
  await first.close(100);
  const second = await start({ studies: store() });
  expect(await (await fetch(`${second.url}/v1/studies/sort-v3`)).json()).toEqual(before);
  await second.close(100);
});

test("telling needs the scope tell; reading does not", async () => {
  const tokens = [
    { sha256: sha256Hex("reader"), scopes: ["score" as const] },
    { sha256: sha256Hex("teller"), scopes: ["score" as const, "tell" as const] },
  ];
  const guarded = await start({ tokens });
  const as = (token: string) => ({ authorization: `Bearer ${token}` });
  const url = `${guarded.url}/v1/studies`;
  expect((await post(url, SPEC, as("reader"))).json.error.code).toBe("SCOPE");
  expect((await post(url, SPEC, as("teller"))).status).toBe(201);
  expect((await fetch(`${url}/sort-v3`, { headers: as("reader") })).status).toBe(200);
  await guarded.close(100);
});
