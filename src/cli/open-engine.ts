// How the open engine is closed at the end, without loading the tensor library where no command did.

let close: (() => Promise<void>) | undefined;

/** Remembers how to close the engine that a command opened. */
export function rememberEngine(closeEngine: () => Promise<void>): void {
  close = closeEngine;
}

/** Closes it, if there is one. */
export async function closeOpenEngine(): Promise<void> {
  await close?.();
}
