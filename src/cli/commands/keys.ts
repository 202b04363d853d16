import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { writeFileAtomic, writePrivateFile } from "../../checkpoint/index.ts";
import { InputError } from "../../core/index.ts";
import {
  createIdentity,
  createNatsKey,
  formatPublicIdentity,
  type PublicIdentity,
  parseAllowList,
} from "../../transport/index.ts";
import { printResult } from "../output.ts";

interface ListOptions {
  readonly allow: string;
  readonly json: boolean;
}

/** `auspex keys create`: a new key file, and its public half for the others. */
export async function createKey(
  name: string,
  options: { readonly dir: string; readonly allow?: string; readonly json: boolean },
): Promise<void> {
  const identity = await createIdentity(name);
  const file = join(options.dir, `${name}.key`);
  const { allow } = options;
  const listed = allow === undefined ? [] : readList(allow);
  if (listed.some((entry) => entry.name === name)) {
    throw new InputError(`${allow} lists ${name} already`, { hint: "Revoke it first." });
  }
  writePrivateFile(file, `${JSON.stringify(identity, null, 2)}\n`);
  if (allow !== undefined) writeList(allow, [...listed, identity.public]);
  printResult(options.json, { file, ...identity.public }, () => [
    `${file}: the key of ${name}; keep it on its machine alone`,
    `allow-list line: ${formatPublicIdentity(identity.public)}`,
    `as a coordinator, workers join it with: --server-key '${identity.public.curve}'`,
  ]);
}

/** `auspex keys nats`: an nkey for a broker that knows its clients by them. */
export async function createNatsKeyFile(
  name: string,
  options: { readonly dir: string; readonly json: boolean },
): Promise<void> {
  const { seed, publicKey } = await createNatsKey();
  const file = join(options.dir, `${name}.nk`);
  writePrivateFile(file, `${seed}\n`);
  printResult(options.json, { file, publicKey }, () => [
    `${file}: the seed of ${name}; on its machine: AUSPEX_NATS_NKEY_FILE=${file}`,
    `for the broker's configuration (configs/deploy/nats-server.conf): nkey: ${publicKey}`,
  ]);
}

/** `auspex keys list`. */
export function listKeys({ allow, json }: ListOptions): void {
  const entries = readList(allow);
  printResult(json, { entries }, () => entries.map(formatPublicIdentity));
}

/** `auspex keys revoke`: coordinators that follow the list refuse the worker at its next connection or join. */
export function revokeKey(name: string, { allow, json }: ListOptions): void {
  const entries = readList(allow);
  const kept = entries.filter((entry) => entry.name !== name);
  if (kept.length === entries.length) throw new InputError(`${allow} does not list ${name}`);
  writeList(allow, kept);
  printResult(json, { revoked: name, numLeft: kept.length }, (result) => [
    `${result.revoked} may no longer join; ${result.numLeft} may`,
  ]);
}

function readList(file: string): PublicIdentity[] {
  return existsSync(file) ? parseAllowList(readFileSync(file, "utf8"), file) : [];
}

function writeList(file: string, entries: readonly PublicIdentity[]): void {
  writeFileAtomic(file, entries.map((entry) => `${formatPublicIdentity(entry)}\n`).join(""));
}
