import { describe, expect, test } from "vitest";
import { FloatPool, type TreeNode } from "../../src/collective/index.ts";
import { GradientIntake, type IntakeVerdict } from "../../src/coordinator/gradient-intake.ts";
import { bytesOf } from "../../src/core/index.ts";

const GRADIENT = Float32Array.of(1, 2, 3, 4);
const CHUNK_BYTES = 8;
const [FIRST, SECOND] = [0, CHUNK_BYTES];

/** Counts the arrays that there are, and those that are with somebody. */
class CountingPool extends FloatPool {
  numTaken = 0;

  override take(): Float32Array {
    this.numTaken++;
    return super.take();
  }

  override give(array: Float32Array): void {
    this.numTaken--;
    super.give(array);
  }
}

interface Piece {
  readonly session?: string;
  readonly leaseId?: number;
  readonly node?: TreeNode;
}

function opened() {
  const pool = new CountingPool(GRADIENT.length);
  const options = { pool, format: "f32", chunkBytes: CHUNK_BYTES, checksum: false } as const;
  const intake = new GradientIntake(options);
  const take = (
    transferId: number,
    offset: number,
    { session = "s", leaseId = 1, node = { lo: 0, width: 1 } }: Piece = {},
  ): IntakeVerdict => {
    const leaves = Array.from({ length: node.width }, (_, i) => ({
      microshard: node.lo + i,
      numExamples: 1,
      numTokens: 1,
      lossSum: 1,
      weightSum: 1,
      tasks: [],
    }));
    const totalBytes = GRADIENT.byteLength;
    const chunk = { transferId, offset, totalBytes, crc32: 0 };
    return intake.take(
      session,
      { type: "gradient", ...chunk, leaseId, node, leaves: offset === 0 ? leaves : [] },
      bytesOf(GRADIENT).subarray(offset, offset + CHUNK_BYTES),
    );
  };
  return { pool, intake, take };
}

describe("memory for nodes that are put together", () => {
  test("a node has one array, however often its worker begins to send it", () => {
    const { pool, take } = opened();
    for (let transferId = 1; transferId <= 20; transferId++) take(transferId, FIRST);
    expect(pool.numTaken).toBe(1);
    expect(take(19, SECOND)).toMatchObject({ kind: "refused" });
    expect(take(20, SECOND)).toMatchObject({ kind: "whole", array: GRADIENT });
  });

  test("other nodes, and the same node of other workers, have their own", () => {
    const { pool, take } = opened();
    take(1, FIRST);
    take(2, FIRST, { node: { lo: 2, width: 2 } });
    take(1, FIRST, { session: "another" });
    expect(pool.numTaken).toBe(3);
  });

  test("comes back when the lease or the session ends", () => {
    const { pool, intake, take } = opened();
    take(1, FIRST);
    take(2, FIRST, { leaseId: 2, node: { lo: 1, width: 1 } });
    intake.drop("s", 1);
    expect(pool.numTaken).toBe(1);
    intake.forget("s");
    expect(pool.numTaken).toBe(0);
  });
});

test("a worker's whole transfers are known by its own number of them, not by that of all workers", () => {
  const { intake, take } = opened();
  take(1, FIRST, { session: "slow" });
  take(1, SECOND, { session: "slow" });
  for (let transferId = 1; transferId <= 300; transferId++) {
    take(transferId, FIRST, { session: "quick" });
    take(transferId, SECOND, { session: "quick" });
  }
  expect(intake.isFinished("slow", 1)).toBe(true);
  expect(intake.isFinished("quick", 300)).toBe(true);
  expect(intake.isFinished("quick", 1)).toBe(false);
});
