import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { type CommandResult, openGccSpace, type RunCommand } from "../../src/cli/gcc-space.ts";
import { runSearch, transferSearch } from "../../src/evaluator/index.ts";

const folder = mkdtempSync(join(tmpdir(), "auspex-gcc-test-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Tools that count more instructions the fewer passes are on. */
function fakeTools(overrides: Partial<Record<string, CommandResult>> = {}) {
  const calls: string[] = [];
  let flags: readonly string[] = [];
  const run: RunCommand = (command, args) => {
    const isVersion = args[0] === "--version";
    if (!isVersion) calls.push(command);
    const override = overrides[isVersion ? `${command} --version` : command];
    if (override !== undefined) return override;
    if (isVersion) return { status: 0, stdout: `${command} 1.2\nmore`, stderr: "" };
    if (command === "gcc") {
      flags = args;
      return { status: 0, stdout: "", stderr: "" };
    }
    const count = 1_000_000 + 1000 * flags.filter((flag) => flag.startsWith("-fno-")).length;
    const stderr = `==1== I   refs:      ${count.toLocaleString("en")}\n`;
    return { status: 0, stdout: "42\n", stderr };
  };
  return { run, calls };
}

const options = (cache: string) => ({ data: "examples/data", cache: join(folder, cache) });

test("a value is measured once, then read from the disk", async () => {
  const first = fakeTools();
  const { space, source } = await openGccSpace("gcc/sort", options("a"), first.run);
  expect(space.truth(0)).toBe(1_012_000);
  expect(source?.space.name).toBe("gcc/grid");
  expect(first.calls).toEqual(["gcc", "valgrind"]);
  const second = fakeTools();
  const again = await openGccSpace("gcc/sort", options("a"), second.run);
  expect(again.space.truth(0)).toBe(1_012_000);
  expect(second.calls).toEqual([]);
});

test("a surrogate search runs on it, with labels of another program", async () => {
  const { space, source } = await openGccSpace("gcc/sort", options("b"), fakeTools().run);
  const labels = [3, 900, 4095, 9000, 12_000].map((candidate) => ({
    candidate,
    cost: Math.log(source!.space.truth(candidate)),
  }));
  const { values } = runSearch(transferSearch({ name: "surrogate", labels }), space, 6, 0);
  expect(values.length).toBe(6);
});

describe("what does not work is said", () => {
  const missing = { status: null, stdout: "", stderr: "" };
  test.each(["gcc", "valgrind"])("%s is missing", async (tool) => {
    const { run } = fakeTools({ [`${tool} --version`]: missing });
    await expect(openGccSpace("gcc", options("c"), run)).rejects.toMatchObject({
      code: "TOOL_MISSING",
      message: expect.stringContaining(tool) as string,
      hint: expect.stringContaining("nb201") as string,
    });
  });

  test("a program that there is not, and one that does not compile or count", async () => {
    await expect(openGccSpace("gcc/none", options("d"), fakeTools().run)).rejects.toThrow("none");
    const refused = fakeTools({ gcc: { status: 1, stdout: "", stderr: "no such flag" } });
    const { space } = await openGccSpace("gcc/grid", options("e"), refused.run);
    expect(() => space.truth(1)).toThrow("no such flag");
    const silent = fakeTools({ valgrind: { status: 0, stdout: "", stderr: "" } });
    const other = await openGccSpace("gcc/grid", options("f"), silent.run);
    expect(() => other.space.truth(1)).toThrow("counted nothing");
  });
});

test("one real evaluation, where gcc and valgrind are", async (context) => {
  let opened: Awaited<ReturnType<typeof openGccSpace>>;
  try {
    opened = await openGccSpace("gcc/sort", options("real"));
  } catch (error) {
    return context.skip(`gcc and valgrind do not start here: ${String(error)}`);
  }
  expect(opened.space.truth(0)).toBeGreaterThan(100_000);
}, 60_000);
