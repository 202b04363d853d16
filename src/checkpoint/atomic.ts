// Files that exist whole or not at all: write beside the target, fsync, rename, fsync the directory.

import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import { basename, dirname, join } from "node:path";

/** Marks unfinished files and directories; whatever carries it can be deleted when nobody runs. */
export const TEMPORARY_MARK = ".auspex-tmp-";

let counter = 0;

/** A name beside `path` that no other writer uses. */
export function temporaryBeside(path: string): string {
  return join(dirname(path), `${TEMPORARY_MARK}${basename(path)}-${process.pid}-${counter++}`);
}

/** Writes every byte: a full disk can first show as a short write, then as ENOSPC. */
export function writeFully(descriptor: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.byteLength; ) {
    at += writeSync(descriptor, bytes, at, bytes.byteLength - at);
  }
}

/** Writes a new file and fsyncs it. The caller makes its name durable with {@link syncDirectory}. */
export function writeSynced(path: string, bytes: Uint8Array): void {
  const descriptor = openSync(path, "wx", 0o644);
  try {
    writeFully(descriptor, bytes);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Makes renames and new names in a directory survive a power cut. */
export function syncDirectory(directory: string): void {
  const descriptor = openSync(directory, "r");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Replaces `path` by `content`: a reader sees the old file or the new one, never a part. */
export function writeFileAtomic(path: string, content: Uint8Array | string): void {
  mkdirSync(dirname(path), { recursive: true });
  const temporary = temporaryBeside(path);
  try {
    writeSynced(temporary, typeof content === "string" ? Buffer.from(content) : content);
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
  syncDirectory(dirname(path));
}
