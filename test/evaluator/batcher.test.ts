import { expect, test } from "vitest";
import { ManualClock } from "../../src/core/index.ts";
import { Batcher, DeadlineError, OverloadedError } from "../../src/evaluator/index.ts";

/** A model whose batches finish when the test says so. */
function harness(options: ConstructorParameters<typeof Batcher>[1] = {}) {
  const clock = new ManualClock();
  const batches: { texts: readonly string[]; finish: () => void; fail: (e: Error) => void }[] = [];
  const batcher = new Batcher<string>(
    (texts) =>
      new Promise((resolve, reject) => {
        batches.push({ texts, finish: () => resolve(texts.map((t) => `${t}!`)), fail: reject });
      }),
    { maxDelayMs: 2, ...options },
    clock,
  );
  const ask = (...texts: string[]) => batcher.submit(texts.map((text) => ({ text, tokens: 10 })));
  return { clock, batches, batcher, ask };
}

const settle = () => new Promise((resolve) => setImmediate(resolve));

test("what arrives within the delay runs together; each caller gets its own", async () => {
  const { clock, batches, ask } = harness();
  const first = ask("a", "b");
  clock.advance(1);
  const second = ask("c");
  clock.advance(1);
  expect(batches.map((batch) => batch.texts)).toEqual([["a", "b", "c"]]);
  batches[0]!.finish();
  expect(await first).toEqual(["a!", "b!"]);
  expect(await second).toEqual(["c!"]);
});

test("what arrives while a batch runs goes into the next one", async () => {
  const { clock, batches, ask } = harness();
  void ask("a");
  clock.advance(2);
  void ask("b");
  const last = ask("c");
  clock.advance(100);
  expect(batches).toHaveLength(1);
  batches[0]!.finish();
  await settle();
  clock.advance(2);
  expect(batches[1]!.texts).toEqual(["b", "c"]);
  batches[1]!.finish();
  expect(await last).toEqual(["c!"]);
});

test("a batch holds at most maxBatchTokens, but a longer text runs alone", async () => {
  const { clock, batches, batcher } = harness({ maxBatchTokens: 25 });
  const sizes = [10, 10, 10, 99, 10];
  void batcher.submit(sizes.map((tokens, i) => ({ text: String(i), tokens })));
  for (let i = 0; i < 4; i++) {
    clock.advance(2);
    batches[i]!.finish();
    await settle();
  }
  expect(batches.map((batch) => batch.texts)).toEqual([["0", "1"], ["2"], ["3"], ["4"]]);
});

test("after one that came alone nobody waits; after company one does", async () => {
  const { clock, batches, ask } = harness({ maxDelayMs: 5 });
  const run = async (afterMs: number, ...texts: string[]): Promise<void> => {
    const asked = ask(...texts);
    if (afterMs > 0) clock.advance(afterMs - 1);
    const before = batches.length;
    clock.advance(1);
    expect(batches).toHaveLength(before + 1);
    batches.at(-1)!.finish();
    await asked;
    await settle();
  };
  await run(5, "a");
  await run(0, "b");
  await run(0, "c", "d");
  await run(5, "e");
});

test("high priority overtakes low", async () => {
  const { clock, batches, batcher } = harness({ maxBatchSize: 1 });
  const item = (text: string) => [{ text, tokens: 1 }];
  void batcher.submit(item("bulk"), { priority: "low" });
  void batcher.submit(item("search"));
  clock.advance(2);
  expect(batches[0]!.texts).toEqual(["search"]);
});

test("a full queue refuses at once, says when to come back, and recovers", async () => {
  const { clock, batches, ask } = harness({ maxQueued: 2 });
  const running = ask("a", "b");
  const refused = await ask("c").catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(OverloadedError);
  expect((refused as OverloadedError).retryAfterMs).toBeGreaterThanOrEqual(500);
  clock.advance(2);
  batches[0]!.finish();
  await running;
  void ask("c");
  clock.advance(2);
  expect(batches[1]!.texts).toEqual(["c"]);
});

test("those whose time ran out or who left are dropped before the model sees them", async () => {
  const { clock, batches, batcher, ask } = harness();
  const gone = new AbortController();
  const late = batcher.submit([{ text: "late", tokens: 1 }], { deadlineMs: 1 });
  const left = batcher.submit([{ text: "left", tokens: 1 }], { signal: gone.signal });
  const stays = ask("stays");
  gone.abort(new Error("left"));
  clock.advance(2);
  expect(batches[0]!.texts).toEqual(["stays"]);
  batches[0]!.finish();
  await stays;
  await expect(late).rejects.toBeInstanceOf(DeadlineError);
  await expect(left).rejects.toThrow("left");
});

test("a failing batch rejects its callers, and the next one runs", async () => {
  const { clock, batches, ask } = harness();
  const failed = ask("a");
  clock.advance(2);
  batches[0]!.fail(new Error("out of memory"));
  await expect(failed).rejects.toThrow("out of memory");
  const next = ask("b");
  clock.advance(2);
  batches[1]!.finish();
  expect(await next).toEqual(["b!"]);
});

test("close answers what is queued and takes nothing new", async () => {
  const { clock, batches, batcher, ask } = harness();
  const queued = ask("a");
  const closed = batcher.close();
  await expect(ask("b")).rejects.toThrow(/shutting down/);
  clock.advance(2);
  batches[0]!.finish();
  expect(await queued).toEqual(["a!"]);
  await closed;
});
