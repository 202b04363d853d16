import { expect, test } from "vitest";
import { learningRateFactor, scheduleConfigSchema } from "../../src/optim/index.ts";
import fc from "../support/property.ts";

const cosine = scheduleConfigSchema.parse({ kind: "cosine", warmupSteps: 10, finalFraction: 0.1 });

test.each([
  [1, 0.1],
  [5, 0.5],
  [10, 1],
  [60, 0.55],
  [110, 0.1],
])("cosine with warm-up at step %i is %f", (step, factor) => {
  expect(learningRateFactor(cosine, step, 110)).toBeCloseTo(factor, 12);
});

test.each([
  ["constant", [1, 1, 1]],
  ["linear", [1, 0.5, 0]],
  ["inverse-sqrt", [1, Math.sqrt(1 / 51), Math.sqrt(1 / 101)]],
])("%s without warm-up", (kind, expected) => {
  const config = scheduleConfigSchema.parse({ kind, warmupSteps: 1 });
  const factors = [1, 51, 101].map((step) => learningRateFactor(config, step, 101));
  factors.forEach((factor, i) => expect(factor).toBeCloseTo(expected[i]!, 12));
});

test("every schedule stays in 0..1, rises in the warm-up and never after it", () => {
  fc.assert(
    fc.property(
      fc.constantFrom("constant", "linear", "cosine", "inverse-sqrt"),
      fc.nat(20),
      fc.integer({ min: 1, max: 60 }),
      (kind, warmupSteps, numSteps) => {
        const config = scheduleConfigSchema.parse({ kind, warmupSteps });
        let previous = 0;
        for (let step = 1; step <= numSteps; step++) {
          const factor = learningRateFactor(config, step, numSteps);
          expect(factor).toBeGreaterThanOrEqual(0);
          expect(factor).toBeLessThanOrEqual(1);
          expect(step <= warmupSteps ? factor >= previous : step === 1 || factor <= previous).toBe(
            true,
          );
          previous = factor;
        }
      },
    ),
  );
});

test("an unknown field is an error, not a default", () => {
  expect(scheduleConfigSchema.safeParse({ kind: "cosine", warmUpSteps: 3 }).success).toBe(false);
});
