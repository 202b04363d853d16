// Candidates of every kind made to harm, over HTTP: each gets a documented 4xx with a code, and the service lives.

import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { sha256Hex } from "../../../src/core/index.ts";
import { openSurrogate, type Service, startService } from "../../../src/evaluator/index.ts";
import { builtInKinds, KindHost } from "../../../src/plugins/index.ts";
import { fakePredictor } from "../fake.ts";
import { post } from "./http.ts";

let service: Service;
const TOKENS = [
  { sha256: sha256Hex("all"), scopes: ["admin"] as const },
  { sha256: sha256Hex("reader"), scopes: ["score"] as const },
];
const ALL = { authorization: "Bearer all" };

beforeAll(async () => {
  const surrogate = openSurrogate({
    predictor: fakePredictor(),
    plugins: new KindHost(builtInKinds()),
  });
  service = await startService({ surrogate, tokens: TOKENS });
  const objectives = [{ name: "cost", goal: "min" }];
  await post(`${service.url}/v1/studies`, { id: "s", objectives }, ALL);
});
afterAll(() => service.close(0));

const ONNX = fileURLToPath(new URL("../../fixtures/onnx", import.meta.url));
const smallOnnx = (): Buffer => {
  const files = readdirSync(ONNX).filter((name) => name.endsWith(".onnx"));
  const all = files.map((name) => readFileSync(`${ONNX}/${name}`));
  return all.toSorted((a, b) => a.length - b.length)[0]!;
};
const onnx = (...bytes: number[]) => ({
  kind: "onnx",
  base64: Buffer.from(bytes).toString("base64"),
});
const yaml = (text: string) => ({ kind: "yaml", text });
const json = (text: string) => ({ kind: "json", text });
const code = (text: string) => ({ kind: "code", text, language: "python" });
const bomb = Array.from({ length: 30 }, (_, i) =>
  i === 0 ? "a0: &a0 [x, x]" : `a${i}: &a${i} [*a${i - 1}, *a${i - 1}]`,
).join("\n");

const HOSTILE: [string, object][] = [
  ["a million nested YAML lists", yaml("[".repeat(1_000_000))],
  ["a million closed YAML lists", yaml("[".repeat(1_000_000) + "]".repeat(1_000_000))],
  ["a million YAML sequences on one line", yaml("- ".repeat(1_000_000))],
  [
    "YAML maps in maps, thousands deep",
    yaml(Array.from({ length: 1500 }, (_, i) => `${" ".repeat(i)}a:`).join("\n")),
  ],
  ["a YAML alias bomb", yaml(bomb)],
  ["a YAML cycle", yaml("a: &a [*a]")],
  ["YAML keys twice", yaml("a: 1\na: 2")],
  ["an unknown YAML tag", yaml("a: !!js/function 'x'")],
  ["YAML that breaks off", yaml('a: "never closed')],
  ["half a million nested JSON lists", json("[".repeat(500_000) + "]".repeat(500_000))],
  ["JSON that breaks off", json('{"a": [1, 2')],
  ["JSON keys twice", json('{"a": 1, "a": 2}')],
  ["JSON with NaN", json('{"a": NaN}')],
  ["code that is no UTF-8", { kind: "code", language: "python", base64: "//79" }],
  ["five megabytes of code", code("x = 1\n".repeat(900_000))],
  ["code in no language", { kind: "code", text: "x", language: "klingon" }],
  ["an empty ONNX file", onnx()],
  // Field 7 (graph), a length of a petabyte.
  ["an ONNX graph of a petabyte", onnx(8, 8, 0x3a, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01)],
  ["an ONNX length without end", onnx(8, 8, 0x3a, ...Array.from({ length: 12 }, () => 0xff))],
  ["an ONNX group", onnx(8, 8, 0x3b)],
  ["an ONNX field number 0", onnx(8, 8, 0x02, 0x00)],
  ["random bytes as ONNX", onnx(...Array.from({ length: 300 }, (_, i) => (i * 151 + 7) % 256))],
  ["half an ONNX file", onnx(...smallOnnx().subarray(0, smallOnnx().length >> 1))],
  ["text as ONNX", { kind: "onnx", text: "graph {}" }],
  ["a kind that nobody reads", { kind: "x/none", text: "a" }],
  ["__proto__ as a kind", { kind: "__proto__", text: "a" }],
];

test.each(HOSTILE)(
  "%s: a 4xx with code and place, and the next one is answered",
  async (_name, candidate) => {
    const { status, json: answer } = await post(
      `${service.url}/v1/score`,
      { candidates: [candidate] },
      ALL,
    );
    expect([413, 415, 422]).toContain(status);
    expect(answer.error.code).toMatch(/^[A-Z][A-Z0-9_]+$/);
    expect(answer.error.code).not.toBe("INTERNAL");
    expect(answer.error.place).toMatch(/^candidates\[0\]/);
    expect(answer.error.message.length).toBeLessThan(600);
    const told = await post(
      `${service.url}/v1/studies/s/tell`,
      { candidate, values: { cost: 1 } },
      ALL,
    );
    expect([413, 415, 422]).toContain(told.status);
    const next = await post(`${service.url}/v1/score`, { candidates: [yaml("a: 5")] }, ALL);
    expect(next.status).toBe(200);
  },
  60_000,
);

