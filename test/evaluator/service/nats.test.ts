import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { nkeys } from "nats";
import { describe, expect, onTestFinished, test } from "vitest";
import { openSurrogate, startNatsService } from "../../../src/evaluator/index.ts";
import { connectNats, type NatsCredentials } from "../../../src/transport/nats/load.ts";
import { hasNatsServer, startNatsServer } from "../../support/nats-server.ts";
import { temporaryDirectory } from "../../support/toy-run.ts";
import { fakeHost, fakePredictor } from "../fake.ts";

const hasOpenSsl = spawnSync("openssl", ["version"]).error === undefined;
if (!hasOpenSsl) process.stderr.write("openssl is not installed: TLS to NATS is not tested\n");

async function broker(args: readonly string[] = []): Promise<string> {
  const server = await startNatsServer(0, args);
  onTestFinished(() => server.kill());
  return `nats://127.0.0.1:${server.port}`;
}

type Override = Partial<Parameters<typeof startNatsService>[0]>;

async function instance(server: string, predictor = fakePredictor(), override: Override = {}) {
  const surrogate = openSurrogate({ predictor, plugins: fakeHost });
  const service = await startNatsService({ surrogate, server, subject: "auspex", ...override });
  onTestFinished(() => service.close(0));
  return service;
}

async function client(server: string, credentials: NatsCredentials = {}) {
  const connection = await connectNats(server, "test", credentials);
  onTestFinished(() => connection.close());
  const ask = async (verb: string, body: unknown, headers?: [string, string]) => {
    const { headers: create } = await import("nats");
    const all = create();
    if (headers !== undefined) all.set(...headers);
    const bytes = typeof body === "string" ? Buffer.from(body) : Buffer.from(JSON.stringify(body));
    const reply = await connection.request(`auspex.${verb}`, bytes, {
      timeout: 20_000,
      headers: all,
    });
    return reply.json<Record<string, never> & { error?: { status: number; code: string } }>();
  };
  return { connection, ask };
}

const scoring = (...texts: string[]) => ({ candidates: texts.map((text) => ({ text })) });

