import { Readable } from "node:stream";
import { expect, test } from "vitest";
import { splitLines } from "../../src/cli/lines.ts";
import { type Line, openSurrogate, scoreLines } from "../../src/evaluator/index.ts";
import { orderedMap } from "../../src/evaluator/ordered-map.ts";
import { fakeHost, fakePredictor } from "./fake.ts";

const surrogate = () => openSurrogate({ predictor: fakePredictor(), plugins: fakeHost });

async function answersTo(lines: readonly Line[]): Promise<Record<string, unknown>[]> {
  const answers: Record<string, unknown>[] = [];
  for await (const { json } of scoreLines(surrogate(), Readable.from(lines))) {
    answers.push(JSON.parse(json) as Record<string, unknown>);
  }
  return answers;
}

test("one answer a line, in order; a wrong line gives its error, and the next is read", async () => {
  const answers = await answersTo([
    '{"text":"x 5","id":"a"}',
    "{",
    "",
    "[1]",
    '{"text":"bad","id":7}',
    '{"text":"x 6","colour":"red"}',
    '{"text":"x 6","base64":"eA=="}',
    { tooLongBytes: 9_000_000 },
    '{"base64":"eCA3"}',
  ]);
  expect(answers.map(({ line, id, median }) => [line, id, median])).toEqual([
    [1, "a", 5],
    [2, undefined, undefined],
    [4, undefined, undefined],
    [5, 7, undefined],
    [6, undefined, undefined],
    [7, undefined, undefined],
    [8, undefined, undefined],
    [9, undefined, 7],
  ]);
  const errors = answers.flatMap(({ error }) =>
    error === undefined ? [] : [error as { code: string; message: string; place?: string }],
  );
  expect(errors.map(({ code }) => code)).toEqual([
    "INPUT_INVALID",
    "INPUT_INVALID",
    "TEXT_BAD",
    "INPUT_INVALID",
    "INPUT_INVALID",
    "INPUT_INVALID",
  ]);
  expect(errors[2]).toMatchObject({ place: "line 2, column 1", hint: "leave it out" });
});

test("answers come as soon as they are there, without the end of the input", async () => {
  const input = new Readable({ objectMode: true, read: () => {} });
  const answers = scoreLines(surrogate(), input);
  for (const n of [1, 2, 3]) {
    input.push(`{"text":"x ${n}"}`);
    const { value } = await answers.next();
    expect(JSON.parse(value!.json)).toMatchObject({ line: n, median: n });
  }
  input.push(null);
  expect((await answers.next()).done).toBe(true);
});

test("a source is not read further than the limit, and the order is kept", async () => {
  let [numRead, numOnTheirWay, most] = [0, 0, 0];
  const source = async function* (): AsyncGenerator<number> {
    for (; numRead < 50; numRead++) yield numRead;
  };
  const doubled: number[] = [];
  const mapped = orderedMap(source(), 4, async (n) => {
    most = Math.max(most, ++numOnTheirWay);
    for (let wait = (n * 7) % 5; wait > 0; wait--) await Promise.resolve();
    numOnTheirWay--;
    return 2 * n;
  });
  for await (const n of mapped) doubled.push(n);
  expect(doubled).toEqual(Array.from({ length: 50 }, (_, n) => 2 * n));
  expect(most).toBeLessThanOrEqual(4);
});

test("lines are split wherever the chunks end; a long one is read over without being kept", async () => {
  const text = `${"a".repeat(5)}\n${"b".repeat(50)}\n\nc`;
  for (const size of [1, 3, 7, 100]) {
    const bytes = Buffer.from(text);
    const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
      bytes.subarray(i * size, (i + 1) * size),
    );
    const lines: Line[] = [];
    for await (const line of splitLines(Readable.from(chunks), 10)) lines.push(line);
    expect(lines).toEqual(["aaaaa", { tooLongBytes: 50 }, "", "c"]);
  }
});
