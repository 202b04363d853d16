// Keys for runs that are broken on purpose: a coordinator's, two listed workers', a stranger's.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { createIdentity, formatPublicIdentity } from "../../transport/index.ts";

/** Paths, and the key that workers trust. */
export interface KeyFiles {
  readonly server: string;
  readonly serverKey: string;
  readonly allow: string;
  readonly good: string;
  readonly second: string;
  readonly stranger: string;
}

export async function writeKeys(directory: string): Promise<KeyFiles> {
  const write = async (name: string) => {
    const identity = await createIdentity(name);
    const file = join(directory, `${name}.key`);
    writeFileSync(file, JSON.stringify(identity), { mode: 0o600 });
    return { file, identity };
  };
  const server = await write("server");
  const good = await write("good");
  const second = await write("second");
  const stranger = await write("stranger");
  const allow = join(directory, "allow.jsonl");
  const listed = [good, second].map(({ identity }) => formatPublicIdentity(identity.public));
  writeFileSync(allow, `${listed.join("\n")}\n`);
  return {
    server: server.file,
    serverKey: server.identity.public.curve,
    allow,
    good: good.file,
    second: second.file,
    stranger: stranger.file,
  };
}
