// How this program is started once more, as another process.

/** What `process.execPath` is given before a command. The loader (tsx in a checkout) is in execArgv; the compiled program needs none. */
export function ownProgram(): string[] {
  return [...process.execArgv, process.argv[1]!];
}
