import { describe, expect, test } from "vitest";
import { Failpoints, parseFailpoint } from "../../src/cli/chaos/failpoint.ts";

describe("failpoints", () => {
  test("a line names the place and what happens there", () => {
    expect(parseFailpoint("worker.push:step=4:chunk=3:kill")).toMatchObject({
      point: "worker.push",
      where: { step: 4, chunk: 3 },
      action: "kill",
    });
    expect(parseFailpoint("worker.lease:busy=250")).toMatchObject({ action: "busy", busyMs: 250 });
  });

  test.each([
    ["worker.nowhere:kill", "no such point"],
    ["worker.push:step=1", "it must end with one of"],
    ["worker.push:colour=red:kill", "worker.push knows step, chunk"],
    ["", "no such point"],
  ])("%j is refused", (text, reason) => {
    expect(() => parseFailpoint(text)).toThrow(reason);
  });

  test("each fires once, at or after its step, and only where everything else is equal", () => {
    const failpoints = new Failpoints(["worker.compute:step=4:nan"]);
    expect(failpoints.hit("worker.compute", { step: 3 })).toBeUndefined();
    expect(failpoints.hit("worker.push", { step: 4, chunk: 0 })).toBeUndefined();
    expect(failpoints.hit("worker.compute", { step: 6 })).toBe("nan");
    expect(failpoints.hit("worker.compute", { step: 6 })).toBeUndefined();
  });
});
