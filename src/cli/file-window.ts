// A file as a source of bytes that holds one window of it in memory: a model of 200 MB is walked without
// reading its weights.

import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { type ByteSource, InputError, messageOf } from "../core/index.ts";

const WINDOW_BYTES = 64 * 1024;

/** Calls `use` with the file's bytes; the file is closed after. */
export function withFileWindow<T>(path: string, use: (source: ByteSource) => T): T {
  let file: number;
  try {
    file = openSync(path, "r");
  } catch (error) {
    throw new InputError(`cannot read ${path}: ${messageOf(error)}`, { cause: error });
  }
  try {
    const length = fstatSync(file).size;
    return use({
      length,
      view(offset, minLength) {
        const wanted = Math.min(length - offset, Math.max(WINDOW_BYTES, minLength));
        const bytes = new Uint8Array(wanted);
        const numRead = readSync(file, bytes, 0, wanted, offset);
        if (numRead < minLength) throw new InputError(`${path} shrank while it was read`);
        return { bytes: bytes.subarray(0, numRead), start: offset };
      },
    });
  } finally {
    closeSync(file);
  }
}
