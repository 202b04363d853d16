import { describe, expect, test } from "vitest";
import { ManualClock } from "../../src/core/index.ts";
import {
  builtInKinds,
  defineKind,
  KindHost,
  type KindPlugin,
  PLUGIN_API_VERSION,
  testKind,
  textKind,
} from "../../src/plugins/index.ts";

/** A kind that accepts everything; each test overrides what it is about. */
function plugin(override: Partial<KindPlugin<string>> = {}): KindPlugin<string> {
  return {
    name: "example",
    version: "1.0.0",
    apiVersion: PLUGIN_API_VERSION,
    serialiserVersion: 1,
    kind: "x/example",
    limits: { maxBytes: 100, maxTextChars: 50, timeoutMs: 1000 },
    parse: ({ bytes }) => Buffer.from(bytes).toString(),
    serialise: (text) => ({ text }),
    ...override,
  };
}

const candidate = { kind: "x/example", text: "hello" };

describe("the kind of a candidate", () => {
  const host = new KindHost(builtInKinds());

  test.each([
    [{ kind: "text", filename: "a.yaml", text: "a: 1" }, "text"],
    [{ filename: "dir.json/a.YAML", text: "{}" }, "yaml"],
    [{ filename: "conf.yml", text: "" }, "yaml"],
    [{ filename: "notes.txt", text: "a: 1" }, "text"],
    [{ text: "# comment\nsystem: x264\n" }, "yaml"],
    [{ text: ' {"a": 1}' }, "json"],
  ])("%j is %s", (input, kind) => {
    expect(host.kindOf(input)).toBe(kind);
  });

  test("what nobody recognises is refused with the kinds that there are", () => {
    expect(() => host.kindOf({ text: "no idea" })).toThrow("cannot be told");
    expect(() => host.kindOf({ kind: "cobol" })).toThrow(
      expect.objectContaining({
        code: "UNKNOWN_KIND",
        hint: expect.stringContaining("yaml") as string,
      }),
    );
  });
});

describe("limits", () => {
  test("bytes before parsing, characters after serialising", async () => {
    const host = new KindHost([plugin()]);
    await expect(host.serialise({ ...candidate, text: "x".repeat(101) })).rejects.toMatchObject({
      code: "CANDIDATE_TOO_LARGE",
    });
    await expect(host.serialise({ ...candidate, text: "x".repeat(60) })).rejects.toMatchObject({
      code: "TEXT_TOO_LONG",
    });
  });

  test("an asynchronous parse is given up, and told so, at its time-out", async () => {
    const clock = new ManualClock();
    let aborted = false;
    const slow = plugin({
      parse: (_, context) => {
        context.signal.addEventListener("abort", () => {
          aborted = true;
        });
        return new Promise<string>(() => {});
      },
    });
    const result = new KindHost([slow], clock).serialise(candidate);
    clock.advance(1000);
    await expect(result).rejects.toMatchObject({ code: "CANDIDATE_TIMEOUT" });
    expect(aborted).toBe(true);
  });

  test("a plugin that throws is named, and a stack overflow is the candidate's", async () => {
    const failing = plugin({
      parse: () => {
        throw new Error("oops");
      },
    });
    await expect(new KindHost([failing]).serialise(candidate)).rejects.toThrow(
      "plugin example failed: oops",
    );
    const recurse = (): string => recurse() + recurse();
    const deep = new KindHost([plugin({ parse: recurse })]);
    await expect(deep.serialise(candidate)).rejects.toMatchObject({ code: "TOO_DEEP" });
  });
});

describe("the contract", () => {
  test.each([
    [{ apiVersion: 2 as 1 }, "apiVersion"],
    [{ kind: "Bad Kind" }, "kind"],
    [{ serialiserVersion: 0 }, "serialiserVersion"],
    [{ limits: { maxBytes: 0, maxTextChars: 1, timeoutMs: 1 } }, "limits.maxBytes"],
    [{ match: { extensions: ["yaml"] } }, "match.extensions"],
  ])("%j is refused", (override, field) => {
    expect(() => defineKind(plugin(override))).toThrow(field);
  });

  test("two plugins for one kind are refused", () => {
    expect(() => new KindHost([plugin(), plugin({ name: "other" })])).toThrow("example and other");
  });

  test("a bundle trained with another serialiser is refused", () => {
    const host = new KindHost([plugin({ serialiserVersion: 2 })]);
    expect(host.serialiserVersions).toEqual({ "x/example": 2 });
    expect(() => host.checkSerialisers({ "x/example": "2", "x/unknown": "9" })).not.toThrow();
    expect(() => host.checkSerialisers({ "x/example": "1" })).toThrow("serialiser 1");
  });
});

describe("the conformance kit", () => {
  test("text passes", async () => {
    expect(
      await testKind(textKind, { valid: ["any text", "ünï"], invalid: [Uint8Array.of(0xff)] }),
    ).toEqual([]);
  });

  test("finds what is wrong", async () => {
    let count = 0;
    const bad = plugin({ serialise: () => ({ text: `${count++}` }) });
    const problems = await testKind(bad, { valid: ["a"], invalid: ["b"], same: [["a", "a"]] });
    expect(problems.join("\n")).toMatch(/not deterministic on "a"[\s\S]*accepts "b"[\s\S]*apart/);
  });
});
