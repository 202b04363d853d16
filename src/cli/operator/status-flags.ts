import type { StatusServerOptions } from "./status-server.ts";

export interface StatusFlags {
  readonly statusPort?: number;
  readonly statusHost: string;
}

/** The token comes from the environment, where process lists do not show it. */
export function statusOptions({
  statusPort,
  statusHost,
}: StatusFlags): StatusServerOptions | undefined {
  if (statusPort === undefined) return undefined;
  return { host: statusHost, port: statusPort, token: statusToken() };
}

export function statusToken(): string | undefined {
  return process.env["AUSPEX_STATUS_TOKEN"] || undefined;
}
