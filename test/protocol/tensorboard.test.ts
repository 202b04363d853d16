import { expect, test } from "vitest";
import { tensorBoardHeader, tensorBoardRecord } from "../../src/protocol/index.ts";
import { crc32c } from "../../src/protocol/tensorboard.ts";

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

test.each([
  // RFC 3720, B.4
  ["32 zeros", new Uint8Array(32), 0x8a9136aa],
  ["32 ones", new Uint8Array(32).fill(0xff), 0x62a8ab43],
  ["0 to 31", Uint8Array.from({ length: 32 }, (_, i) => i), 0x46dd794e],
  ["nothing", new Uint8Array(0), 0],
])("CRC-32C of %s", (_, bytes, crc) => {
  expect(crc32c(bytes)).toBe(crc);
});

test("the header is the one that TensorBoard's own writer makes", () => {
  // tensorboard 2.21.0: Event(wall_time=1.5, file_version="brain.Event:2") through its RecordWriter
  expect(hex(tensorBoardHeader(1.5))).toBe(
    "1800000000000000a37f4b2209000000000000f83f1a0d627261696e2e4576656e743a322a28646c",
  );
});

test("a record of two scalars is the one that TensorBoard's own writer makes", () => {
  const scalars = { "loss/train": 0.25, "speed/tokens": 1000 };
  expect(hex(tensorBoardRecord({ wallSeconds: 2.5, step: 300, scalars }))).toBe(
    "36000000000000004f578cef09000000000000044010ac022a280a110a0a6c6f73732f747261696e150000803e0a130a0c73706565642f746f6b656e731500007a446b2d34e1",
  );
});
