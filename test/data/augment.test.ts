import { expect, test } from "vitest";
import { Random } from "../../src/core/index.ts";
import { augmentation } from "../../src/data/augment.ts";
import { type AugmentConfig, augmentConfigSchema } from "../../src/data/config.ts";
import { parseKeyValueText, renderBlock } from "../../src/data/key-value-text.ts";
import { respellNumber } from "../../src/data/respell-number.ts";
import fc from "../support/property.ts";

const SYSTEM = `system: x264
about: video encoder: presets
environment:
  id: E3
config:
  threads: 8
  -fno-asm: 1
  ratio: 0.25
  crf: 1000
  name: fast`;

const ASSEMBLY = `target: haswell
metric: cycles per iteration
asm:
  add DWORD PTR [rbx+0x24],eax
  mov rax,QWORD PTR fs:[rbx]`;

function vary(text: string, override: Partial<AugmentConfig>, seed = 1): string {
  return augmentation({ ...augmentConfigSchema.parse({}), ...override })(
    text,
    new Random("test", seed),
  );
}

const many = Array.from({ length: 60 }, (_, seed) => seed);

test("nothing is changed unless it is asked for", () => {
  for (const text of [SYSTEM, ASSEMBLY, '{"a": 1}', "plain words", ""]) {
    expect(vary(text, {})).toBe(text);
  }
});

test("keys of one block change places; blocks stay whole and together", () => {
  const seen = new Set(many.map((seed) => vary(SYSTEM, { shuffleKeys: true }, seed)));
  expect(seen.size).toBeGreaterThan(50);
  for (const text of seen) {
    expect(text.split("\n").toSorted()).toEqual(SYSTEM.split("\n").toSorted());
    const lines = text.split("\n");
    const inner = lines.slice(lines.indexOf("config:") + 1, lines.indexOf("config:") + 6);
    expect(inner.every((line) => line.startsWith("  "))).toBe(true);
  }
});

test.each(["\n", "\n\n", "\n  \n"])(
  "a text that ends in %j still does when keys change places",
  (end) => {
    const seen = new Set(many.map((seed) => vary(`a: 1\nb: 2${end}`, { shuffleKeys: true }, seed)));
    expect(seen).toEqual(new Set([`a: 1\nb: 2${end}`, `b: 2\na: 1${end}`]));
  },
);

test("the patterns say which keys may move; the others keep their lines", () => {
  for (const seed of many) {
    const text = vary(SYSTEM, { shuffleKeys: true, keys: ["config.*"], except: ["*.crf"] }, seed);
    const lines = text.split("\n");
    expect(lines.slice(0, 5)).toEqual(SYSTEM.split("\n").slice(0, 5));
    expect(lines[8]).toBe("  crf: 1000");
  }
});

test("code below a key is never reordered, dropped or rewritten", () => {
  const everything = { shuffleKeys: true, dropKeys: 0.9, respellNumbers: 1 };
  for (const seed of many) {
    const text = vary(ASSEMBLY, everything, seed);
    expect(text).toContain(ASSEMBLY.slice(ASSEMBLY.indexOf("asm:")));
  }
});

test("dropped keys leave at least one of their block, at the rate that was asked for", () => {
  let numLines = 0;
  for (const seed of many) {
    const text = vary(SYSTEM, { dropKeys: 0.4, keys: ["config.*"] }, seed);
    const kept = text.split("\n").slice(5);
    expect(text.split("\n").slice(0, 5)).toEqual(SYSTEM.split("\n").slice(0, 5));
    expect(kept.length).toBeGreaterThan(0);
    numLines += kept.length;
  }
  expect(numLines / (5 * many.length)).toBeGreaterThan(0.5);
  expect(numLines / (5 * many.length)).toBeLessThan(0.7);
});

test("a share of the samples stays as it is", () => {
  const unchanged = many.filter(
    (seed) =>
      vary(SYSTEM, { probability: 0.5, respellNumbers: 1, keys: ["config.*"] }, seed) === SYSTEM,
  );
  expect(unchanged.length).toBeGreaterThan(15);
  expect(unchanged.length).toBeLessThan(45);
});

test("JSON objects are varied too and stay the same JSON", () => {
  const text = '{ "a": 1.5, "b": {"c": 10, "d": "x, y", "e": [3, {"f": 4}]},\n "g": null }';
  const seen = many.map((seed) => vary(text, { shuffleKeys: true, respellNumbers: 1 }, seed));
  expect(new Set(seen).size).toBeGreaterThan(20);
  for (const varied of seen) expect(JSON.parse(varied)).toEqual(JSON.parse(text));
});

test("the same stream gives the same text", () => {
  const config = { shuffleKeys: true, dropKeys: 0.2, respellNumbers: 0.5 };
  for (const seed of many) expect(vary(SYSTEM, config, seed)).toBe(vary(SYSTEM, config, seed));
});

test("taking a text apart loses no character", () => {
  const line = fc.stringMatching(/^ {0,4}[-a-c#{}":,0-9 ]{0,12}$/);
  fc.assert(
    fc.property(
      fc.oneof(
        fc.array(line).map((lines) => lines.join("\n")),
        fc.json(),
        fc.string(),
      ),
      (text) => {
        const parsed = parseKeyValueText(text);
        expect(parsed === undefined ? text : renderBlock(parsed.block)).toBe(text);
      },
    ),
    { numRuns: 500 },
  );
});

test.each(["1000", "0.25", "-3", "1e6", "1.50", "0", "1e-7", "123456789012345", "1e300"])(
  "%s keeps its value however it is spelled",
  (text) => {
    const seen = new Set(many.map((seed) => respellNumber(text, new Random("test", seed))));
    expect(seen.has(text)).toBe(false);
    for (const spelling of seen) {
      expect(Object.is(JSON.parse(spelling), Number(text)), spelling).toBe(true);
    }
  },
);

test.each(["007", "0x1f", "1_000", "fast", "", "1.2.3", "12345678901234567890", "NaN"])(
  "%s is no number to respell",
  (text) => {
    for (const seed of many) expect(respellNumber(text, new Random("test", seed))).toBe(text);
  },
);

test("an unknown field or a rate out of range is an error", () => {
  expect(() => augmentConfigSchema.parse({ dropKey: 0.1 })).toThrow("dropKey");
  expect(() => augmentConfigSchema.parse({ dropKeys: 1 })).toThrow("dropKeys");
});
