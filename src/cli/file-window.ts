// A file as a source of bytes that holds one window of it in memory: a model of 200 MB is walked without
// reading its weights.

import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { type ByteSource, InputError, messageOf } from "../core/index.ts";

const MAX_WINDOW_BYTES = 64 * 1024;
/** After a jump over weights there is mostly one header, then the next jump. */
const MIN_WINDOW_BYTES = 4 * 1024;

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
    // One buffer for all windows: what a view holds counts until the next one.
    const window = new Uint8Array(MAX_WINDOW_BYTES);
    let windowBytes = MIN_WINDOW_BYTES;
    let end = 0;
    return use({
      length,
      view(offset, minLength) {
        const isSequential = offset <= end && offset + minLength > end;
        windowBytes = isSequential ? Math.min(2 * windowBytes, MAX_WINDOW_BYTES) : MIN_WINDOW_BYTES;
        const wanted = Math.min(length - offset, Math.max(windowBytes, minLength));
        const bytes = wanted <= MAX_WINDOW_BYTES ? window : new Uint8Array(wanted);
        const numRead = readSync(file, bytes, 0, wanted, offset);
        if (numRead < minLength) throw new InputError(`${path} shrank while it was read`);
        end = offset + numRead;
        return { bytes: bytes.subarray(0, numRead), start: offset };
      },
    });
  } finally {
    closeSync(file);
  }
}
