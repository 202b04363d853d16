// What the coordinator's front towards its workers is given.

import type { Clock, Logger } from "../core/index.ts";
import type { PublicIdentity, Transport } from "../transport/index.ts";
import type { RunIdentity } from "./admission.ts";
import type { FleetEvent } from "./fleet-event.ts";
import type { CoordinatorPolicy } from "./policy.ts";
import type { ExchangeFormats } from "./records.ts";
import type { ReadPart } from "./span-server.ts";

export interface FleetOptions {
  readonly runId: string;
  readonly incarnation: number;
  /** JSON for the workers. */
  readonly runConfig: string;
  readonly identity: RunIdentity;
  readonly numMicroshards: number;
  readonly parameterCount: number;
  readonly exchange: ExchangeFormats;
  readonly reduction: "star" | "mesh";
  /** Every worker applies the optimizer, and to be let in must do so with the bits of this class. */
  readonly optimizerClass: string | undefined;
  readonly policy: CoordinatorPolicy;
  readonly transport: Transport;
  readonly address: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Who may join, asked at each join; undefined admits anybody that can connect. */
  readonly admitted: (() => readonly PublicIdentity[]) | undefined;
  /** Serves workers that stream their data. */
  readonly readPart: ReadPart | undefined;
  /** A worker joined, left or was lost; a lease was given out again; somebody was refused. */
  readonly onEvent: (event: FleetEvent) => void;
}
