import { expect, test } from "vitest";
import { namedAs, unnamedRows } from "../../../bench/accuracy/unnamed.ts";
import type { Example } from "../../../src/data/index.ts";

const row = (task: string, x: string, split: Example["split"] = "train"): Example => ({
  task,
  x,
  y: [1],
  split,
});

test("only what names the environment changes, and the rows become one task", () => {
  const x =
    "system: spear\nenvironment:\n  id: E1\n  hardware: amazon_micro\n  varies: hardware\nconfig:\n  a: 1";
  const [unnamed] = unnamedRows([row("sempl/spear/E1", x)]);
  expect(unnamed!.task).toBe("unnamed/sempl/spear");
  expect(unnamed!.x).not.toContain("hardware: amazon_micro");
  expect(unnamed!.x).toMatch(
    /^system: spear\nenvironment:\n {2}id: E\d+\n {2}hardware: \S.*\n {2}varies: hardware\nconfig:\n {2}a: 1$/,
  );
});

test("numbers of an environment move, those of the configuration do not", () => {
  const x = "environment:\n  size: 120876\nconfig:\n  size: 120876";
  const [unnamed] = unnamedRows([row("sempl/imagemagick/E1", x)]);
  const [, size, kept] = /size: (\S+)\nconfig:\n {2}size: (\S+)/.exec(unnamed!.x)!;
  expect(Number(size)).not.toBe(120876);
  expect(Number(size)).toBeGreaterThan(20_000);
  expect(kept).toBe("120876");
});

test("every row has a name of its own, the same ones every time", () => {
  const rows = Array.from({ length: 50 }, (_, i) =>
    row("gpu/gemm/A100", `gpu: A100\nparams:\n  a: ${i}`),
  );
  const names = unnamedRows(rows).map(({ x }) => x.split("\n")[0]!);
  expect(new Set(names).size).toBeGreaterThan(40);
  expect(unnamedRows(rows).map(({ x }) => x.split("\n")[0]!)).toEqual(names);
});

test("rows for testing, families without names and names that exist are left out", () => {
  expect(unnamedRows([row("gpu/gemm/A100", "gpu: A100", "test")])).toEqual([]);
  expect(unnamedRows([row("macro/flops", "space: nas-bench-macro\nmetric: flops")])).toEqual([]);
  const environments = Array.from({ length: 30 }, (_, i) =>
    row(`sempl/sac/E${i + 1}`, `environment:\n  id: E${i + 1}`),
  );
  expect(unnamedRows(environments)).toEqual([]);
});

test("a row is asked of under another name, its numbers as they were", () => {
  const x = "environment:\n  hardware: amazon_micro\n  size: 12\nconfig:\n  hardware: fast";
  expect(namedAs(row("sempl/spear/E1", x), "zen4").x).toBe(
    "environment:\n  hardware: zen4\n  size: 12\nconfig:\n  hardware: fast",
  );
  expect(namedAs(row("macro/flops", "arch: 012"), "zen4").x).toBe("arch: 012");
});
