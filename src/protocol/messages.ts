// The messages as checked TypeScript values. auspex.proto has the wire form and what each one is for; here is
// what each field may hold. Nothing of a peer is used before its schema has read every field.

import { z } from "zod";
import { LIMITS } from "./limits.ts";

const uint32 = z
  .int()
  .min(0)
  .max(2 ** 32 - 1);
const positive = uint32.min(1);
const name = z.string().min(1).max(LIMITS.nameLength);
const text = z.string().max(LIMITS.textLength);
const hash = z.string().regex(/^[0-9a-f]{64}$/);
const id = z.string().regex(/^[0-9a-f]{32}$/);
// Absent in protocol 1.0, where everything is float32.
const format = z.preprocess((value) => (value === "" ? "f32" : value), z.enum(["f32", "bf16"]));
const reduction = z.preprocess(
  (value) => (value === "" ? "star" : value),
  z.enum(["star", "mesh"]),
);
// Absent before protocol 1.2.
const optimizerState = z.preprocess(
  (value) => (value === "" ? "coordinator" : value),
  z.enum(["coordinator", "replicated"]),
);
const microshardIndex = uint32.max(LIMITS.microshards - 1);

const nodeSchema = z.strictObject({
  lo: microshardIndex,
  width: positive.max(LIMITS.microshards),
});

// A loss that overflowed is data: the coordinator records the step as skipped.
const loss = z.union([z.number(), z.nan(), z.literal([Infinity, -Infinity])]);

const taskStatsSchema = z.strictObject({
  task: z.string().max(LIMITS.textLength),
  lossSum: loss,
  weightSum: z.number(),
});

const leafStatsSchema = z.strictObject({
  microshard: microshardIndex,
  numExamples: uint32,
  numTokens: uint32,
  lossSum: loss,
  weightSum: z.number().min(0),
  tasks: z.array(taskStatsSchema).max(4096),
});

const sliceOwnerSchema = z.strictObject({
  begin: uint32,
  end: uint32,
  address: text,
  token: id,
});

const chunk = {
  transferId: uint32,
  offset: uint32,
  totalBytes: positive,
  crc32: uint32,
};

const datasetPart = {
  source: uint32,
  part: z.enum(["manifest", "index", "block"]),
  block: uint32,
};

/** Why a worker was turned away; stable names for programs. */
const REFUSE_CODES = [
  "BAD_VERSION",
  "BAD_RUN",
  "CONFIG_MISMATCH",
  "DATASET_MISMATCH",
  "LAYOUT_MISMATCH",
  "CLASS_NOT_ALLOWED",
  "UNKNOWN_KEY",
  "BAD_SIGNATURE",
  "FULL",
  "EXCLUDED",
] as const;