describe.skipIf(!hasNatsServer)("with a broker", () => {
  test("requests are answered as over HTTP, errors with their status and code", async () => {
    const server = await broker();
    await instance(server);
    const { ask } = await client(server);
    expect(await ask("score", scoring("x 5", "x 3"))).toMatchObject({ ranking: [1, 0] });
    expect(await ask("models", "")).toMatchObject({ models: [{ id: "fake-1" }] });
    expect(await ask("kinds", "")).toEqual({ kinds: ["text"] });
    const errors: [unknown, number, string, string?][] = [
      ["{", 400, "BAD_JSON"],
      [{ candidates: [] }, 400, "BAD_REQUEST", "candidates"],
      [{ ...scoring("x 1"), colour: 1 }, 400, "BAD_REQUEST"],
      [scoring("bad"), 422, "TEXT_BAD", "candidates[0] line 2, column 1"],
      [{ ...scoring("x 1"), objective: "speed" }, 409, "OBJECTIVE_UNKNOWN"],
      [scoring(...Array.from({ length: 1025 }, () => "x")), 413, "TOO_MANY_CANDIDATES"],
    ];
    for (const [body, status, code, place] of errors) {
      const { error } = await ask("score", body);
      expect(error).toMatchObject({ status, code, ...(place === undefined ? {} : { place }) });
    }
    const late = await ask("score", scoring("x 77"), ["x-request-deadline-ms", "0.0001"]);
    expect(late.error).toMatchObject({ status: 504, code: "DEADLINE" });
    expect(await ask("score", scoring("x 8"))).toMatchObject({ ranking: [0] });
  });

  test("instances of one queue group share the load, each request answered once", async () => {
    const server = await broker();
    const predictors = [fakePredictor(), fakePredictor(), fakePredictor()];
    for (const predictor of predictors) await instance(server, predictor);
    const { ask } = await client(server);
    const texts = Array.from({ length: 60 }, (_, n) => `x ${n + 1}`);
    const answers = await Promise.all(texts.map((text) => ask("score", scoring(text))));
    expect(answers.every((answer) => answer.error === undefined)).toBe(true);
    const asked = predictors.map(({ batches }) => batches.flat().length);
    expect(asked.every((count) => count > 0)).toBe(true);
    expect(asked.reduce((sum, count) => sum + count, 0)).toBe(60);
  });

  test("closing answers what was taken and takes nothing new; others go on", async () => {
    const server = await broker();
    let finish = (): void => {};
    const held = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const slow = fakePredictor(() => held);
    const first = await instance(server, slow);
    const { ask } = await client(server);
    const taken = ask("score", scoring("x 5"));
    await expect.poll(() => slow.batches.length).toBe(1);
    const closed = first.close(10_000);
    finish();
    expect(await taken).toMatchObject({ ranking: [0] });
    await closed;
    await expect(ask("score", scoring("x 6"))).rejects.toMatchObject({ code: "503" });
    await instance(server);
    expect(await ask("score", scoring("x 6"))).toMatchObject({ ranking: [0] });
  });

  test("more requests than may be worked on are told when to come back; so is an answer beyond the broker's limit", async () => {
    const folder = temporaryDirectory();
    writeFileSync(join(folder, "small.conf"), "max_payload: 20000\n");
    const server = await broker(["-c", join(folder, "small.conf")]);
    let finish = (): void => {};
    const held = new Promise<void>((resolve) => {
      finish = resolve;
    });
    await instance(
      server,
      fakePredictor(() => held),
      { maxRequests: 2 },
    );
    const { ask } = await client(server);
    const asked = Array.from({ length: 5 }, (_, n) => ask("score", scoring(`x ${n}`)));
    const refused = await Promise.race(asked);
    expect(refused.error).toMatchObject({ status: 429, code: "OVERLOADED", retryAfterMs: 1000 });
    finish();
    const codes = (await Promise.all(asked)).map(({ error }) => error?.code);
    expect(codes.filter((code) => code === undefined)).toHaveLength(2);
    const many = scoring(...Array.from({ length: 100 }, (_, n) => `y ${n}`));
    expect((await ask("score", many)).error).toMatchObject({
      status: 413,
      code: "ANSWER_TOO_LARGE",
    });
  });

  test("logs in by password and by nkey; the wrong ones are refused", async () => {
    const byPassword = await broker(["--user", "u", "--pass", "p"]);
    await instance(byPassword, fakePredictor(), { credentials: { user: "u", password: "p" } });
    const wrong = instance(byPassword, fakePredictor(), {
      credentials: { user: "u", password: "x" },
    });
    await expect(wrong).rejects.toMatchObject({ exitCode: 77 });

    const user = nkeys.createUser();
    const folder = temporaryDirectory();
    const config = `authorization { users = [{ nkey: ${user.getPublicKey()} }] }\n`;
    writeFileSync(join(folder, "nkeys.conf"), config);
    const byKey = await broker(["-c", join(folder, "nkeys.conf")]);
    const credentials = { nkeySeed: new TextDecoder().decode(user.getSeed()) };
    await instance(byKey, fakePredictor(), { credentials });
    const { ask } = await client(byKey, credentials);
    expect(await ask("score", scoring("x 5"))).toMatchObject({ ranking: [0] });
    await expect(instance(byKey)).rejects.toMatchObject({ exitCode: 77 });
  });

  test.skipIf(!hasOpenSsl)(
    "speaks TLS, and refuses a broker whose certificate nobody vouches for",
    async () => {
      const folder = temporaryDirectory();
      const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")];
      const request = [
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-days",
        "1",
        "-subj",
        "/CN=localhost",
      ];
      const names = ["-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost"];
      spawnSync("openssl", [...request, ...names, "-keyout", key, "-out", cert]);
      const server = await broker(["--tls", "--tlscert", cert, "--tlskey", key]);
      const credentials = { tls: { ca: readFileSync(cert, "utf8") } };
      await instance(server, fakePredictor(), { credentials });
      const { ask } = await client(server, credentials);
      expect(await ask("score", scoring("x 5"))).toMatchObject({ ranking: [0] });
      const strangers = instance(server, fakePredictor(), { credentials: { tls: {} } });
      await expect(strangers).rejects.toMatchObject({ exitCode: 69 });
    },
  );
});

test("a broker beyond this machine without TLS, a wrong address and a wildcard are refused", async () => {
  await expect(instance("nats://192.0.2.1:4222")).rejects.toMatchObject({ code: "INSECURE" });
  await expect(instance("127.0.0.1")).rejects.toThrow(/is not nats:/);
  await expect(instance("nats://127.0.0.1:1", fakePredictor(), { subject: "a.>" })).rejects.toThrow(
    /no NATS subject/,
  );
  await expect(instance("nats://127.0.0.1:1")).rejects.toMatchObject({ exitCode: 69 });
});
