import { expect, test } from "vitest";
import { splitPieces } from "../../../src/tokenizer/text/split-pieces.ts";
import fc from "../../support/property.ts";

function pieces(text: string): string[] {
  const found: string[] = [];
  splitPieces(text, (start, end) => found.push(text.slice(start, end)));
  return found;
}

test.each([
  ["config:\n  --no-cabac: True\n", ["config:", "\n  --no-cabac: ", "True", "\n"]],
  ["  opt_10: 250", ["  opt_", "1", "0", ": ", "2", "5", "0"]],
  ["a\r\n\r\nb", ["a", "\r\n", "\r\nb"]],
  ["|nor_conv_3x3~0|+|none~1|", ["|nor_conv_", "3", "x", "3", "~", "0", "|+|none~", "1", "|"]],
  ["for (i = 0; i < n; ++i) {", ["for (i = ", "0", "; i < n; ++i) {"]],
  [
    "about: DNN model tool; inference time on embedded boards",
    ["about: ", "DNN model tool; inference", " time on embedded boards"],
  ],
])("%j", (text, expected) => {
  expect(pieces(text)).toEqual(expected);
});

const anyText = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 300 }),
  fc.string({
    unit: fc.constantFrom("a", "B", "_", " ", ":", "\n", "\r", "\t", "1", "7", "-", "é", "🜁"),
    maxLength: 300,
  }),
);

test("pieces cover the text, keep digits alone, never cross a line start or split a character", () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const found = pieces(text);
      expect(found.join("")).toBe(text);
      for (const piece of found) {
        expect(piece.length).toBeGreaterThan(0);
        expect(piece).toMatch(/^([0-9]|[^0-9]+)$/u);
        expect(piece.replace(/^\r?\n/u, "")).not.toMatch(/^.+\n/u);
        expect(Buffer.from(piece).toString()).toBe(piece);
      }
    }),
  );
});
