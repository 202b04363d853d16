export { type Monitor, openMonitor } from "./monitor.ts";
export { fetchStatus, readStatus } from "./read-status.ts";
export type { RunStatus } from "./run-state.ts";
export { type StatusFlags, statusOptions } from "./status-flags.ts";
export type { StatusServerOptions } from "./status-server.ts";
export { renderStatus } from "./terminal.ts";
