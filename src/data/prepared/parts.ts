// A prepared dataset as parts that are fetched one by one: from its directory here, or from a peer that has it.

import { closeSync, existsSync, openSync, readFileSync, readSync } from "node:fs";
import { join } from "node:path";
import { CorruptError, InputError, messageOf } from "../../core/index.ts";
import { BlockIndex, decodeManifest, INDEX_FILE, MANIFEST_FILE } from "./format.ts";

/** What is fetched: the manifest, the table of blocks, or one block. */
export type DatasetPart =
  | { readonly kind: "manifest" | "index" }
  | { readonly kind: "block"; readonly block: number };

/** Where parts come from. Whoever reads them checks their hashes. */
export interface PartSource {
  /** For messages. */
  readonly name: string;
  read(part: DatasetPart): Promise<Uint8Array>;
}

/** Whether a directory holds a prepared dataset. */
export function isPreparedDataset(path: string): boolean {
  return existsSync(join(path, MANIFEST_FILE));
}

/** The parts of a dataset in a directory. */
export function localParts(directory: string): PartSource & { close(): void } {
  if (!isPreparedDataset(directory)) {
    throw new InputError(`${directory} is no prepared dataset: it has no ${MANIFEST_FILE}`, {
      hint: "auspex data prepare makes one",
    });
  }
  const files = new Map<string, number>();
  let index: { readonly table: BlockIndex; readonly shards: readonly string[] } | undefined;
  const readTable = (): NonNullable<typeof index> => {
    const manifest = decodeManifest(readFileSync(join(directory, MANIFEST_FILE)));
    const table = new BlockIndex(readFileSync(join(directory, INDEX_FILE)), manifest);
    return { table, shards: manifest.shards.map(({ file }) => file) };
  };
  const readBlock = (block: number): Uint8Array => {
    index ??= readTable();
    if (block >= index.table.numBlocks) throw new RangeError(`there is no block ${block}`);
    const { shard, offset, bytes } = index.table.entry(block);
    const file = index.shards[shard]!;
    let fd = files.get(file);
    if (fd === undefined) {
      fd = openSync(join(directory, file), "r");
      files.set(file, fd);
    }
    const target = Buffer.allocUnsafeSlow(bytes);
    for (let done = 0; done < bytes; ) {
      const read = readSync(fd, target, done, bytes - done, offset + done);
      if (read === 0) throw new RangeError(`${file} ends at byte ${offset + done}`);
      done += read;
    }
    return target;
  };
  return {
    name: directory,
    read(part) {
      try {
        if (part.kind === "block") return Promise.resolve(readBlock(part.block));
        const file = part.kind === "manifest" ? MANIFEST_FILE : INDEX_FILE;
        return Promise.resolve(readFileSync(join(directory, file)));
      } catch (cause) {
        return Promise.reject(new CorruptError(directory, messageOf(cause), { cause }));
      }
    },
    close() {
      for (const fd of files.values()) closeSync(fd);
      files.clear();
    },
  };
}
