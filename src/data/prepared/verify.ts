// Reads every byte of a prepared dataset and compares it with the hashes of its manifest.

import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { join } from "node:path";
import { CorruptError, messageOf } from "../../core/index.ts";
import type { PreparedManifest } from "./format.ts";
import { localParts } from "./parts.ts";
import { PreparedDataset } from "./read.ts";

/**
 * Checks manifest, table of blocks, every shard and every row.
 *
 * @throws {CorruptError} naming the first file or block that is not what the manifest says.
 */
export async function verifyPrepared(
  directory: string,
  onProgress?: (bytesDone: number, bytesInAll: number) => void,
): Promise<PreparedManifest> {
  const parts = localParts(directory);
  try {
    const dataset = await PreparedDataset.open(parts);
    const { manifest } = dataset;
    const bytesInAll = 2 * manifest.shards.reduce((sum, { bytes }) => sum + bytes, 0);
    let done = 0;
    for (const { file, bytes, sha256 } of manifest.shards) {
      const path = join(directory, file);
      const hash = createHash("sha256");
      let length = 0;
      for await (const chunk of fileChunks(path)) {
        hash.update(chunk);
        length += chunk.byteLength;
        onProgress?.(done + length, bytesInAll);
      }
      if (length !== bytes) throw new CorruptError(path, `${length} bytes, expected ${bytes}`);
      if (hash.digest("hex") !== sha256) throw new CorruptError(path, "its sha256 is wrong");
      done += bytes;
    }
    await countRows(dataset, directory, (share) =>
      onProgress?.(((1 + share) * bytesInAll) / 2, bytesInAll),
    );
    return manifest;
  } finally {
    parts.close();
  }
}

async function* fileChunks(path: string): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) {
      yield chunk as Uint8Array;
    }
  } catch (cause) {
    throw new CorruptError(path, messageOf(cause), { cause });
  }
}

async function countRows(
  dataset: PreparedDataset,
  directory: string,
  onProgress: (share: number) => void,
): Promise<void> {
  const { numRows, numChars } = dataset.manifest;
  let rows = 0;
  let chars = 0;
  for await (const { x } of dataset.scan()) {
    rows++;
    chars += x.length;
    if (rows % 8192 === 0) onProgress(rows / numRows);
  }
  if (rows !== numRows || chars !== numChars) {
    throw new CorruptError(
      directory,
      `${rows} rows of ${chars} characters, the manifest says ${numRows} of ${numChars}`,
    );
  }
}
