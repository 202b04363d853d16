import { expect, test } from "vitest";
import { outOfWasmMemory } from "../../src/core/index.ts";

/** (module (memory 1) (func (export "read") (drop (i32.load (i32.const 65536))))): a page has 65,536 bytes. */
const READS_BEYOND = Uint8Array.of(
  ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
  ...[0x01, 0x04, 0x01, 0x60, 0x00, 0x00],
  ...[0x03, 0x02, 0x01, 0x00],
  ...[0x05, 0x03, 0x01, 0x00, 0x01],
  ...[0x07, 0x08, 0x01, 0x04, 0x72, 0x65, 0x61, 0x64, 0x00, 0x00],
  ...[0x0a, 0x0c, 0x01, 0x0a, 0x00, 0x41, 0x80, 0x80, 0x04, 0x28, 0x02, 0x00, 0x1a, 0x0b],
);

interface Wasm {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: { readonly read: () => void } };
}

function trap(): unknown {
  const { Module, Instance } = (globalThis as unknown as { readonly WebAssembly: Wasm })
    .WebAssembly;
  const { exports } = new Instance(new Module(READS_BEYOND));
  try {
    exports.read();
  } catch (error) {
    return error;
  }
  return undefined;
}

test("a trap of WebAssembly becomes an error that names the memory and what to do", () => {
  const error = trap();
  for (const thrown of [error, new Error("a step failed", { cause: error })]) {
    expect(outOfWasmMemory(thrown)).toMatchObject({
      code: "OUT_OF_MEMORY",
      message: expect.stringMatching(/4 GB of memory.*: memory access out of bounds$/),
      hint: expect.stringContaining("numMicroshards"),
    });
  }
});

test("other errors stay what they are", () => {
  expect(outOfWasmMemory(new Error("memory access out of bounds"))).toBeUndefined();
  expect(outOfWasmMemory("RuntimeError")).toBeUndefined();
});
