// Puts the wrappers with failpoints around the parts of a process, when it was started with any.

import type { RunStore } from "../../checkpoint/index.ts";
import { moduleBeside } from "../../core/index.ts";
import type { Transport } from "../../transport/index.ts";
import { type LocalOptions, ThreadPort } from "../../worker/index.ts";
import { Failpoints } from "./failpoint.ts";
import { faultyStore } from "./faulty-store.ts";
import { faultyTransport } from "./faulty-transport.ts";

export function armedTransport(transport: Transport, texts: readonly string[]): Transport {
  return faultyTransport(transport, new Failpoints(texts));
}

export function armedStore(
  store: RunStore,
  runDirectory: string,
  texts: readonly string[],
): RunStore {
  return faultyStore(store, runDirectory, new Failpoints(texts));
}

/** A port whose thread computes with the failpoints of `worker.compute`. */
export function armedPort(local: LocalOptions, texts: readonly string[]): ThreadPort {
  const url = moduleBeside(import.meta.url, "faulty-compute");
  for (const text of new Failpoints(texts).textsOf("worker.compute")) {
    url.searchParams.append("failpoint", text);
  }
  return new ThreadPort(local, url.href);
}
