import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import {
  readBundle,
  writeBundle,
  writeBundleInBackground,
  writeFileAtomic,
} from "../../src/checkpoint/index.ts";
import { AuspexError, CorruptError } from "../../src/core/index.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "auspex-bundle-"));
});
afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

const content = {
  manifest: { kind: "test-bundle", tasks: ["a"] },
  files: { "model.bin": Uint8Array.of(1, 2, 3), "vocabulary.json": Buffer.from("{}") },
};

/** Byte by byte, the last one first. */
const backwards = (bytes: Uint8Array) =>
  Array.from(bytes, (byte, at) => ({ at, bytes: Uint8Array.of(byte) })).reverse();

/** Writes the bundle, lets `damage` change it, and gives the error of reading it. */
function errorAfter(damage: (directory: string) => void): unknown {
  const directory = join(root, "b");
  writeBundle(directory, content);
  damage(directory);
  try {
    readBundle(directory, "test-bundle");
  } catch (error) {
    return error;
  }
  return undefined;
}

test("a bundle comes back as it was written, and its digest names it", () => {
  const digest = writeBundle(join(root, "b"), content);
  const read = readBundle(join(root, "b"), "test-bundle");
  expect(read.digest).toBe(digest);
  expect(read.manifest).toMatchObject(content.manifest);
  expect([...read.files["model.bin"]!]).toEqual([1, 2, 3]);
});

test("written in the background it is the same bundle", async () => {
  const digest = writeBundle(join(root, "a"), content);
  const files = Object.fromEntries(
    Object.entries(content.files).map(([name, bytes]) => [name, backwards(bytes)]),
  );
  expect(await writeBundleInBackground(join(root, "b"), { ...content, files })).toBe(digest);
  expect(readBundle(join(root, "b"), "test-bundle").digest).toBe(digest);
});

test("writing over a bundle replaces it whole and leaves nothing beside it", () => {
  writeBundle(join(root, "b"), content);
  writeBundle(join(root, "b"), { manifest: content.manifest, files: { other: Uint8Array.of(9) } });
  expect(Object.keys(readBundle(join(root, "b"), "test-bundle").files)).toEqual(["other"]);
  expect(readdirSync(root)).toEqual(["b"]);
});

test.each<[string, (directory: string) => void, string]>([
  ["a flipped byte", (d) => writeFileSync(join(d, "model.bin"), Uint8Array.of(1, 2, 7)), "SHA-256"],
  ["a cut file", (d) => writeFileSync(join(d, "model.bin"), Uint8Array.of(1)), "1 bytes"],
  ["a lost file", (d) => rmSync(join(d, "model.bin")), "cannot be read"],
  ["no manifest", (d) => rmSync(join(d, "manifest.json")), "never finished"],
  [
    "another version",
    (d) => {
      const path = join(d, "manifest.json");
      const text = readFileSync(path, "utf8");
      writeFileSync(path, text.replace('"formatVersion": 1', '"formatVersion": 2'));
    },
    "format version 2, this auspex reads 1",
  ],
  [
    "a name that leaves the directory",
    (d) => {
      const path = join(d, "manifest.json");
      writeFileSync(path, readFileSync(path, "utf8").replace('"model.bin"', '"../model.bin"'));
    },
    'bad entry for "../model.bin"',
  ],
])("refuses %s with the reason", (_name, damage, reason) => {
  const error = errorAfter(damage);
  expect(error).toBeInstanceOf(CorruptError);
  expect((error as CorruptError).message).toContain(reason);
});

test("a bundle of another kind is refused", () => {
  writeBundle(join(root, "b"), content);
  expect(() => readBundle(join(root, "b"), "auspex-bundle")).toThrow("kind test-bundle");
});

test("a write that fails keeps the old bundle and leaves no temporary files", async () => {
  writeFileSync(join(root, "file"), "");
  expect(() => writeBundle(join(root, "file", "b"), content)).toThrow(AuspexError);
  const files = { "model.bin": backwards(Uint8Array.of(1)) };
  await expect(
    writeBundleInBackground(join(root, "file", "b"), { ...content, files }),
  ).rejects.toThrow(AuspexError);
  expect(readdirSync(root)).toEqual(["file"]);
});

test("an atomic file replaces the old one", () => {
  const path = join(root, "sub", "f.json");
  writeFileAtomic(path, "one");
  writeFileAtomic(path, "two");
  expect(readFileSync(path, "utf8")).toBe("two");
  expect(readdirSync(join(root, "sub"))).toEqual(["f.json"]);
});
