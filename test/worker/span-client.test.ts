import { crc32 } from "node:zlib";
import { expect, test } from "vitest";
import type { MessageOf } from "../../src/protocol/index.ts";
import { SpanClient } from "../../src/worker/span-client.ts";

const format = { chunkBytes: 4, checksum: true };

function piece(transferId: number, offset: number, block: number): [MessageOf<"span">, Uint8Array] {
  const bytes = Uint8Array.of(1, 2, 3, 4, 5, 6).subarray(offset, offset + 4);
  const chunk = { transferId, offset, totalBytes: 6, crc32: crc32(bytes) };
  return [{ type: "span", ...chunk, source: 0, part: "block", block }, bytes];
}

function client(): { readonly spans: SpanClient; readonly asked: number[] } {
  const asked: number[] = [];
  const spans = new SpanClient({ isMember: () => true, send: ({ block }) => asked.push(block) });
  spans.onSession(format);
  return { spans, asked };
}

test("pieces in any order, doubled, and of two transfers make one part", async () => {
  const { spans, asked } = client();
  const wanted = spans.fetch(0, { kind: "block", block: 3 });
  expect(spans.fetch(0, { kind: "block", block: 3 })).toBe(wanted);
  expect(asked).toEqual([3]);
  expect(spans.take(...piece(7, 4, 3))).toBe(true);
  expect(spans.take(...piece(7, 4, 3))).toBe(true);
  expect(spans.take(...piece(8, 0, 3))).toBe(true);
  expect(spans.take(...piece(7, 0, 3))).toBe(true);
  expect(spans.take(...piece(8, 4, 3))).toBe(true);
  expect([...(await wanted)]).toEqual([1, 2, 3, 4, 5, 6]);
  // Nobody asked for it any more.
  expect(spans.take(...piece(9, 0, 3))).toBe(true);
});

test("a damaged piece is not acknowledged", () => {
  const { spans } = client();
  void spans.fetch(0, { kind: "block", block: 3 });
  const [message, bytes] = piece(7, 0, 3);
  expect(spans.take(message, bytes.with(0, 9))).toBe(false);
});

test("requests are few at a time, repeated until they are answered, and begin anew with a session", () => {
  const { spans, asked } = client();
  for (let block = 0; block < 100; block++) void spans.fetch(0, { kind: "block", block });
  expect(asked).toHaveLength(64);
  spans.take(...piece(1, 0, 0));
  spans.repeat();
  expect(asked).toHaveLength(64 + 63);
  spans.take(...piece(1, 4, 0));
  expect(asked.at(-1)).toBe(64);
  spans.take(...piece(2, 0, 1));
  spans.onSession(format);
  expect(asked.slice(-64)).toEqual(Array.from({ length: 64 }, (_, i) => i + 1));
});
