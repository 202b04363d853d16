// Lines in a file of bounded size: when it is full it becomes NAME.1, the one before NAME.2, and the oldest
// goes. For records that a run can do without: a full disk costs lines, never the run.

import {
  closeSync,
  existsSync,
  fstatSync,
  openSync,
  readFileSync,
  renameSync,
  writeSync,
} from "node:fs";

export interface RotatingLimits {
  readonly maxBytes: number;
  /** Older files beside the one that is written. */
  readonly numOlder: number;
}

export class RotatingLines {
  readonly #path: string;
  readonly #limits: RotatingLimits;
  #file: number | undefined;
  #numBytes = 0;
  /** Lines that the disk did not take. */
  numDropped = 0;

  constructor(path: string, limits: RotatingLimits) {
    this.#path = path;
    this.#limits = limits;
  }

  /** Appends a line. Never throws. */
  append(line: string): void {
    const bytes = Buffer.from(`${line}\n`);
    try {
      if (this.#numBytes > 0 && this.#numBytes + bytes.length > this.#limits.maxBytes) {
        this.close();
        this.#rotate();
      }
      this.#file ??= this.#open();
      writeSync(this.#file, bytes);
      this.#numBytes += bytes.length;
    } catch {
      this.numDropped++;
    }
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }

  #open(): number {
    const file = openSync(this.#path, "a");
    this.#numBytes = fstatSync(file).size;
    return file;
  }

  #rotate(): void {
    for (let age = this.#limits.numOlder; age > 0; age--) {
      const younger = pathOfAge(this.#path, age - 1);
      if (existsSync(younger)) renameSync(younger, pathOfAge(this.#path, age));
    }
    this.#numBytes = 0;
  }
}

function pathOfAge(path: string, age: number): string {
  return age === 0 ? path : `${path}.${age}`;
}

/** All lines that are there, oldest first. Empty where no file is. */
export function readRotatingLines(path: string): string[] {
  let numFiles = 0;
  while (existsSync(pathOfAge(path, numFiles))) numFiles++;
  const texts = Array.from({ length: numFiles }, (_, i) =>
    readFileSync(pathOfAge(path, numFiles - 1 - i), "utf8"),
  );
  return texts.flatMap((text) => text.split("\n")).filter((line) => line !== "");
}
