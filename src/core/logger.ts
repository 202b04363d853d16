// One JSON object a line: { t, level, event, ...fields }. Where lines go is the caller's choice.

export type LogLevel = "debug" | "info" | "warn" | "error";
export type LogFields = Readonly<Record<string, unknown>>;

export interface Logger {
  log(level: LogLevel, event: string, fields?: LogFields): void;
  /** A logger whose lines also carry `fields`. */
  with(fields: LogFields): Logger;
}

/** Writes each event as one line of JSON through `writeLine` (no newline at its end). */
export function jsonLogger(
  writeLine: (line: string) => void,
  wallMs: () => number,
  base: LogFields = {},
): Logger {
  return {
    log(level, event, fields = {}) {
      writeLine(
        JSON.stringify({ t: new Date(wallMs()).toISOString(), level, event, ...base, ...fields }),
      );
    },
    with: (fields) => jsonLogger(writeLine, wallMs, { ...base, ...fields }),
  };
}

export const silentLogger: Logger = { log: () => {}, with: () => silentLogger };
