// Files that exist whole or not at all: write beside the target, fsync, rename, fsync the directory.

import { createHash, webcrypto } from "node:crypto";
import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { sha256Hex } from "../core/index.ts";

/** Marks unfinished files and directories; whatever carries it can be deleted when nobody runs. */
const TEMPORARY_MARK = ".auspex-tmp-";

const { subtle } = webcrypto;
const READ_SLICE_BYTES = 1 << 20;
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

/** A part of a file and where it lies there. */
export interface FilePiece {
  readonly at: number;
  readonly bytes: Uint8Array;
}

/**
 * {@link writeSynced} without holding up the thread, and without a copy of the file in memory.
 *
 * @param pieces All of the file, in any order; each is written before the next one is asked for.
 * @returns size and SHA-256 of what the file then holds, read back in order.
 */
export async function writePieces(
  path: string,
  pieces: Iterable<FilePiece>,
): Promise<{ readonly bytes: number; readonly sha256: string }> {
  const file = await open(path, "wx+", 0o644);
  try {
    for (const { at, bytes } of pieces) {
      for (let done = 0; done < bytes.byteLength; ) {
        const length = bytes.byteLength - done;
        done += (await file.write(bytes, done, length, at + done)).bytesWritten;
      }
    }
    await file.sync();
    return await digestOfFile(file);
  } finally {
    await file.close();
  }
}

/** Slice by slice, so that the thread is free in between. */
async function digestOfFile(
  file: FileHandle,
): Promise<{ readonly bytes: number; readonly sha256: string }> {
  const hash = createHash("sha256");
  const slice = new Uint8Array(READ_SLICE_BYTES);
  for (let bytes = 0; ; ) {
    const { bytesRead } = await file.read(slice, 0, slice.byteLength, bytes);
    if (bytesRead === 0) return { bytes, sha256: hash.digest("hex") };
    hash.update(slice.subarray(0, bytesRead));
    bytes += bytesRead;
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
