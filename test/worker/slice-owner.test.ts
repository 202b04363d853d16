import { describe, expect, test } from "vitest";
import { bytesOf } from "../../src/core/index.ts";
import { SliceOwner } from "../../src/worker/mesh/slice-owner.ts";

const RANGE = { begin: 0, end: 4 };
const WHOLE = { lo: 0, width: 2 };

interface HandedOn {
  readonly step: number;
  readonly values: Float32Array;
  readonly arrive: () => void;
}

function opened(): { readonly owner: SliceOwner; readonly handedOn: HandedOn[] } {
  const handedOn: HandedOn[] = [];
  const owner = new SliceOwner({
    format: "f32",
    chunkBytes: bytesOf(new Float32Array(2)).length,
    checksum: false,
    numMicroshards: WHOLE.width,
    onWhole: (step, _slice, values) =>
      new Promise((resolve) => handedOn.push({ step, values, arrive: resolve })),
  });
  return { owner, handedOn };
}

describe("a slice", () => {
  test("is handed on when all nodes are in it", () => {
    const { owner, handedOn } = opened();
    owner.own(1, new Map([[0, RANGE]]));
    owner.takeOwn(0, { lo: 0, width: 1 }, Float32Array.of(1, 2, 3, 4));
    expect(handedOn).toEqual([]);
    owner.takeOwn(0, { lo: 1, width: 1 }, Float32Array.of(1, 1, 1, 1));
    expect(handedOn).toMatchObject([{ step: 1, values: Float32Array.of(2, 3, 4, 5) }]);
  });

  test("that has arrived lends its memory to the next step, one that has not does not", async () => {
    const { owner, handedOn } = opened();
    for (const step of [1, 2, 3]) {
      owner.own(step, new Map([[0, RANGE]]));
      owner.takeOwn(0, WHOLE, Float32Array.of(step, 2, 3, 4));
      if (step === 1) handedOn[0]!.arrive();
      await new Promise((resolve) => setImmediate(resolve));
    }
    const [first, second, third] = handedOn.map(({ values }) => values);
    expect(second).toBe(first);
    expect(third).not.toBe(first);
    expect(third).toEqual(Float32Array.of(3, 2, 3, 4));
  });

  test("of a session that is over does not count for the same step of the next one", () => {
    const { owner, handedOn } = opened();
    owner.own(1, new Map([[0, RANGE]]));
    owner.takeOwn(0, WHOLE, Float32Array.of(9, 9, 9, 9));
    owner.clear();
    owner.own(1, new Map([[0, RANGE]]));
    expect(handedOn).toHaveLength(1);
    owner.takeOwn(0, WHOLE, Float32Array.of(1, 2, 3, 4));
    expect(handedOn).toMatchObject([{}, { values: Float32Array.of(1, 2, 3, 4) }]);
  });
});
