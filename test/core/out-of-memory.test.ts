import { expect, test } from "vitest";
import { outOfWasmMemory } from "../../src/core/index.ts";

/** (module (memory 1) (func (export "read") (drop (i32.load (i32.const 65536))))): a page has 65,536 bytes. */
const READS_BEYOND = Buffer.from(
  [
    "0061736d01000000",
    "010401600000",
    "03020100",
    "0503010001",
    "07080104726561640000",
    "0a0c010a00418080042802001a0b",
  ].join(""),
  "hex",
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
