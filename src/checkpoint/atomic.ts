// Files that exist whole or not at all: write beside the target, fsync, rename, fsync the directory.

import { webcrypto } from "node:crypto";
import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import { open } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { sha256Hex } from "../core/index.ts";

/** Marks unfinished files and directories; whatever carries it can be deleted when nobody runs. */
const TEMPORARY_MARK = ".auspex-tmp-";

const { subtle } = webcrypto;
const WRITE_SLICE_BYTES = 8 << 20;
const MIN_BACKGROUND_HASH_BYTES = 1 << 16;
const MAX_BACKGROUND_HASH_BYTES = 1 << 30;

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

/** {@link writeSynced} without holding up the thread. */
export async function writeSyncedInBackground(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, "wx", 0o644);
  try {
    for (let at = 0; at < bytes.byteLength; ) {
      const length = Math.min(WRITE_SLICE_BYTES, bytes.byteLength - at);
      at += (await file.write(bytes, at, length)).bytesWritten;
    }
    await file.sync();
  } finally {
    await file.close();
  }
}

/** SHA-256 in hexadecimal, computed on another thread. */
export async function sha256InBackground(bytes: Uint8Array): Promise<string> {
  // The digest works on a copy: not worth it for little, too much memory for a lot.
  const isWorthIt =
    bytes.byteLength >= MIN_BACKGROUND_HASH_BYTES && bytes.byteLength <= MAX_BACKGROUND_HASH_BYTES;
  if (!isWorthIt) return sha256Hex(bytes);
  const digest = await subtle.digest("SHA-256", bytes as Uint8Array<ArrayBuffer>);
  return Buffer.from(digest).toString("hex");
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
