import { chmodSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { followFile, readPrivateFile, writePrivateFile } from "../../src/checkpoint/index.ts";

function temporary(): string {
  const directory = mkdtempSync(join(tmpdir(), "auspex-private-"));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  return directory;
}

test("a private file is its owner's alone, is not overwritten, and is refused once others can read it", () => {
  const path = join(temporary(), "keys", "w.key");
  writePrivateFile(path, "secret");
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(readPrivateFile(path)).toBe("secret");
  expect(() => writePrivateFile(path, "other")).toThrow("cannot be created");
  chmodSync(path, 0o640);
  expect(() => readPrivateFile(path)).toThrow("can be read by others");
});

test("a followed file is parsed again when it changes, and only then", () => {
  const path = join(temporary(), "list");
  writeFileSync(path, "1");
  let numParsed = 0;
  const value = followFile(path, (text) => {
    numParsed++;
    return text;
  });
  expect([value(), value(), numParsed]).toEqual(["1", "1", 1]);
  writeFileSync(path, "22");
  expect([value(), numParsed]).toEqual(["22", 2]);
});
