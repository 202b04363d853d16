// The real command with real worker processes and the real model: the fleet has no influence on the bits.

import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { runCli, startCli } from "../support/cli.ts";
import { hasNatsServer, startNatsServer } from "../support/nats-server.ts";

const CONFIG = fileURLToPath(new URL("../fixtures/runs/tiny.yaml", import.meta.url));

let directory: string;
let reference: string;

async function pretrain(name: string, workers: number): Promise<{ parametersDigest: string }> {
  const run = join(directory, name);
  const args = ["pretrain", CONFIG, "--workers", String(workers), "--run", run, "--json"];
  const { code, stdout, stderr } = await runCli(args);
  expect(stderr).not.toContain("error");
  expect(code).toBe(0);
  return JSON.parse(stdout);
}

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "auspex-test-"));
  reference = (await pretrain("one", 1)).parametersDigest;
}, 120_000);

afterAll(() => rmSync(directory, { recursive: true, force: true }));

test.each([2, 3])(
  "%i workers give the parameters of one, bit for bit",
  async (workers) => {
    const { parametersDigest } = await pretrain(`fleet-${workers}`, workers);
    expect(parametersDigest).toBe(reference);
  },
  120_000,
);

test.skipIf(!hasNatsServer)(
  "one flag trains through a NATS broker, to the same bits",
  async () => {
    const broker = await startNatsServer();
    onTestFinished(() => broker.kill());
    const run = join(directory, "nats");
    const transport = `nats://127.0.0.1:${broker.port}`;
    const { code, stdout, stderr } = await runCli([
      "pretrain",
      CONFIG,
      "--transport",
      transport,
      "--workers",
      "2",
      "--run",
      run,
      "--json",
    ]);
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(JSON.parse(stdout).parametersDigest).toBe(reference);
    // The run left its address, and all that `auspex status` shows of it.
    const status = await runCli(["status", run, "--json"]);
    expect(JSON.parse(status.stdout)).toMatchObject({
      phase: "done",
      step: 12,
      run: { address: `${transport}/smoke` },
    });
  },
  120_000,
);

test("a worker killed in the middle of the run changes no bit, and the ledger still adds up", async () => {
  const run = join(directory, "killed");
  const started = startCli(["pretrain", CONFIG, "--workers", "2", "--run", run, "--json"]);
  const pid = await pidOfWorkerAtWork(run);
  process.kill(pid, "SIGKILL");
  const { code, stdout } = await started.done;
  expect(code).toBe(0);
  expect(JSON.parse(stdout).parametersDigest).toBe(reference);
  const log = readFileSync(join(run, "coordinator.log"), "utf8");
  expect(log, "the killed worker was started again").toContain("local-1.2");
  const ledger = await runCli(["ledger", "verify", run, "--json"]);
  expect(ledger.code).toBe(0);
  expect(JSON.parse(ledger.stdout)).toMatchObject({ ok: true, numSteps: 12, numExamples: 192 });
}, 120_000);

test("a worker that fails ends, though the process that started it lives", async () => {
  const listen = `ipc://${join(directory, "failing.sock")}`;
  const run = join(directory, "failing");
  const coordinator = startCli(["coordinator", CONFIG, "--listen", listen, "--run", run]);
  const empty = mkdtempSync(join(directory, "empty-"));
  const args = ["worker", "--join", listen, "--data-root", empty, "--parent-pipe", "--json"];
  const worker = startCli(args, {}, "pipe");
  onTestFinished(() => void worker.child.kill("SIGKILL"));
  const { code, stderr } = await worker.done;
  expect(code).toBeGreaterThan(0);
  expect(stderr).toContain(empty);
  coordinator.child.kill("SIGTERM");
  await coordinator.done;
}, 60_000);

test("a run directory that holds a run is refused without --resume", async () => {
  const { code, stderr } = await runCli(["pretrain", CONFIG, "--run", join(directory, "one")]);
  expect(code).not.toBe(0);
  expect(stderr).toContain("already holds a run");
}, 60_000);

/** Waits for the first commit, then names the first worker's process. */
async function pidOfWorkerAtWork(run: string): Promise<number> {
  const journal = join(run, "journal.log");
  const log = join(run, "coordinator.log");
  for (let attempt = 0; attempt < 2000; attempt++) {
    await new Promise((resolve) => setImmediate(resolve));
    await new Promise((resolve) => setTimeout(resolve, 10));
    if (!existsSync(journal) || !readFileSync(journal, "utf8").includes('"commit"')) continue;
    const started = readFileSync(log, "utf8")
      .split("\n")
      .filter((line) => line.includes("worker started"))
      .map((line) => JSON.parse(line) as { worker: string; pid: number });
    return started.find(({ worker }) => worker === "local-1")!.pid;
  }
  throw new Error("no commit within 20 s");
}