test("an ONNX file cut off anywhere is refused or read, never a fault of the service", async () => {
  const whole = smallOnnx();
  const step = Math.max(1, Math.floor(whole.length / 100));
  const candidates = Array.from({ length: Math.floor(whole.length / step) }, (_, i) =>
    onnx(...whole.subarray(0, i * step)),
  );
  const { status, json: answer } = await post(
    `${service.url}/v1/score`,
    { candidates, onInvalid: "skip" },
    ALL,
  );
  expect(status).toBe(200);
  const codes = answer.scores.map((score: { error?: { code: string } }) => score.error?.code);
  expect(codes).not.toContain("INTERNAL");
}, 60_000);

const tell = (values: unknown, text = "a: 1") => ({ candidate: yaml(text), values });
const TELLS: [string, unknown, number, string][] = [
  ["NaN", `{"candidate":{"kind":"yaml","text":"a: 1"},"values":{"cost":NaN}}`, 400, "BAD_JSON"],
  [
    "infinity",
    `{"candidate":{"kind":"yaml","text":"a: 1"},"values":{"cost":1e999}}`,
    400,
    "BAD_REQUEST",
  ],
  ["null", tell({ cost: null }), 400, "BAD_REQUEST"],
  ["a text", tell({ cost: "1" }), 400, "BAD_REQUEST"],
  ["no value", tell({}), 422, "INPUT_INVALID"],
  ["another objective", tell({ cost: 1, speed: 2 }), 422, "INPUT_INVALID"],
  [
    "__proto__",
    `{"candidate":{"kind":"yaml","text":"a: 1"},"values":{"__proto__":1}}`,
    422,
    "INPUT_INVALID",
  ],
  ["values and a failure", { ...tell({ cost: 1 }), failure: "x" }, 400, "BAD_REQUEST"],
  ["an empty failure", { candidate: yaml("a: 1"), failure: "" }, 400, "BAD_REQUEST"],
];

test.each(TELLS)(
  "telling %s is refused, and nothing is told",
  async (_name, body, status, errorCode) => {
    const answer = await post(`${service.url}/v1/studies/s/tell`, body, ALL);
    expect([answer.status, answer.json.error.code]).toEqual([status, errorCode]);
    const report = await (await fetch(`${service.url}/v1/studies/s`, { headers: ALL })).json();
    expect(report).toMatchObject({ numTells: 0 });
  },
);

test("telling twice changes nothing, contradicting is 409, a token without the scope 403", async () => {
  const url = `${service.url}/v1/studies/t/tell`;
  const objectives = [{ name: "cost", goal: "min" }];
  await post(`${service.url}/v1/studies`, { id: "t", objectives }, ALL);
  expect((await post(url, tell({ cost: 4 }), ALL)).json).toMatchObject({ status: "told" });
  expect((await post(url, tell({ cost: 4 }, "{a: 1}"), ALL)).json).toMatchObject({
    status: "duplicate",
  });
  const other = await post(url, tell({ cost: 5 }), ALL);
  expect([other.status, other.json.error.code]).toEqual([409, "TELL_CONFLICT"]);
  expect(other.json.error.hint).toContain('{"cost":4}');
  const reader = await post(url, tell({ cost: 4 }), { authorization: "Bearer reader" });
  expect([reader.status, reader.json.error.code]).toEqual([403, "SCOPE"]);
  for (const path of ["/v1/studies", "/v1/studies/t/decide", "/v1/studies/t/finetune"]) {
    const refused = await post(service.url + path, {}, { authorization: "Bearer reader" });
    expect(refused.status).toBe(403);
  }
});

test("objectives that cannot be are refused with the reason", async () => {
  const create = (spec: object) => post(`${service.url}/v1/studies`, { id: "u", ...spec }, ALL);
  const objective = { name: "cost", goal: "min" };
  const cases: [object, number, RegExp][] = [
    [{ objectives: [] }, 400, /objectives/],
    [{ objectives: [{ ...objective, goal: "down" }] }, 400, /goal/],
    [{ objectives: [{ ...objective, name: "speed" }] }, 422, /no objective/],
    [{ objectives: [objective], policy: { kind: "magic" } }, 400, /policy/],
    [{ objectives: [objective], policy: { kind: "pace", candidates: 9 } }, 422, /budget/],
    [{ objectives: [objective], referencePoint: [1, 2] }, 422, /referencePoint/],
    [{ objectives: [objective], fineTuning: { kind: "lora" } }, 422, /nobody adapts/],
  ];
  for (const [spec, status, words] of cases) {
    const answer = await create(spec);
    expect(answer.status).toBe(status);
    expect(JSON.stringify(answer.json.error)).toMatch(words);
  }
});
