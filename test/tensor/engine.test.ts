import { expect, test } from "vitest";
import { currentEngine, openEngine, probeEngines } from "../../src/tensor/index.ts";
import { loadNative } from "../../src/tensor/native/binding.ts";

test("without an open engine the current one cannot be asked for", () => {
  expect(() => currentEngine()).toThrow("await openEngine() first");
});

test("auto takes the first that works and says why the ones before it were not", async () => {
  const info = await openEngine();
  expect(currentEngine()).toBe(info);
  const names = ["tensorflow", "webgpu", "native", "wasm", "cpu"];
  expect(info.skipped.map(({ name }) => name)).toEqual(names.slice(0, names.indexOf(info.name)));
  for (const { reason } of info.skipped) expect(reason).not.toBe("");
  const best = "unavailable" in loadNative() ? "wasm" : "native";
  expect(info.accelerated ? best : info.name).toBe(best);
});

test("an engine opened by name is the current one, also after another", async () => {
  await openEngine({ engine: "wasm" });
  expect(currentEngine()).toMatchObject({ name: "wasm", threads: 1, precision: "f32" });
  await openEngine({ engine: "cpu" });
  expect(currentEngine()).toMatchObject({ name: "cpu", kernelPath: "js", accelerated: false });
});

test("the doctor's report has every engine, with a rate or a reason, and changes nothing", async () => {
  await openEngine({ engine: "cpu" });
  const reports = await probeEngines();
  expect(reports.map(({ name }) => name)).toEqual([
    "tensorflow",
    "webgpu",
    "native",
    "wasm",
    "cpu",
  ]);
  for (const report of reports) {
    const saysSomething = report.works ? report.matMulGflops > 0 : report.reason !== "";
    expect(saysSomething, report.name).toBe(true);
  }
  expect(reports.find(({ name }) => name === "cpu")?.works).toBe(true);
  expect(currentEngine().name).toBe("cpu");
});

test("the native engine's numeric class names the build of its kernels", async () => {
  const binding = loadNative();
  if ("unavailable" in binding) {
    process.stderr.write(`the build of the kernels is not looked at: ${binding.unavailable}\n`);
    return;
  }
  const { numericClass } = await openEngine({ engine: "native", threads: 1, precision: "f32" });
  expect(numericClass.split("/").at(-1)).toBe(binding.info().build ?? "unnamed");
});
