// The bounded reader against onnx-proto, which decodes everything: on networks of three search spaces, and on
// files that were damaged.

import onnxProto, { type onnx } from "onnx-proto";
import { beforeAll, describe, expect, test } from "vitest";
import { buildOnnx } from "../../../examples/nas/build.ts";
import { Random } from "../../../src/core/index.ts";
import { readExamples } from "../../../src/data/index.ts";
import { CandidateError, describeOnnx, readOnnx } from "../../../src/plugins/index.ts";

const SPACES = ["nb201_accuracy", "ofa_latency", "fbnet_latency"];
const NUM_EACH = 6;

const read = (bytes: Uint8Array) => readOnnx(bytes, (details) => new CandidateError(details));
const decode = (bytes: Uint8Array): onnx.ModelProto => onnxProto.onnx.ModelProto.decode(bytes);

const networks = new Map<string, Uint8Array[]>();

beforeAll(async () => {
  for (const space of SPACES) {
    const rows = await readExamples([`examples/data/${space}.jsonl.gz`], {});
    const chosen = new Random("networks", space).shuffled(rows).slice(0, NUM_EACH);
    networks.set(
      space,
      chosen.map(({ x }) => buildOnnx(x)),
    );
  }
}, 60_000);

describe.each(SPACES)("%s", (space) => {
  test("the same nodes, inputs and attributes", () => {
    for (const bytes of networks.get(space)!) {
      const ours = read(bytes).graph;
      const theirs = decode(bytes).graph!;
      expect(ours.nodes.map(({ opType }) => opType)).toEqual(
        theirs.node!.map(({ opType }) => opType),
      );
      expect(ours.nodes.map(({ inputs }) => inputs)).toEqual(
        theirs.node!.map(({ input }) => input),
      );
      expect(ours.nodes.map(({ outputs }) => outputs)).toEqual(
        theirs.node!.map(({ output }) => output),
      );
    }
  });

  test("as many parameters, and every shape is inferred", () => {
    for (const bytes of networks.get(space)!) {
      const features = describeOnnx(bytes, "features") as Record<string, number>;
      const initializers = decode(bytes).graph!.initializer!;
      const sizes = initializers.map(({ dims }) =>
        dims!.reduce<number>((a, b) => a * Number(b), 1),
      );
      expect(features["parameters"]).toBe(sizes.reduce((a, b) => a + b, 0));
      expect(features["unknownShapes"]).toBe(0);
      expect(features["flops"]).toBeGreaterThan(1e6);
    }
  });

  test("different networks have different texts", () => {
    const texts = networks.get(space)!.map((bytes) => describeOnnx(bytes, "compact"));
    expect(new Set(texts).size).toBe(NUM_EACH);
  });
});

test("what onnx-proto cannot decode, the reader refuses as well", () => {
  const random = new Random("damage");
  const whole = networks.get("nb201_accuracy")![0]!.subarray(0, 4000);
  let numRefused = 0;
  for (let i = 0; i < 400; i++) {
    const bytes = whole.slice(0, 1 + random.int(whole.length));
    for (let flips = random.int(4); flips > 0; flips--)
      bytes[random.int(bytes.length)]! ^= 1 << random.int(8);
    let isTheirs = true;
    try {
      decode(bytes);
    } catch {
      isTheirs = false;
    }
    if (isTheirs) continue;
    numRefused += 1;
    expect(() => read(bytes)).toThrow(CandidateError);
  }
  expect(numRefused).toBeGreaterThan(50);
});
