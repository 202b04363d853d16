import { describe, expect, test } from "vitest";
import type { HeldLease } from "../../src/coordinator/member.ts";
import { PhaseMeter } from "../../src/coordinator/phase-meter.ts";
import { ManualClock } from "../../src/core/index.ts";

/** A lease that could start at 0; each test overrides only what it is about. */
function lease(override: Partial<HeldLease> = {}): HeldLease {
  return {
    leaseId: 1,
    session: "s",
    nodes: [{ lo: 0, width: 2 }],
    attempt: 0,
    purpose: "gradient",
    isAudit: false,
    grantedAtMs: 0,
    sentAtMs: 0,
    progressAtMs: 0,
    startableAtMs: 0,
    computedAtMs: undefined,
    firstPieceAtMs: undefined,
    ...override,
  };
}

const COMMIT = { applyMs: 1, journalMs: 2 };

function meterAt(ms: number): { readonly clock: ManualClock; readonly meter: PhaseMeter } {
  const clock = new ManualClock();
  const meter = new PhaseMeter(clock);
  clock.advance(ms);
  return { clock, meter };
}

describe("phases of a step", () => {
  test("computing ends with the last microshard, uploading with the last gradient", () => {
    const { meter } = meterAt(100);
    meter.onLeaseDone("w", lease({ computedAtMs: 70, firstPieceAtMs: 40 }));
    expect(meter.phases(COMMIT)).toMatchObject({ computeMs: 70, uploadMs: 30, ...COMMIT });
  });

  test("where no report of computing came, the first piece says when it ended", () => {
    const { meter } = meterAt(100);
    meter.onLeaseDone("w", lease({ startableAtMs: 10, firstPieceAtMs: 60 }));
    expect(meter.phases(COMMIT)).toMatchObject({ computeMs: 50, uploadMs: 40 });
  });

  test("leases of one worker add up, and the slowest worker counts", () => {
    const { meter } = meterAt(100);
    meter.onLeaseDone("a", lease({ computedAtMs: 20 }));
    meter.onLeaseDone("a", lease({ startableAtMs: 50, computedAtMs: 90 }));
    meter.onLeaseDone("b", lease({ computedAtMs: 55 }));
    expect(meter.phases(COMMIT)).toMatchObject({ computeMs: 60, uploadMs: 90 });
  });

  test("a new piece of work begins at zero, the download stays until the next publication", () => {
    const { clock, meter } = meterAt(0);
    meter.onPublished();
    clock.advance(30);
    meter.onDelivered();
    clock.advance(10);
    meter.onLeaseDone("w", lease());
    meter.onWork();
    expect(meter.phases(COMMIT)).toMatchObject({ downloadMs: 30, computeMs: 0, uploadMs: 0 });
    meter.onPublished();
    expect(meter.phases(COMMIT).downloadMs).toBe(0);
  });

  test("what adds gradients up is timed and its result handed on", () => {
    const { clock, meter } = meterAt(0);
    expect(meter.reducing(() => (clock.advance(7), "sum"))).toBe("sum");
    expect(meter.phases(COMMIT).reduceMs).toBe(7);
  });
});
