// Who a process is: a CURVE key pair that encrypts its connections, and an Ed25519 pair that signs its joins
// (ZeroMQ tells who may connect, but not which of them a message came from). Pure text in and out; files are
// the caller's.

import { createPrivateKey, createPublicKey, generateKeyPairSync, sign, verify } from "node:crypto";
import { z } from "zod";
import { CorruptError, InputError } from "../core/index.ts";
import { loadZeroMq } from "./zeromq/load.ts";

const z85Key = z.string().regex(/^[!-~]{40}$/);
const hexKey = z.string().regex(/^[0-9a-f]{64}$/);
const nameSchema = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/);

const publicIdentitySchema = z.strictObject({
  name: nameSchema,
  /** CURVE, Z85. */
  curve: z85Key,
  /** Ed25519, hexadecimal. */
  signing: hexKey,
});

const identitySchema = z.strictObject({
  formatVersion: z.literal(1),
  public: publicIdentitySchema,
  curveSecret: z85Key,
  signingSecret: hexKey,
});

/** What others may know of a process; a line of an allow list. */
export type PublicIdentity = Readonly<z.infer<typeof publicIdentitySchema>>;
/** Both key pairs. Keep it in a file that nobody else can read. */
export type Identity = Readonly<z.infer<typeof identitySchema>>;

/** @throws {InputError} when the name has other characters than letters, digits, `.`, `_` and `-`. */
export async function createIdentity(name: string): Promise<Identity> {
  if (!nameSchema.safeParse(name).success) {
    throw new InputError(
      `a name has letters, digits, ".", "_" and "-", not ${JSON.stringify(name)}`,
    );
  }
  const curve = (await loadZeroMq()).curveKeyPair();
  const signing = generateKeyPairSync("ed25519").privateKey.export({ format: "jwk" });
  return {
    formatVersion: 1,
    public: { name, curve: curve.publicKey, signing: hexOf(signing.x!) },
    curveSecret: curve.secretKey,
    signingSecret: hexOf(signing.d!),
  };
}

/** @param file For messages. */
export function parseIdentity(text: string, file: string): Identity {
  return parseJson(text, file, identitySchema);
}

/** An allow list is JSON lines of public identities; empty lines and lines that begin with # say nothing. */
export function parseAllowList(text: string, file: string): PublicIdentity[] {
  const entries = text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => parseJson(line, file, publicIdentitySchema));
  const names = entries.map(({ name }) => name);
  const double = names.find((name, i) => names.indexOf(name) !== i);
  if (double !== undefined) throw new CorruptError(file, `${double} is listed twice`);
  return entries;
}

export function formatPublicIdentity({ name, curve, signing }: PublicIdentity): string {
  return JSON.stringify({ name, curve, signing });
}

/** Ed25519 signature, hexadecimal. */
export function signStatement(identity: Identity, statement: Uint8Array): string {
  const key = createPrivateKey({
    format: "jwk",
    key: {
      kty: "OKP",
      crv: "Ed25519",
      x: base64Of(identity.public.signing),
      d: base64Of(identity.signingSecret),
    },
  });
  return sign(null, statement, key).toString("hex");
}

export function isSignedBy(publicKey: string, statement: Uint8Array, signature: string): boolean {
  const key = createPublicKey({
    format: "jwk",
    key: { kty: "OKP", crv: "Ed25519", x: base64Of(publicKey) },
  });
  return verify(null, statement, key, Buffer.from(signature, "hex"));
}

function parseJson<T>(text: string, file: string, schema: z.ZodType<T>): T {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new CorruptError(file, "is not valid JSON", { cause });
  }
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0]!;
  throw new CorruptError(file, `${issue.path.join(".") || "the entry"}: ${issue.message}`);
}

function hexOf(base64Url: string): string {
  return Buffer.from(base64Url, "base64url").toString("hex");
}

function base64Of(hex: string): string {
  return Buffer.from(hex, "hex").toString("base64url");
}
