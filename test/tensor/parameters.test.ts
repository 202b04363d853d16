import { beforeAll, describe, expect, test } from "vitest";
import { layOutParameters } from "../../src/core/index.ts";
import {
  copyToFlat,
  disposeParameters,
  memory,
  mul,
  openEngine,
  parametersFromFlat,
  type Scalar,
  sum,
  valueAndGradients,
} from "../../src/tensor/index.ts";
import { PORTABLE_ENGINES } from "./support/engines.ts";

const layout = layOutParameters([
  { name: "w", shape: [2, 2], decay: true, role: "matrix" },
  { name: "b", shape: [3], decay: false, role: "vector" },
]);

describe.each(PORTABLE_ENGINES)("parameters on engine %s", (engine) => {
  beforeAll(async () => {
    await openEngine({ engine });
  });

  test("the flat array comes back as it was, and no tensor stays", async () => {
    const before = memory().numTensors;
    const flat = Float32Array.of(1, 2, 3, 4, 5, 6, 7);
    const parameters = parametersFromFlat(layout, flat);
    expect(parameters.get("w")!.shape).toEqual([2, 2]);
    const out = new Float32Array(7);
    await copyToFlat(layout, parameters, out);
    expect(out).toEqual(flat);
    disposeParameters(parameters);
    expect(memory().numTensors).toBe(before);
  });

  test("a parameter that the loss does not use has gradient zero", async () => {
    const before = memory().numTensors;
    const parameters = parametersFromFlat(layout, Float32Array.of(1, 2, 3, 4, 5, 6, 7));
    const { value, gradients } = valueAndGradients((p) => {
      const w = p.get("w")!;
      return sum(mul(w, w)) as Scalar;
    }, parameters);
    const out = new Float32Array(7).fill(9);
    await copyToFlat(layout, gradients, out);
    expect((await value.data())[0]).toBe(30);
    expect([...out]).toEqual([2, 4, 6, 8, 0, 0, 0]);
    value.dispose();
    disposeParameters(gradients);
    disposeParameters(parameters);
    expect(memory().numTensors).toBe(before);
  });

  test("a flat array of another length is refused", () => {
    expect(() => parametersFromFlat(layout, new Float32Array(6))).toThrow(
      "parametersFromFlat: shape [6], expected [7]",
    );
  });

  test("a missing tensor is named", async () => {
    await expect(copyToFlat(layout, new Map(), new Float32Array(7))).rejects.toThrow("named w");
  });
});
