// A log of lines. It is opened once and kept open: a run that is out of file handles still logs. What cannot be
// written is left out; a log does not end a run.

import { closeSync, openSync, writeSync } from "node:fs";

export class LogFile {
  readonly #path: string;
  #file: number | undefined;
  #isClosed = false;

  /** The file is made with its first line. */
  constructor(path: string) {
    this.#path = path;
  }

  append(line: string): void {
    if (this.#isClosed) return;
    try {
      this.#file ??= openSync(this.#path, "a");
      writeSync(this.#file, `${line}\n`);
    } catch {
      // The next line tries again.
    }
  }

  close(): void {
    this.#isClosed = true;
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }
}
