// The real ONNX files, against what onnx prints and infers for them, and against onnx-proto.

import { readdirSync, readFileSync } from "node:fs";
import onnxProto from "onnx-proto";
import { describe, expect, test } from "vitest";
import {
  builtInKinds,
  CandidateError,
  KindHost,
  printableGraph,
  readOnnx,
} from "../../../src/plugins/index.ts";
import { foldRepeats } from "../../../src/plugins/onnx/fold.ts";
import { inferShapes } from "../../../src/plugins/onnx/infer-shapes.ts";
import { orderGraph } from "../../../src/plugins/onnx/order.ts";

interface Facts {
  readonly ir_version: number;
  readonly opset: readonly (readonly [string, number])[];
  readonly nodes: number;
  readonly initializers: number;
  readonly value_infos: Readonly<Record<string, readonly (number | string)[]>>;
}

const dir = new URL("../../fixtures/onnx/", import.meta.url);
const read = (name: string): Buffer => readFileSync(new URL(name, dir));
const names = readdirSync(dir)
  .filter((name) => name.endsWith(".onnx"))
  .map((name) => name.replace(/\.onnx$/, ""));
const invalid = (details: ConstructorParameters<typeof CandidateError>[0]) =>
  new CandidateError(details);

test("there are 102", () => {
  expect(names).toHaveLength(102);
});

describe.each(names)("%s", (name) => {
  const model = readOnnx(read(`${name}.onnx`), invalid);
  const facts = JSON.parse(read(`${name}.json`).toString()) as Facts;

  test("prints byte for byte as onnx.helper.printable_graph", () => {
    expect(`${printableGraph(model.graph)}\n`).toBe(read(`${name}.txt`).toString());
  });

  test("has the counts and shapes that onnx finds", () => {
    expect(model.irVersion).toBe(facts.ir_version);
    expect(model.opsets.map(({ domain, version }) => [domain, version])).toEqual(facts.opset);
    expect(model.graph.nodes).toHaveLength(facts.nodes);
    expect(model.graph.initializers).toHaveLength(facts.initializers);
    const shapes = inferShapes(orderGraph(model.graph, invalid), model.opsets[0]!.version);
    for (const [value, expected] of Object.entries(facts.value_infos)) {
      const dims = shapes.get(value)?.shape?.map((dim) => dim ?? "") ?? [];
      expect({ value, dims }).toEqual({ value, dims: expected });
    }
  });

  test("is read as onnx-proto reads it", () => {
    const theirs = onnxProto.onnx.ModelProto.decode(read(`${name}.onnx`)).graph!;
    expect(
      model.graph.nodes.map(({ opType, inputs, outputs }) => ({ opType, inputs, outputs })),
    ).toEqual(
      theirs.node!.map(({ opType, input, output }) => ({ opType, inputs: input, outputs: output })),
    );
    expect(model.graph.initializers.map((tensor) => [tensor.name, ...tensor.dims])).toEqual(
      theirs.initializer!.map((tensor) => [tensor.name, ...tensor.dims!.map(Number)]),
    );
    expect(
      model.graph.nodes.flatMap(({ attributes }) => attributes.map((each) => each.name)),
    ).toEqual(theirs.node!.flatMap(({ attribute }) => attribute!.map((each) => each.name)));
  });
});

test("shapes do not lean on what a file declares: without declarations nearly all are still found", () => {
  let known = 0;
  let total = 0;
  for (const name of names) {
    const model = readOnnx(read(`${name}.onnx`), invalid);
    const bare = {
      ...model.graph,
      valueInfos: [],
      outputs: model.graph.outputs.map((output) => ({ name: output.name, type: undefined })),
    };
    const shapes = inferShapes(orderGraph(bare, invalid), model.opsets[0]!.version);
    const facts = JSON.parse(read(`${name}.json`).toString()) as Facts;
    for (const [value, expected] of Object.entries(facts.value_infos)) {
      const dims = shapes.get(value)?.shape;
      total += 1;
      if (dims === undefined) continue;
      known += 1;
      expect({ name, value, dims }).toEqual({ name, value, dims: expected });
    }
  }
  expect(known / total).toBeGreaterThan(0.98);
});

describe("known networks", () => {
  const host = new KindHost(builtInKinds());
  const features = async (name: string) =>
    (await host.serialise({ filename: `${name}.onnx`, bytes: read(`${name}.onnx`) })).features;

  test("AlexNet, VGG-19 and ResNet-50 have the parameters and operations that are published", async () => {
    expect((await features("light_bvlc_alexnet"))["parameters"]).toBe(60_965_224);
    expect((await features("light_vgg19"))["parameters"]).toBe(143_667_240);
    const resnet = await features("light_resnet50");
    expect(resnet["parameters"]! / 25.6e6).toBeCloseTo(1, 2);
    expect(resnet["flops"]! / 8.2e9).toBeCloseTo(1, 1);
    expect(resnet["unknownShapes"]).toBe(0);
  });

  test("ResNet-50 folds into its stages", async () => {
    const bytes = read("light_resnet50.onnx");
    const { text } = await host.serialise({ kind: "onnx", bytes });
    expect(text.match(/^x\d \[$/gm)).toEqual(["x2 [", "x3 [", "x5 [", "x2 ["]);
    expect(text.length).toBeLessThan(2500);
  });
});

describe("folding", () => {
  const unfold = (lines: readonly string[]): string[] => {
    const stack: { count: number; lines: string[] }[] = [{ count: 1, lines: [] }];
    for (const line of lines) {
      const open = /^x(\d+) \[$/.exec(line);
      if (open !== null) stack.push({ count: Number(open[1]), lines: [] });
      else if (line === "]") {
        const block = stack.pop()!;
        for (let i = 0; i < block.count; i++) stack.at(-1)!.lines.push(...block.lines);
      } else stack.at(-1)!.lines.push(line);
    }
    return stack[0]!.lines;
  };

  test.each([
    ["abababab", "x4 [|a|b|]"],
    ["aaa", "aaa"],
    ["aaaa", "x4 [|a|]"],
    ["aaaabaaaabaaaab", "x3 [|x4 [|a|]|b|]"],
    ["abcd", "abcd"],
  ])("%s", (text, expected) => {
    const lines = Array.from(text);
    const folded = foldRepeats(lines);
    expect(folded.join(expected.includes("|") ? "|" : "")).toBe(expected);
    expect(unfold(folded)).toEqual(lines);
  });

  test("a thousand lines unfold to what they were", () => {
    const lines = Array.from(
      { length: 1000 },
      (_, i) => `${(i * i) % 7}${i % 50 < 25 ? "a" : "b"}`,
    );
    const folded = foldRepeats(lines);
    expect(folded.length).toBeLessThan(400);
    expect(unfold(folded)).toEqual(lines);
  });
});
