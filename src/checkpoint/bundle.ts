// A bundle: a directory of files with a manifest that names each one's size and SHA-256. Written whole or
// not at all; read only when every byte is what was written. What the manifest says beyond that is the caller's.

import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import {
  AuspexError,
  CorruptError,
  EXIT,
  InputError,
  messageOf,
  sha256Hex,
} from "../core/index.ts";
import {
  type FilePiece,
  syncDirectory,
  temporaryBeside,
  writePieces,
  writeSynced,
} from "./atomic.ts";

/** Layout of the manifest and of the files around it. A reader refuses every other version. */
const BUNDLE_FORMAT_VERSION = 1;

const MANIFEST = "manifest.json";
const FILE_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;

export interface BundleContent {
  /** JSON fields of the owner, `kind` among them ("auspex-bundle", "auspex-checkpoint"). */
  readonly manifest: Readonly<Record<string, unknown>> & { readonly kind: string };
  /** Plain file names to bytes. */
  readonly files: Readonly<Record<string, Uint8Array>>;
}

export interface Bundle extends BundleContent {
  /** SHA-256 of manifest.json: names the bundle, because the manifest holds every file's digest. */
  readonly digest: string;
}

interface StreamedContent extends Pick<BundleContent, "manifest"> {
  /** Plain file names to pieces. */
  readonly files: Readonly<Record<string, Iterable<FilePiece>>>;
}

/**
 * Writes a bundle directory. An existing one is replaced only after the new one is complete on disk.
 *
 * @returns the digest of the manifest.
 * @throws {AuspexError} code IO when the disk does not take it; nothing is left behind then.
 */
export function writeBundle(directory: string, { manifest, files }: BundleContent): string {
  expectFileNames(files);
  const listed = Object.entries(files).map(
    ([name, bytes]) => [name, { bytes: bytes.byteLength, sha256: sha256Hex(bytes) }] as const,
  );
  const text = manifestText(manifest, Object.fromEntries(listed));
  const temporary = temporaryBeside(directory);
  try {
    mkdirSync(temporary, { recursive: true });
    for (const [name, bytes] of Object.entries(files)) writeSynced(join(temporary, name), bytes);
    writeSynced(join(temporary, MANIFEST), Buffer.from(text));
    putInPlace(temporary, directory);
  } catch (cause) {
    throw writeFailure(directory, temporary, cause);
  }
  return sha256Hex(text);
}

/**
 * {@link writeBundle} without holding up the thread: files are written piece by piece, in any order. A piece
 * may change when the next one is asked for.
 */
export async function writeBundleInBackground(
  directory: string,
  { manifest, files }: StreamedContent,
): Promise<string> {
  expectFileNames(files);
  const listed: Record<string, ListedFile> = {};
  const temporary = temporaryBeside(directory);
  try {
    mkdirSync(temporary, { recursive: true });
    for (const [name, pieces] of Object.entries(files)) {
      listed[name] = await writePieces(join(temporary, name), pieces);
    }
    const text = manifestText(manifest, listed);
    writeSynced(join(temporary, MANIFEST), Buffer.from(text));
    putInPlace(temporary, directory);
    return sha256Hex(text);
  } catch (cause) {
    throw writeFailure(directory, temporary, cause);
  }
}

interface ListedFile {
  readonly bytes: number;
  readonly sha256: string;
}

function expectFileNames(files: Readonly<Record<string, unknown>>): void {
  for (const name of Object.keys(files)) {
    if (!FILE_NAME.test(name) || name === MANIFEST) {
      throw new InputError(`a bundle cannot hold a file named ${JSON.stringify(name)}`);
    }
  }
}

function manifestText(
  manifest: BundleContent["manifest"],
  files: Readonly<Record<string, ListedFile>>,
): string {
  const content = { formatVersion: BUNDLE_FORMAT_VERSION, ...manifest, files };
  return `${JSON.stringify(content, null, 2)}\n`;
}

function putInPlace(temporary: string, directory: string): void {
  syncDirectory(temporary);
  replaceDirectory(temporary, directory);
  syncDirectory(dirname(directory));
}