const bodySchemas = {
  hello: z.strictObject({
    type: z.literal("hello"),
    workerName: name,
    software: text,
    helloId: id,
  }),
  offer: z.strictObject({
    type: z.literal("offer"),
    helloId: id,
    runConfig: z.string().max(LIMITS.headerBytes),
    configHash: hash,
    numMicroshards: positive.max(LIMITS.microshards),
    parameterCount: positive.max(LIMITS.arrayBytes / 4),
    heartbeatIntervalMs: positive.max(60_000),
    chunkBytes: positive.max(LIMITS.payloadBytes),
    windowBytes: positive,
    checksum: z.boolean(),
    nonce: hash,
    parameterFormat: format,
    gradientFormat: format,
    reduction: reduction,
    optimizerState,
  }),
  join: z.strictObject({
    type: z.literal("join"),
    helloId: id,
    workerName: name,
    configHash: hash,
    datasetHash: hash,
    layoutHash: hash,
    numericClass: text,
    publicKey: z.union([hash, z.literal("")]),
    signature: z.union([z.string().regex(/^[0-9a-f]{128}$/), z.literal("")]),
    peerAddress: text,
    optimizerClass: text,
  }),
  welcome: z.strictObject({ type: z.literal("welcome"), helloId: id }),
  refuse: z.strictObject({
    type: z.literal("refuse"),
    helloId: z.union([id, z.literal("")]),
    code: z.enum(REFUSE_CODES),
    text,
  }),
  lease: z.strictObject({
    type: z.literal("lease"),
    leaseId: positive,
    purpose: z.enum(["gradient", "evaluation"]),
    step: uint32,
    revision: uint32,
    attempt: uint32,
    nodes: z.array(nodeSchema).min(1).max(LIMITS.microshards),
    mesh: z.boolean(),
    blocks: z.array(uint32).max(LIMITS.microshards),
  }),
  progress: z.strictObject({
    type: z.literal("progress"),
    leaseId: uint32,
    microshardsDone: uint32,
    computedMicroshards: uint32,
    assignmentId: uint32,
  }),
  gradient: z.strictObject({
    type: z.literal("gradient"),
    ...chunk,
    leaseId: positive,
    node: nodeSchema,
    leaves: z.array(leafStatsSchema).max(LIMITS.microshards),
  }),
  received: z.strictObject({ type: z.literal("received"), transferId: uint32, offset: uint32 }),
  parameters: z.strictObject({ type: z.literal("parameters"), ...chunk, revision: uint32 }),
  evaluation: z.strictObject({
    type: z.literal("evaluation"),
    leaseId: positive,
    leaves: z.array(leafStatsSchema).min(1).max(LIMITS.microshards),
  }),
  revoke: z.strictObject({ type: z.literal("revoke"), leaseId: positive, reason: text }),
  leave: z.strictObject({ type: z.literal("leave"), reason: text }),
  stale: z.strictObject({ type: z.literal("stale"), reason: text }),
  finished: z.strictObject({ type: z.literal("finished"), reason: text, paused: z.boolean() }),
  alive: z.strictObject({ type: z.literal("alive"), step: uint32 }),
  slices: z.strictObject({
    type: z.literal("slices"),
    assignmentId: positive,
    step: uint32,
    owners: z.array(sliceOwnerSchema).min(1).max(LIMITS.workers),
  }),
  share: z.strictObject({
    type: z.literal("share"),
    ...chunk,
    step: uint32,
    slice: uint32.max(LIMITS.workers),
    node: nodeSchema,
  }),
  slice: z.strictObject({
    type: z.literal("slice"),
    ...chunk,
    step: uint32,
    slice: uint32.max(LIMITS.workers),
  }),
  delivered: z.strictObject({
    type: z.literal("delivered"),
    leaseId: positive,
    assignmentId: positive,
    step: uint32,
    node: nodeSchema,
    leaves: z.array(leafStatsSchema).max(LIMITS.microshards),
  }),
  fetch: z.strictObject({ type: z.literal("fetch"), ...datasetPart }),
  span: z.strictObject({
    type: z.literal("span"),
    ...chunk,
    ...datasetPart,
    totalBytes: positive.max(LIMITS.spanBytes),
  }),
  failed: z.strictObject({
    type: z.literal("failed"),
    leaseId: positive,
    code: name,
    exitCode: uint32.max(255),
    text,
    hint: text,
  }),
  state: z.strictObject({
    type: z.literal("state"),
    ...chunk,
    revision: uint32,
    array: uint32.max(LIMITS.stateArrays - 1),
    numArrays: positive.max(LIMITS.stateArrays),
  }),
  update: z.strictObject({
    type: z.literal("update"),
    ...chunk,
    revision: positive,
    number: uint32,
    learningRateFactor: z.number(),
    gradientScale: z.number(),
  }),
  applied: z.strictObject({
    type: z.literal("applied"),
    transferId: uint32,
    revision: uint32,
    digest: z.union([hash, z.literal("")]),
  }),
} as const;

export const envelopeSchema = z.strictObject({
  run: z.string().max(LIMITS.nameLength),
  incarnation: uint32,
  generation: uint32,
  session: z.union([id, z.literal("")]),
});

/** Where a message belongs; what does not match the receiver's is stale and ignored. */
export type Envelope = Readonly<z.infer<typeof envelopeSchema>>;
export type LeafStats = Readonly<z.infer<typeof leafStatsSchema>>;
export type RefuseCode = (typeof REFUSE_CODES)[number];

type Bodies = { [K in keyof typeof bodySchemas]: z.infer<(typeof bodySchemas)[K]> };
export type MessageType = keyof Bodies;
/** Any message, tagged by `type`. */
export type Message = { [K in MessageType]: Readonly<Bodies[K]> }[MessageType];
export type MessageOf<K extends MessageType> = Extract<Message, { readonly type: K }>;

const PAYLOAD_TYPES: ReadonlySet<MessageType> = new Set([
  "gradient",
  "parameters",
  "share",
  "slice",
  "span",
  "state",
  "update",
]);

/** The types that a raw frame follows. */
export function hasPayload(type: MessageType): boolean {
  return PAYLOAD_TYPES.has(type);
}

/** Checks the fields of a body; `type` says which. Throws a ZodError. */
export function checkBody(type: string, fields: object): Message {
  const schema = Object.hasOwn(bodySchemas, type) ? bodySchemas[type as MessageType] : undefined;
  if (schema === undefined) throw new RangeError(`unknown message type ${JSON.stringify(type)}`);
  return schema.parse({ ...fields, type }) as Message;
}

/** The bytes that a worker signs when it joins: bound to this coordinator, this attempt and this name. */
export function joinStatement(
  nonce: string,
  { run, incarnation }: Pick<Envelope, "run" | "incarnation">,
  { helloId, workerName }: Pick<MessageOf<"join">, "helloId" | "workerName">,
): Uint8Array {
  return Buffer.from(
    ["auspex join", nonce, run, String(incarnation), helloId, workerName].join("\n"),
  );
}
