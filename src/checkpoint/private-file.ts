// Files that hold secrets, and small files that are looked at again and again.

import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { AuspexError, EXIT, InputError, messageOf } from "../core/index.ts";
import { writeFully } from "./atomic.ts";

/** Writes a new file that only its owner can read. @throws {InputError} when it exists. */
export function writePrivateFile(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  let descriptor: number;
  try {
    descriptor = openSync(path, "wx", 0o600);
  } catch (cause) {
    throw new InputError(`${path} cannot be created: ${messageOf(cause)}`, { cause });
  }
  try {
    writeFully(descriptor, Buffer.from(text));
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** @throws {AuspexError} code KEY_EXPOSED when others could read the file. */
export function readPrivateFile(path: string): string {
  let mode: number;
  try {
    mode = statSync(path).mode;
  } catch (cause) {
    throw new InputError(`${path} cannot be read: ${messageOf(cause)}`, { cause });
  }
  if ((mode & 0o077) !== 0) {
    throw new AuspexError(
      "KEY_EXPOSED",
      EXIT.refused,
      `${path} can be read by others than its owner`,
      { hint: `chmod 600 ${path}; if others had access, revoke the key and create a new one.` },
    );
  }
  return readFileSync(path, "utf8");
}

/** Reads a file and parses it again whenever it has changed. */
export function followFile<T>(path: string, parse: (text: string) => T): () => T {
  let stamp = "";
  let value: T | undefined;
  return () => {
    const { mtimeMs, size, ino } = statSync(path);
    const newStamp = `${mtimeMs} ${size} ${ino}`;
    if (newStamp !== stamp) {
      value = parse(readFileSync(path, "utf8"));
      stamp = newStamp;
    }
    return value as T;
  };
}
