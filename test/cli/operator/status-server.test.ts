import { request } from "node:http";
import { describe, expect, onTestFinished, test } from "vitest";
import { fetchStatus, readStatus } from "../../../src/cli/operator/index.ts";
import { RunState } from "../../../src/cli/operator/run-state.ts";
import { startStatusServer } from "../../../src/cli/operator/status-server.ts";
import { temporaryDirectory } from "../../support/toy-run.ts";
import { STORY, stamped } from "./run-events.ts";

async function serve(token?: string): Promise<string> {
  const state = new RunState();
  for (const event of stamped(STORY)) state.apply(event);
  const view = { address: "tcp://127.0.0.1:5555", workers: [], work: undefined };
  const server = await startStatusServer({ host: "127.0.0.1", port: 0, token }, () =>
    state.status(view),
  );
  onTestFinished(() => server.close());
  return server.url;
}

/** Status of an answer to a request with headers that fetch does not let one set. */
function statusWith(url: string, headers: Record<string, string>): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    request(url, { headers }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    })
      .on("error", reject)
      .end();
  });
}

describe("a run over HTTP", () => {
  test.each([
    ["/", "text/html; charset=utf-8", "<!doctype html>"],
    ["/status", "application/json; charset=utf-8", '"phase":"training"'],
    ["/parts", "application/json; charset=utf-8", "WORKER_LOST"],
    ["/metrics", "text/plain; version=0.0.4; charset=utf-8", "auspex_step 2"],
    ["/healthz", "application/json; charset=utf-8", '"status":"ok"'],
  ])("%s", async (path, type, part) => {
    const answer = await fetch((await serve()) + path);
    expect(answer.status).toBe(200);
    expect(answer.headers.get("content-type")).toBe(type);
    expect(answer.headers.get("cache-control")).toBe("no-store");
    expect(await answer.text()).toContain(part);
  });

  test("other paths, other methods and other hosts are refused", async () => {
    const url = await serve();
    expect((await fetch(`${url}/none`)).status).toBe(404);
    expect((await fetch(`${url}/status`, { method: "POST", body: "x" })).status).toBe(405);
    expect(await statusWith(`${url}/status`, { host: "evil.example" })).toBe(421);
  });

  test("with a token, everything that tells of the run asks for it", async () => {
    const url = await serve("secret");
    for (const path of ["/status", "/metrics", "/parts"]) {
      expect((await fetch(url + path)).status).toBe(401);
      const wrong = { authorization: "Bearer wrong" };
      expect((await fetch(url + path, { headers: wrong })).status).toBe(401);
      const right = { authorization: "Bearer secret" };
      expect((await fetch(url + path, { headers: right })).status).toBe(200);
    }
    for (const path of ["/", "/healthz"]) expect((await fetch(url + path)).status).toBe(200);
  });

  test("beyond loopback without a token is refused", async () => {
    const options = { host: "0.0.0.0", port: 0, token: undefined };
    await expect(startStatusServer(options, () => new RunState().status())).rejects.toMatchObject({
      code: "NO_TOKEN",
    });
  });

  test("a port in use is said so", async () => {
    const port = Number(new URL(await serve()).port);
    const options = { host: "127.0.0.1", port, token: undefined };
    await expect(startStatusServer(options, () => new RunState().status())).rejects.toMatchObject({
      code: "UNAVAILABLE",
    });
  });
});

describe("auspex status", () => {
  test("reads a coordinator's answer", async () => {
    const { status, note } = await fetchStatus(await serve());
    expect(status).toMatchObject({ source: "live", step: 2 });
    expect(note).toContain("live");
  });

  test("says when nobody answers, and when a directory is no run's", async () => {
    await expect(fetchStatus("http://127.0.0.1:1")).rejects.toMatchObject({ code: "UNAVAILABLE" });
    await expect(readStatus(temporaryDirectory())).rejects.toMatchObject({ code: "INPUT_INVALID" });
  });
});
