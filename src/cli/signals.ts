// Signals belong to the command line. The first asks for an orderly end; a second one ends at once.

const EXIT_BY_SIGNAL = { SIGINT: 130, SIGTERM: 143 } as const;

/** Calls `onSignal` at the first SIGINT or SIGTERM. @returns a function that stops listening. */
export function onFirstSignal(onSignal: (signal: "SIGINT" | "SIGTERM") => void): () => void {
  let hasFired = false;
  const handlers = (["SIGINT", "SIGTERM"] as const).map((signal) => {
    const handler = (): void => {
      if (hasFired) process.exit(EXIT_BY_SIGNAL[signal]);
      hasFired = true;
      onSignal(signal);
    };
    process.on(signal, handler);
    return { signal, handler };
  });
  return () => {
    for (const { signal, handler } of handlers) process.off(signal, handler);
  };
}

/** Resolves at the first SIGINT or SIGTERM. */
export function untilSignal(): Promise<void> {
  return new Promise((resolve) => {
    onFirstSignal(() => resolve());
  });
}