function writeFailure(directory: string, temporary: string, cause: unknown): AuspexError {
  removeQuietly(temporary);
  const text = `${directory}: could not be written: ${messageOf(cause)}`;
  return new AuspexError("IO", EXIT.io, text, { cause });
}

/**
 * Reads and verifies a bundle directory.
 *
 * @param kind What the manifest's `kind` must be.
 * @throws {CorruptError} when it is missing, of another kind or version, or any byte differs.
 */
export function readBundle(directory: string, kind: string): Bundle {
  const { manifest, digest } = readManifest(directory, kind);
  const files: Record<string, Uint8Array> = {};
  for (const [name, { bytes, sha256 }] of Object.entries(listedFiles(directory, manifest))) {
    const content = readPart(directory, name);
    if (content.byteLength !== bytes) {
      throw new CorruptError(
        join(directory, name),
        `${content.byteLength} bytes, the manifest says ${bytes}; the file was cut or replaced`,
      );
    }
    if (sha256Hex(content) !== sha256) {
      throw new CorruptError(
        join(directory, name),
        "its SHA-256 is not the manifest's; the file is damaged",
      );
    }
    files[name] = content;
  }
  return { manifest, files, digest };
}

/** The manifest alone, its version and kind checked, the files not read. */
function readManifest(
  directory: string,
  kind: string,
): { readonly manifest: BundleContent["manifest"]; readonly digest: string } {
  const path = join(directory, MANIFEST);
  if (!existsSync(path)) {
    throw new CorruptError(directory, `no ${MANIFEST}: not a bundle, or never finished`);
  }
  const text = readFileSync(path, "utf8");
  let manifest: Record<string, unknown>;
  try {
    manifest = JSON.parse(text) as Record<string, unknown>;
  } catch (cause) {
    throw new CorruptError(path, "is not valid JSON", { cause });
  }
  if (manifest === null || typeof manifest !== "object" || Array.isArray(manifest)) {
    throw new CorruptError(path, "is not a JSON object");
  }
  if (manifest["formatVersion"] !== BUNDLE_FORMAT_VERSION) {
    throw new CorruptError(
      path,
      `format version ${String(manifest["formatVersion"])}, this auspex reads ${BUNDLE_FORMAT_VERSION}`,
      { hint: "Read it with the auspex that wrote it, or train again." },
    );
  }
  if (manifest["kind"] !== kind) {
    throw new CorruptError(path, `kind ${String(manifest["kind"])}, expected ${kind}`);
  }
  return { manifest: manifest as BundleContent["manifest"], digest: sha256Hex(text) };
}

function listedFiles(
  directory: string,
  manifest: Readonly<Record<string, unknown>>,
): Record<string, { bytes: number; sha256: string }> {
  const listed = manifest["files"];
  if (listed === null || typeof listed !== "object" || Array.isArray(listed)) {
    throw new CorruptError(
      join(directory, MANIFEST),
      "`files` must map names to sizes and digests",
    );
  }
  for (const [name, entry] of Object.entries(listed as Record<string, unknown>)) {
    const { bytes, sha256 } = (entry ?? {}) as Record<string, unknown>;
    // The name pattern keeps a hostile manifest from reading outside of its directory.
    if (!FILE_NAME.test(name) || !Number.isSafeInteger(bytes) || typeof sha256 !== "string") {
      throw new CorruptError(join(directory, MANIFEST), `bad entry for ${JSON.stringify(name)}`);
    }
  }
  return listed as Record<string, { bytes: number; sha256: string }>;
}

function readPart(directory: string, name: string): Uint8Array {
  const path = join(directory, name);
  try {
    return readFileSync(path);
  } catch (cause) {
    throw new CorruptError(path, `cannot be read: ${messageOf(cause)}`, { cause });
  }
}

/** Clean-up after a failure must not hide the failure. */
function removeQuietly(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true });
  } catch {
    // The parent is not a directory, or the disk is gone: the first error says so.
  }
}

/** rename(2) does not replace a directory with files in it, so the old one steps aside first. */
function replaceDirectory(from: string, to: string): void {
  if (!existsSync(to)) {
    renameSync(from, to);
    return;
  }
  const old = temporaryBeside(to);
  renameSync(to, old);
  renameSync(from, to);
  rmSync(old, { recursive: true, force: true });
}
