import type { Markup } from "../../report/svg.ts";
import type { RunStatus, WorkerStatus } from "../run-state.ts";
import { bar, empty } from "./charts.ts";
import { pill, table } from "./tables.ts";

const COLUMNS = [
  "worker",
  "does",
  "speed",
  "engine",
  "microshards / s",
  "lease",
  "leases",
  "expired",
  "heard",
];

/** Who computes, what each does at this moment, and how fast. */
export function workersTable({ workers }: RunStatus): Markup {
  if (workers.length === 0) return empty("Nobody has joined.");
  const fastest = Math.max(0, ...workers.map(speedOf));
  return table(
    COLUMNS,
    workers.map((worker) => row(worker, fastest)),
    { numbersFrom: 4 },
  );
}

function row(worker: WorkerStatus, fastest: number): (string | Markup)[] {
  const { name, phase, numericClass, lease, numLeases, numExpired, silentMs } = worker;
  const speed = speedOf(worker);
  return [
    name,
    pill(phase),
    bar(speed / fastest, phase === "stalled" ? "f" : "c"),
    numericClass,
    speed === 0 ? "-" : speed.toPrecision(3),
    lease === null ? "-" : `${lease.numMicroshards}${lease.attempt > 0 ? " (again)" : ""}`,
    numLeases.toLocaleString("en"),
    String(numExpired),
    silentMs === null ? "-" : `${(silentMs / 1000).toFixed(0)} s ago`,
  ];
}

/** Microshards per second; 0 while it is unknown. */
function speedOf({ msPerMicroshard }: WorkerStatus): number {
  return msPerMicroshard === null || msPerMicroshard <= 0 ? 0 : 1000 / msPerMicroshard;
}
