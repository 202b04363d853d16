// The journal of a run: an append-only file that is the system of record. One line a record: the SHA-256 of
// (previous chain value + the record's JSON), a space, the JSON. A torn tail (the process died while writing)
// is cut off when the journal is opened; damage before it is a refusal to start.

import {
  closeSync,
  existsSync,
  fdatasync,
  fdatasyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
} from "node:fs";
import { dirname } from "node:path";
import { AuspexError, CorruptError, EXIT, messageOf, sha256Hex } from "../core/index.ts";
import { syncDirectory, writeFully } from "./atomic.ts";

/** A record is flat JSON with a type; what else it holds is its writer's. */
export type JournalRecord = { readonly type: string } & Readonly<Record<string, unknown>>;

export interface Journal {
  /** Everything that was in the journal when it was opened. */
  readonly records: readonly JournalRecord[];
  /**
   * Appends a record. Order of calls is order in the file.
   *
   * @returns when the record, and all before it, are on disk.
   * @throws {AuspexError} code IO when the disk does not take it; the journal takes nothing more then.
   */
  append(record: JournalRecord): Promise<void>;
  close(): void;
}

export interface JournalContent {
  readonly records: readonly JournalRecord[];
  /** Length of the valid part. */
  readonly validBytes: number;
  /** Bytes after it that a crash left behind. */
  readonly tornBytes: number;
  /** Chain value of the last record: names the whole content. */
  readonly chain: string;
}

const CHAIN_START = "0".repeat(64);
const NEWLINE = 0x0a;

/**
 * Reads and verifies a journal. A last line that is incomplete or does not verify counts as torn.
 *
 * @throws {CorruptError} naming the byte offset of a bad record that others follow.
 */
export function readJournal(path: string): JournalContent {
  const bytes = readFileSync(path);
  const records: JournalRecord[] = [];
  let chain = CHAIN_START;
  let at = 0;
  while (at < bytes.byteLength) {
    const newline = bytes.indexOf(NEWLINE, at);
    if (newline < 0) break;
    const line = parseLine(bytes.toString("utf8", at, newline), chain);
    if (line === undefined) {
      if (newline + 1 === bytes.byteLength) break;
      throw new CorruptError(path, `record ${records.length + 1} at byte ${at} is damaged`, {
        hint: "Restore the run directory from a copy; nothing after this record can be trusted.",
      });
    }
    records.push(line.record);
    chain = line.chain;
    at = newline + 1;
  }
  return { records, validBytes: at, tornBytes: bytes.byteLength - at, chain };
}

/** Opens a journal for appending, creating it when missing and cutting off a torn tail. */
export function openJournal(path: string): Journal {
  mkdirSync(dirname(path), { recursive: true });
  const isNew = !existsSync(path);
  const content = isNew
    ? { records: [], validBytes: 0, tornBytes: 0, chain: CHAIN_START }
    : readJournal(path);
  const descriptor = openSync(path, "a");
  if (content.tornBytes > 0) ftruncateSync(descriptor, content.validBytes);
  fdatasyncSync(descriptor);
  if (isNew) syncDirectory(dirname(path));
  return new FileJournal(path, descriptor, content);
}

class FileJournal implements Journal {
  readonly records: readonly JournalRecord[];
  readonly #path: string;
  readonly #descriptor: number;
  #chain: string;
  #failure: AuspexError | undefined;

  constructor(path: string, descriptor: number, content: JournalContent) {
    this.#path = path;
    this.#descriptor = descriptor;
    this.records = content.records;
    this.#chain = content.chain;
  }

  async append(record: JournalRecord): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure;
    const json = JSON.stringify(record);
    this.#chain = sha256Hex(this.#chain + json);
    try {
      writeFully(this.#descriptor, Buffer.from(`${this.#chain} ${json}\n`));
      await new Promise<void>((resolve, reject) => {
        fdatasync(this.#descriptor, (error) => (error === null ? resolve() : reject(error)));
      });
    } catch (cause) {
      // After a failed write or sync nobody knows what is on disk: no further record may follow.
      this.#failure = new AuspexError(
        "IO",
        EXIT.io,
        `${this.#path}: a record could not be made durable: ${messageOf(cause)}`,
        { cause, hint: "Free disk space, then resume the run." },
      );
      throw this.#failure;
    }
  }

  close(): void {
    closeSync(this.#descriptor);
  }
}

function parseLine(
  line: string,
  previousChain: string,
): { readonly chain: string; readonly record: JournalRecord } | undefined {
  const chain = line.slice(0, 64);
  const json = line.slice(65);
  if (line[64] !== " " || sha256Hex(previousChain + json) !== chain) return undefined;
  const record = JSON.parse(json) as unknown;
  const isRecord = record !== null && typeof record === "object" && "type" in record;
  return isRecord ? { chain, record: record as JournalRecord } : undefined;
}
