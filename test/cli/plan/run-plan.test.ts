import { describe, expect, test } from "vitest";
import { parseCount, parseLink } from "../../../src/cli/plan/link.ts";
import { type PlanInput, planMode, planRun } from "../../../src/cli/plan/run-plan.ts";
import fc from "../../support/property.ts";

/** 60 M parameters over 1 Gbit; each test overrides only what it is about. */
function input(override: Partial<PlanInput> = {}): PlanInput {
  return {
    parameterCount: 60e6,
    numWorkers: 4,
    linkBitsPerSecond: 1e9,
    downPrecision: "f32",
    upPrecision: "f32",
    numMicroshards: 16,
    tokensPerStep: 16_384,
    tokensPerSecond: 1000,
    innerSteps: 50,
    numReplicas: 4,
    windowBytes: 16 << 20,
    optimizer: "adamw",
    hasAverage: false,
    isReplicated: false,
    ...override,
  };
}

describe("the cost of a step", () => {
  // Each direction of the table in the design: N times 240 MB at 0.118 GB/s.
  test.each([
    [1, "f32", 2034],
    [2, "f32", 4068],
    [4, "f32", 8136],
    [8, "f32", 16_271],
    [1, "bf16", 1017],
    [4, "bf16", 4068],
  ] as const)(
    "star, %i workers, %s over 1 Gbit: %i ms in each direction",
    (numWorkers, precision, ms) => {
      const plan = planMode(
        input({ numWorkers, upPrecision: precision, downPrecision: precision }),
        "star",
      );
      expect(plan.wireMs / 2 / ms).toBeGreaterThan(0.99);
      expect(plan.wireMs / 2 / ms).toBeLessThan(1.01);
    },
  );

  test.each([
    [4, 3050],
    [8, 3560],
  ])("mesh, %i workers over 1 Gbit: both directions %i ms", (numWorkers, ms) => {
    const { wireMs } = planMode(input({ numWorkers }), "mesh");
    expect(wireMs / ms).toBeCloseTo(1, 1);
  });

  // bench/results/link.txt: eight workers, computing stubbed out.
  test.each([
    ["f32", 1975],
    ["bf16", 979],
  ] as const)(
    "a step of 4 M parameters in %s over 1 Gbit: within 10 %% of %i ms",
    (precision, ms) => {
      const { stepMs } = planMode(
        input({
          parameterCount: 4e6,
          numWorkers: 8,
          numMicroshards: 8,
          upPrecision: precision,
          downPrecision: precision,
          tokensPerStep: 1,
          tokensPerSecond: 1e12,
        }),
        "star",
      );
      expect(Math.abs(stepMs / ms - 1)).toBeLessThan(0.1);
    },
  );

  test("directions overlap where there are several workers, and only there", () => {
    const [one, four] = [1, 4].map((numWorkers) => planMode(input({ numWorkers }), "star"));
    expect(one!.stepMs).toBeGreaterThan(one!.computeMs + one!.wireMs);
    expect(four!.stepMs).toBeLessThan(four!.computeMs + four!.wireMs);
  });

  test("workers that divide the microshards badly send more than one gradient", () => {
    const even = planMode(input({ numWorkers: 4 }), "star");
    expect(even.workerUpBytes).toBeCloseTo(even.workerDownBytes, -3);
    const odd = planMode(input({ numWorkers: 5 }), "star");
    expect(odd.upBytes / odd.workerDownBytes).toBeCloseTo(10, 5);
  });

  test("a round of diloco costs what a step of star costs", () => {
    const star = planMode(input(), "star");
    const diloco = planMode(input({ innerSteps: 10 }), "diloco");
    expect(10 * diloco.wireMs).toBeCloseTo(star.wireMs, 3);
  });

  // Parameters, the optimizer's, two on their way, the sum; what waits for its sibling beside the one in the sum.
  test.each([
    ["star", {}, 6 + 1],
    ["star", { numWorkers: 1 }, 6],
    ["star", { numWorkers: 2 }, 6],
    ["star", { numWorkers: 16 }, 6 + 7],
    ["star", { optimizer: "muon", hasAverage: true }, 8 + 1],
    ["star", { isReplicated: true }, 5 + 1],
    ["mesh", { numWorkers: 16 }, 6],
    // Each replica is put together first.
    ["diloco", { numWorkers: 2 }, 5 + 1 + 2],
    ["diloco", { numWorkers: 8, numReplicas: 8 }, 5 + 3 + 8],
  ] as const)("memory of the coordinator, %s with %j: %i arrays", (mode, override, numArrays) => {
    const some = input(override);
    const { coordinatorBytes } = planMode(some, mode);
    const windows = some.numWorkers * some.windowBytes;
    expect((coordinatorBytes - windows - 200e6) / 240e6).toBeCloseTo(numArrays, 9);
  });

  test("a faster link never makes a step slower, and no fleet is more than perfect", () => {
    const cases = fc.record({
      parameterCount: fc.integer({ min: 1000, max: 1e9 }),
      numWorkers: fc.integer({ min: 1, max: 64 }),
      linkBitsPerSecond: fc.integer({ min: 1e6, max: 1e11 }),
      tokensPerSecond: fc.integer({ min: 1, max: 1e6 }),
    });
    fc.assert(
      fc.property(cases, (some) => {
        const slow = planRun(input(some)).modes;
        const fast = planRun(
          input({ ...some, linkBitsPerSecond: 2 * some.linkBitsPerSecond }),
        ).modes;
        slow.forEach((mode, i) => {
          expect(fast[i]!.stepMs).toBeLessThanOrEqual(mode.stepMs);
          expect(mode.efficiency).toBeGreaterThan(0);
          expect(mode.efficiency).toBeLessThanOrEqual(1);
        });
      }),
    );
  });
});

describe("which mode", () => {
  test.each([
    ["a fast link", { linkBitsPerSecond: 100e9 }, "star"],
    ["a link that a mesh can hide", { tokensPerSecond: 1000, linkBitsPerSecond: 1e9 }, "mesh"],
    ["a slow link", { linkBitsPerSecond: 50e6 }, "diloco"],
    [
      "two workers, for whom a mesh is no gain",
      { numWorkers: 2, linkBitsPerSecond: 0.5e9 },
      "diloco",
    ],
  ] as const)("%s", (_, override, mode) => {
    const plan = planRun(input(override));
    expect(plan.recommended).toBe(mode);
    expect(plan.reason).toMatch(/ s /);
  });
});

describe("what people write", () => {
  test.each([
    ["1gbit", 1e9],
    ["50 mbit", 50e6],
    ["2.5Gbit/s", 2.5e9],
    ["100Mbps", 100e6],
    ["125MB/s", 1e9],
  ])("link %s", (text, bits) => {
    expect(parseLink(text)).toBe(bits);
  });

  test.each(["100mb", "1", "fast", "-1gbit", "0gbit"])("link %s is refused", (text) => {
    expect(() => parseLink(text)).toThrow(/is not a speed/);
  });

  test.each([
    ["60e6", 60e6],
    ["60M", 60e6],
    ["1.5g", 1.5e9],
    ["16384", 16_384],
  ])("count %s", (text, value) => {
    expect(parseCount("--params", text)).toBe(value);
  });

  test.each(["", "0", "-1", "many", "1e", "60MM"])("count %j is refused", (text) => {
    expect(() => parseCount("--params", text)).toThrow(/--params/);
  });
});
