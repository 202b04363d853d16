import { afterAll, beforeAll, expect, test } from "vitest";
import type { Service } from "../../../src/evaluator/index.ts";
import { post, start } from "./http.ts";

let service: Service;
beforeAll(async () => {
  service = await start();
});
afterAll(() => service.close(100));

const get = async (path: string) => {
  const response = await fetch(service.url + path);
  return { status: response.status, json: (await response.json()) as Record<string, unknown> };
};
const bytes = (name: string, ...data: string[]) => ({
  name,
  datatype: "BYTES",
  shape: [data.length],
  data,
});

test("server, health and model answer as the protocol says", async () => {
  expect((await get("/v2")).json).toEqual({ name: "auspex", version: "2", extensions: [] });
  expect((await get("/v2/health/live")).json).toEqual({ live: true });
  expect((await get("/v2/health/ready")).json).toEqual({ ready: true });
  const { json } = await get("/v2/models/fake-1");
  expect(json).toMatchObject({ name: "fake-1", versions: ["1"], platform: "auspex" });
  expect((await get("/v2/models/fake-1/versions/1/ready")).json).toEqual({
    name: "fake-1",
    ready: true,
  });
});

test("candidates go in as BYTES, predictions come out as FP64", async () => {
  const inputs = [bytes("candidate", "x 3", "x 1"), bytes("kind", "text", "text")];
  const { status, json } = await post(`${service.url}/v2/models/fake-1/infer`, { id: "7", inputs });
  expect(status).toBe(200);
  expect(json).toMatchObject({ model_name: "fake-1", model_version: "1", id: "7" });
  expect(json.outputs[0]).toEqual({ name: "mean", datatype: "FP64", shape: [2], data: [3, 1] });
  expect(json.outputs[3]).toMatchObject({ name: "quantiles", shape: [2, 5] });
  expect(json.outputs[3].data).toHaveLength(10);
});

test("outputs and objective can be chosen", async () => {
  const body = {
    inputs: [bytes("candidate", "x 3")],
    outputs: [{ name: "median" }],
    parameters: { objective: "gain" },
  };
  const { json } = await post(`${service.url}/v2/models/fake-1/infer`, body);
  expect(json.outputs).toEqual([{ name: "median", datatype: "FP64", shape: [1], data: [-3] }]);
});

const one = [bytes("candidate", "x 1")];
const WRONG: [string, string, unknown, number][] = [
  ["an unknown model", "/v2/models/other/infer", { inputs: one }, 404],
  ["an unknown version", "/v2/models/fake-1/versions/9/infer", { inputs: one }, 404],
  ["a shape that lies", "/v2/models/fake-1/infer", { inputs: [{ ...one[0], shape: [2] }] }, 400],
  ["no candidates", "/v2/models/fake-1/infer", { inputs: [bytes("text", "x 1")] }, 400],
  [
    "kinds of another length",
    "/v2/models/fake-1/infer",
    { inputs: [...one, bytes("kind", "a", "b")] },
    400,
  ],
  [
    "an unknown output",
    "/v2/models/fake-1/infer",
    { inputs: one, outputs: [{ name: "mode" }] },
    400,
  ],
  [
    "an output twice",
    "/v2/models/fake-1/infer",
    { inputs: one, outputs: [{ name: "mean" }, { name: "mean" }] },
    400,
  ],
  [
    "an unknown objective",
    "/v2/models/fake-1/infer",
    { inputs: one, parameters: { objective: "speed" } },
    409,
  ],
  ["a bad candidate", "/v2/models/fake-1/infer", { inputs: [bytes("candidate", "bad")] }, 422],
  ["numbers for BYTES", "/v2/models/fake-1/infer", { inputs: [{ ...one[0], data: [1] }] }, 400],
];

test.each(WRONG)("%s is an error of the protocol's shape", async (_name, path, body, status) => {
  const answer = await post(service.url + path, body);
  expect([answer.status, typeof answer.json.error]).toEqual([status, "string"]);
});
