import { describe, expect, test } from "vitest";
import {
  DecoderVocabulary,
  ieeeTokenizer,
  type NumberTokenizer,
  normalizedTokenizer,
  numberTokenizerConfigSchema,
  numberTokenizerFromConfig,
  p10Tokenizer,
  withSeparator,
  withSpecialValues,
} from "../../../src/tokenizer/index.ts";
import fc from "../../support/property.ts";

const nearest = (base = 10, numExponentDigits = 2, numMantissaDigits = 4) =>
  ieeeTokenizer({ base, numExponentDigits, numMantissaDigits, rounding: "nearest" });

const tokenizers: NumberTokenizer[] = [
  nearest(),
  nearest(2, 4, 12),
  nearest(18, 1, 3),
  nearest(100, 1, 3),
  ieeeTokenizer({ base: 10, numExponentDigits: 1, numMantissaDigits: 4, rounding: "truncate" }),
  p10Tokenizer({ numDigits: 4, exponentRange: 10 }),
  p10Tokenizer({ numDigits: 1, exponentRange: 0 }),
  normalizedTokenizer({ base: 10, length: 3 }),
  normalizedTokenizer({ base: 40, length: 2 }),
  withSpecialValues(nearest()),
  withSpecialValues(p10Tokenizer({ numDigits: 3, exponentRange: 5 }), { TIMEOUT: -1, LOST: NaN }),
  withSeparator(withSpecialValues(nearest())),
];

/** Token sequences that the tokenizer's own rules allow. */
function legalTokens(tokenizer: NumberTokenizer): fc.Arbitrary<string[]> {
  return fc.array(fc.nat(), { minLength: 30, maxLength: 30 }).map((choices) => {
    const tokens: string[] = [];
    for (let position = 0; position < tokenizer.tokensPerObject; position++) {
      const allowed = tokenizer.allowedTokens(position, tokens[0]);
      tokens.push(allowed[choices[position % 30]! % allowed.length]!);
    }
    return tokens;
  });
}

describe.each(tokenizers.map((tokenizer) => ({ name: tokenizer.name, tokenizer })))(
  "$name",
  ({ tokenizer }) => {
    test("whatever its rules allow decodes to something that it can write", () => {
      fc.assert(
        fc.property(legalTokens(tokenizer), (tokens) => {
          const written = tokenizer.encode(tokenizer.decode(tokens));
          for (const [position, token] of written.entries()) {
            expect(
              tokenizer.allowedTokens(position, position === 0 ? undefined : written[0]),
            ).toContain(token);
          }
        }),
      );
    });

    test.skipIf(/truncate|normalized/.test(tokenizer.name))(
      "what it wrote and read, it writes and reads again",
      () => {
        fc.assert(
          fc.property(legalTokens(tokenizer), (tokens) => {
            const written = tokenizer.encode(tokenizer.decode(tokens));
            const value = tokenizer.decode(written);
            // As a value: an ordinary number that rounds to a special one comes back as its key.
            expect(tokenizer.decode(tokenizer.encode(value))).toBe(value);
          }),
        );
      },
    );

    test("a value lies in the interval of each of its prefixes, and intervals shrink", () => {
      fc.assert(
        fc.property(legalTokens(tokenizer), (tokens) => {
          const value = tokenizer.decode(tokens);
          fc.pre(tokenizer.specialKey?.(tokens) === undefined);
          let outer = tokenizer.interval([]);
          for (let length = 1; length <= tokens.length; length++) {
            const inner = tokenizer.interval(tokens.slice(0, length));
            expect(inner.lo >= outer.lo && inner.hi <= outer.hi).toBe(true);
            expect(inner.lo <= value && value <= inner.hi).toBe(true);
            outer = inner;
          }
          expect(outer.lo).toBe(outer.hi);
        }),
      );
    });

    test("ids round-trip through the decoder vocabulary, and its table allows each of them", () => {
      const vocabulary = new DecoderVocabulary(tokenizer);
      fc.assert(
        fc.property(legalTokens(tokenizer), legalTokens(tokenizer), (one, two) => {
          const values = [tokenizer.decode(one), tokenizer.decode(two)].map((v) =>
            v === 0 ? 0 : v,
          );
          const ids = vocabulary.encode(values);
          expect(vocabulary.decode(ids)).toEqual(
            values.map((y) => tokenizer.decode(tokenizer.encode(y))),
          );
          ids.forEach((id, position) => {
            const start = position - (position % vocabulary.tokensPerObject);
            const first = position === start ? undefined : ids[start];
            expect(vocabulary.allowedIds(position, first)).toContain(id);
          });
        }),
      );
    });
  },
);

