// The evaluator's commands as a user runs them, on a small bundle that has learnt nothing.

import { mkdtempSync, rmSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { saveModel } from "../../src/training/index.ts";
import { connectNats } from "../../src/transport/nats/load.ts";
import { type RunningCli, runCli, startCli } from "../support/cli.ts";
import { hasNatsServer, startNatsServer } from "../support/nats-server.ts";
import { smallModel } from "../training/small.ts";

let directory: string;
let bundle: string;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "auspex-evaluator-"));
  bundle = join(directory, "bundle");
  saveModel(bundle, smallModel(), "test");
});

afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** The first line that a command prints, as JSON. */
function firstLine({ child, done }: RunningCli): Promise<Record<string, string>> {
  return new Promise((resolve, reject) => {
    child.stdout!.once("data", (text: string) => resolve(JSON.parse(text.split("\n")[0]!)));
    void done.then(({ stderr }) => reject(new Error(`it ended: ${stderr}`)));
  });
}

// oxlint-disable-next-line typescript/no-explicit-any
async function call(url: string, body?: unknown): Promise<{ status: number; json: any }> {
  const response = await fetch(url, {
    method: body === undefined ? "GET" : "POST",
    headers: { "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, json: await response.json() };
}

test("a served study fine-tunes a copy of the bundle in a process of its own, and says what came of it", async () => {
  const studies = join(directory, "studies");
  const serve = ["serve", "--bundle", bundle, "--port", "0", "--studies", studies, "--json"];
  const running = startCli(serve);
  const { url } = await firstLine(running);
  const spec = {
    id: "s",
    objectives: [{ name: "y0", goal: "min" }],
    fineTuning: { kind: "full", everyTells: 40, heldBackShare: 0.4 },
  };
  expect(await call(`${url}/v1/studies`, spec)).toMatchObject({ status: 201 });
  for (let n = 0; n < 41; n++) {
    const [a, b] = [n % 7, Math.floor(n / 7)];
    const candidate = { kind: "yaml", text: `a: ${a}\nb: ${b}` };
    const told = await call(`${url}/v1/studies/s/tell`, { candidate, values: { y0: 5 * a + b } });
    expect(told.json).toMatchObject({ status: "told" });
  }
  await expect
    .poll(async () => (await call(`${url}/v1/studies/s`)).json.fineTuning, {
      timeout: 60_000,
      interval: 200,
    })
    .toMatchObject({ isRunning: false, last: { version: 1, numTells: 40 } });
  const { json } = await call(`${url}/v1/studies/s`);
  expect(json.fineTuning.last.reason).toMatch(/held-back tells/);
  running.child.kill("SIGTERM");
  expect((await running.done).code).toBe(0);

  const again = startCli(serve);
  const { url: newUrl } = await firstLine(again);
  const resumed = await call(`${newUrl}/v1/studies/s`);
  expect(resumed.json).toMatchObject({ model: json.model, numTells: 41 });
  again.child.kill("SIGTERM");
  expect((await again.done).code).toBe(0);
}, 120_000);

test("a served model computes beside the service: a signal under load answers all who asked, then it ends", async () => {
  const running = startCli(["serve", "--bundle", bundle, "--port", "0", "--json"]);
  const { url } = await firstLine(running);
  const numCallers = 40;
  const asked = Array.from({ length: numCallers }, (_, n) =>
    call(`${url}/v1/score`, { candidates: [{ kind: "yaml", text: `a: ${n}\nb: 2` }] }),
  );
  // All have reached the queue; how many are answered by now does not matter.
  await expect
    .poll(
      async () => {
        const text = await (await fetch(`${url}/metrics`)).text();
        return Number(/^auspex_cache_misses (\d+)$/m.exec(text)?.[1]);
      },
      { timeout: 60_000, interval: 5 },
    )
    .toBe(numCallers);
  running.child.kill("SIGTERM");
  const answers = await Promise.all(asked);
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
  expect((await running.done).code).toBe(0);
}, 120_000);

test("serve ends with a reason and its code where the port is taken and where the bundle is damaged", async () => {
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void taken.close());
  const { port } = taken.address() as AddressInfo;
  const busy = await runCli(["serve", "--bundle", bundle, "--port", String(port)]);
  expect(busy).toMatchObject({ code: 69, stderr: expect.stringMatching(/--port/) });
  const none = await runCli(["serve", "--bundle", join(directory, "none"), "--port", "0"]);
  expect(none).toMatchObject({ code: 65, stderr: expect.stringMatching(/manifest\.json|none/) });
}, 120_000);

test("score --jsonl - answers a stream in order as it comes, bad lines too; exit 2 for those", async () => {
  const args = ["score", "--bundle", bundle, "--jsonl", "-", "--kind", "yaml"];
  const { child, done } = startCli(args, {}, "pipe");
  const answers: string[] = [];
  createInterface({ input: child.stdout! }).on("line", (line) => answers.push(line));
  child.stdin!.write('{"text":"a: 1\\nb: 2","id":1}\n');
  // Answered while the input stays open.
  await expect.poll(() => answers.length, { timeout: 60_000 }).toBe(1);
  child.stdin!.end('{"text":"a: [","id":2}\nnonsense\n{"text":"b: 2\\na: 1","id":4}\n');
  expect((await done).code).toBe(2);
  const parsed = answers.map((line) => JSON.parse(line));
  expect(parsed.map(({ line, id }) => [line, id])).toEqual([
    [1, 1],
    [2, 2],
    [3, undefined],
    [4, 4],
  ]);
  expect(parsed[1].error).toMatchObject({
    code: expect.stringMatching(/YAML/),
    place: expect.stringMatching(/line 1/),
  });
  expect(parsed[3]).toMatchObject({ cached: true, hash: parsed[0].hash });
}, 120_000);

test.skipIf(!hasNatsServer)(
  "serve --nats answers in the queue group until SIGTERM",
  async () => {
    const broker = await startNatsServer();
    onTestFinished(() => broker.kill());
    const server = `nats://127.0.0.1:${broker.port}`;
    const running = startCli([
      "serve",
      "--bundle",
      bundle,
      "--port",
      "0",
      "--nats",
      server,
      "--json",
    ]);
    expect(await firstLine(running)).toMatchObject({ nats: "auspex.score" });
    const connection = await connectNats(server, "test", {});
    onTestFinished(() => connection.close());
    const body = JSON.stringify({ candidates: [{ kind: "yaml", text: "a: 1" }] });
    const reply = await connection.request("auspex.score", body, { timeout: 30_000 });
    expect(reply.json()).toMatchObject({ ranking: [0] });
    running.child.kill("SIGTERM");
    expect((await running.done).code).toBe(0);
    await expect(connection.request("auspex.score", body)).rejects.toMatchObject({ code: "503" });
  },
  60_000,
);
