// Packages that are installed only where their engine is wanted.

import { messageOf, UnavailableError } from "../../core/index.ts";

/**
 * Imports a package that may not be there.
 *
 * @param install The command that adds it.
 * @throws {UnavailableError} with the reason, and the command as its hint.
 */
export async function importOptional<T>(name: string, install: string): Promise<T> {
  try {
    return (await import(name)) as T;
  } catch (error) {
    const code = (error as { code?: unknown }).code;
    const missing = code === "ERR_MODULE_NOT_FOUND" && messageOf(error).includes(`'${name}'`);
    const reason = missing ? "is not installed" : `does not load: ${firstLine(messageOf(error))}`;
    throw new UnavailableError(`${name} ${reason}`, { cause: error, hint: install });
  }
}

function firstLine(text: string): string {
  return text.split("\n")[0]!;
}
