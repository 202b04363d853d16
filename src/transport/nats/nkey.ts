// nkeys: how NATS knows a process without a password. The broker has the public half, the seed stays here.

/** @returns the seed, to be kept in a private file, and the public key for the broker's configuration. */
export async function createNatsKey(): Promise<{
  readonly seed: string;
  readonly publicKey: string;
}> {
  const { nkeys } = await import("nats");
  const pair = nkeys.createUser();
  return { seed: new TextDecoder().decode(pair.getSeed()), publicKey: pair.getPublicKey() };
}
