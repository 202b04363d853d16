// Where a worker listens for other workers, made from where it joins.

import { randomBytes } from "node:crypto";
import { ConfigError } from "../core/index.ts";
import { isLoopback, parseAddress } from "./address.ts";

/**
 * An address of the join address' kind that nobody else has.
 *
 * @throws {ConfigError} where only the user knows under which name other machines see this one.
 */
export function peerAddressBeside(joinAddress: string): string {
  const mark = randomBytes(4).toString("hex");
  if (/^(memory|nats):/.test(joinAddress)) return `${joinAddress}-${mark}`;
  const address = parseAddress(joinAddress);
  if (address.kind === "ipc") return `ipc://${address.path}.${mark}`;
  if (isLoopback(address)) return `tcp://${address.host}:*`;
  throw new ConfigError(
    "peer-listen",
    "a mesh over the network needs the address of this machine",
    {
      hint: "auspex worker --peer-listen tcp://THIS-HOST:*",
    },
  );
}
