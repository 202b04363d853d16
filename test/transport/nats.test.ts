import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { systemClock } from "../../src/core/index.ts";
import { natsTransport } from "../../src/transport/index.ts";
import { joinFrames, splitFrames } from "../../src/transport/nats/frame.ts";
import { hasNatsServer, type NatsServer, startNatsServer } from "../support/nats-server.ts";
import fc from "../support/property.ts";
import { transportContract } from "./transport.contract.ts";

const clock = systemClock;

describe.skipIf(!hasNatsServer)("with a broker", () => {
  let server: NatsServer;
  let numRuns = 0;
  beforeAll(async () => {
    server = await startNatsServer(0, ["--user", "u", "--pass", "p"]);
  });
  afterAll(() => server.kill());

  transportContract(
    "nats",
    () => ({
      transport: natsTransport({ clock, user: "u", password: "p" }),
      address: `nats://127.0.0.1:${server.port}/run${numRuns++}`,
    }),
    { largestPayloadBytes: 900_000 },
  );

  test("a wrong password is refused, an absent broker unavailable", async () => {
    const wrong = natsTransport({ clock, user: "u", password: "x" });
    const events = { message: () => {}, peerLost: () => {} };
    await expect(wrong.listen(`nats://127.0.0.1:${server.port}/x`, events)).rejects.toMatchObject({
      code: "UNKNOWN_KEY",
      exitCode: 77,
    });
    await expect(wrong.listen("nats://127.0.0.1:1/x", events)).rejects.toThrow("no NATS server");
  });
});

test("frames come back from one body, and any bytes give frames or nothing", () => {
  fc.assert(
    fc.property(
      fc.uint8Array(),
      fc.option(fc.uint8Array(), { nil: undefined }),
      (header, payload) => {
        const wire = payload === undefined ? { header } : { header, payload };
        expect(splitFrames(joinFrames(wire))).toEqual(wire);
      },
    ),
  );
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
      expect(() => splitFrames(bytes)).not.toThrow();
    }),
  );
});

test.each(["nats://h:1", "nats://h:1/a.b", "nats://u:p@h:1/x", "tcp://h:1/x"])(
  "%s is no NATS address",
  async (address) => {
    const events = { message: () => {}, reconnected: () => {} };
    await expect(natsTransport({ clock }).connect(address, events)).rejects.toThrow("address:");
  },
);

test("plain traffic to a broker on another machine must be asked for", async () => {
  const events = { message: () => {}, reconnected: () => {} };
  await expect(natsTransport({ clock }).connect("nats://10.0.0.1/x", events)).rejects.toMatchObject(
    { code: "INSECURE" },
  );
});
