import { connect } from "nats";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { systemClock } from "../../src/core/index.ts";
import { natsResponder } from "../../src/transport/index.ts";
import { hasNatsServer, startNatsServer } from "../support/nats-server.ts";

describe.skipIf(!hasNatsServer)("with a broker", () => {
  test("an answer that the broker does not take is a warning, and the next one is given", async () => {
    const server = await startNatsServer();
    onTestFinished(() => server.kill());
    const address = `nats://127.0.0.1:${server.port}`;
    const warn = vi.spyOn(process, "emitWarning").mockImplementation(() => {});
    onTestFinished(() => warn.mockRestore());
    const responder = await natsResponder({
      server: address,
      subjects: ["ask"],
      queueGroup: "group",
      clock: systemClock,
      handle: async ({ body }, maxBytes) => (body.length > 0 ? body : new Uint8Array(2 * maxBytes)),
    });
    const client = await connect({ servers: address });
    client.publish("ask", undefined, { reply: "nobody.hears" });
    const { data } = await client.request("ask", Uint8Array.of(7));
    expect([...data]).toEqual([7]);
    expect(warn).toHaveBeenCalledWith(expect.stringContaining("nats: "));
    await client.close();
    await responder.close(1000);
  });
});