describe("ieee with rounding", () => {
  const tokenizer = nearest();

  test("every decimal of four digits comes back exactly", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1000, max: 9999 }),
        fc.integer({ min: -99, max: 99 }),
        (digits, exponent) => {
          const y = Number(`${digits}e${exponent - 3}`);
          expect(tokenizer.decode(tokenizer.encode(y))).toBe(y);
          expect(tokenizer.decode(tokenizer.encode(-y))).toBe(-y);
        },
      ),
    );
  });

  test("the relative error is at most half a unit of the last digit", () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-90, max: 1e90, noNaN: true }), (y) => {
        expect(Math.abs(tokenizer.decode(tokenizer.encode(y)) - y)).toBeLessThanOrEqual(
          5.0001e-4 * y,
        );
      }),
    );
  });

  test("its interval ends are reached: the smallest and the largest completion", () => {
    const tokens = tokenizer.encode(-0.001234);
    expect(tokens.join("")).toBe("<-><-><0><3><1><2><3><4>");
    expect(tokenizer.interval(tokens.slice(0, 6))).toEqual({ lo: -0.001299, hi: -0.0012 });
    expect(tokenizer.interval(["<+>", "<+>", "<0>"])).toEqual({ lo: 0, hi: 9.999e9 });
    expect(tokenizer.interval(["<+>", "<->"])).toEqual({ lo: 0, hi: 9.999 });
  });

  test.each([
    [Infinity, "specialValues"],
    [NaN, "specialValues"],
    [1e100, "largest number is 9.999e+99"],
    [-9.9996e99, "largest number"],
  ])("%d is refused", (y, reason) => {
    let message = "";
    try {
      tokenizer.encode(y);
    } catch (error) {
      message = `${(error as Error).message} ${(error as { hint?: string }).hint}`;
    }
    expect(message).toContain(reason);
  });

  test("below the smallest number the nearer of it and zero is written", () => {
    expect(tokenizer.decode(tokenizer.encode(0.6e-99))).toBe(1e-99);
    expect(tokenizer.decode(tokenizer.encode(-0.4e-99))).toBe(0);
    expect(tokenizer.decode(tokenizer.encode(5e-324))).toBe(0);
  });
});

describe("special values", () => {
  test("keys round-trip by name, NaN and infinities by value", () => {
    const vocabulary = new DecoderVocabulary(withSpecialValues(nearest()));
    const ids = vocabulary.encode(["INVALID", NaN, -Infinity, 2.5]);
    expect(vocabulary.specialKeys(ids)).toEqual(["INVALID", "NAN", "NINF", undefined]);
    expect(vocabulary.decode(ids)).toEqual([NaN, NaN, -Infinity, 2.5]);
  });

  test("its interval is a point", () => {
    const tokenizer = withSpecialValues(nearest());
    expect(tokenizer.interval(["<INF>"])).toEqual({ lo: Infinity, hi: Infinity });
    expect(tokenizer.interval(["<NAN>", "<NAN>"])).toEqual({ lo: NaN, hi: NaN });
  });

  test("after a special first token only that token is allowed, and an ordinary number never continues so", () => {
    const vocabulary = new DecoderVocabulary(withSpecialValues(nearest()));
    const nan = vocabulary.encode([NaN])[0]!;
    const plus = vocabulary.encode([1])[0]!;
    expect([...vocabulary.allowedIds(3, nan)]).toEqual([nan]);
    expect(vocabulary.allowedIds(3, plus)).not.toContain(nan);
    expect(vocabulary.maskTable.allowed).toHaveLength(5);
  });

  test("an unknown key and a key that is a digit are refused", () => {
    expect(() => withSpecialValues(nearest()).encode("OOM")).toThrow("OOM is no special value");
    expect(() => withSpecialValues(nearest(), { "7": 7 })).toThrow("capital letters");
  });
});

describe("configuration", () => {
  test("the default is ieee, base 10, 2 exponent and 4 mantissa digits, nearest", () => {
    const tokenizer = numberTokenizerFromConfig(
      numberTokenizerConfigSchema.parse({ kind: "ieee" }),
    );
    expect(tokenizer.name).toBe("ieee(base 10, 2+4 digits, nearest)");
  });

  test("unknown keys are errors", () => {
    expect(() => numberTokenizerConfigSchema.parse({ kind: "ieee", mantissa: 5 })).toThrow(
      "mantissa",
    );
  });

  test("sizes beyond a double are refused with the field", () => {
    expect(() => nearest(10, 3, 4)).toThrow("numberTokenizer.numExponentDigits");
    expect(() => nearest(10, 2, 16)).toThrow("numberTokenizer.numMantissaDigits");
  });
});
