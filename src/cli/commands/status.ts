import { sleep, systemClock, wallClockMs } from "../../core/index.ts";
import { fetchStatus, readStatus, renderStatus } from "../operator/index.ts";
import { isOver, type ReadStatus } from "../operator/read-status.ts";
import { printLine } from "../output.ts";
import { formatDuration } from "../progress.ts";
import { onFirstSignal } from "../signals.ts";

interface StatusCommandOptions {
  readonly watch: boolean;
  readonly json: boolean;
}

const WATCH_EVERY_MS = 1000;
// Clears the screen from the top, without the scroll-back.
const HOME = "\u001b[H\u001b[J";

/** `auspex status RUN|URL`: where a run stands, once or until it is over. */
export async function statusCommand(where: string, options: StatusCommandOptions): Promise<void> {
  const read = (): Promise<ReadStatus> =>
    /^https?:\/\//.test(where) ? fetchStatus(where) : readStatus(where);
  let isWatching = options.watch;
  const forget = onFirstSignal(() => {
    isWatching = false;
  });
  try {
    for (;;) {
      const answer = await read();
      show(answer, options);
      if (!isWatching || isOver(answer.status)) return;
      await sleep(systemClock, WATCH_EVERY_MS);
      if (!isWatching) return;
    }
  } finally {
    forget();
  }
}

function show({ status, note }: ReadStatus, { watch, json }: StatusCommandOptions): void {
  if (json) {
    printLine(JSON.stringify(status));
    return;
  }
  const { isTTY } = process.stdout;
  const columns = isTTY ? process.stdout.columns : 100;
  const lines = [...renderStatus(status, columns), "", note + age(status.updatedAt)];
  if (watch && isTTY) process.stdout.write(HOME);
  for (const line of lines) printLine(line);
}

function age(t: string | null): string {
  if (t === null) return "";
  const seconds = (wallClockMs() - Date.parse(t)) / 1000;
  return seconds < 2 ? "" : `; newest event ${formatDuration(seconds)} ago`;
}
