// One message of each type, every field set: what the golden bytes and the property tests start from.

import type { Envelope, Message, MessageType } from "../../src/protocol/index.ts";

const id = "0123456789abcdef0123456789abcdef";
const hash = "ab".repeat(32);
const chunk = { transferId: 7, offset: 1_048_576, totalBytes: 4_000_000, crc32: 0xdeadbeef };
const leaf = {
  microshard: 5,
  numExamples: 8,
  numTokens: 123,
  lossSum: 2.5,
  weightSum: 8,
  tasks: [{ task: "sempl/x264/E9", lossSum: 2.5, weightSum: 8 }],
};

export const envelope: Envelope = { run: "demo-1", incarnation: 2, generation: 3, session: id };

export const examples: { readonly [K in MessageType]: Extract<Message, { type: K }> } = {
  hello: { type: "hello", workerName: "w1", software: "auspex 0.1.0", helloId: id },
  offer: {
    type: "offer",
    helloId: id,
    runConfig: '{"seed":1}',
    configHash: hash,
    numMicroshards: 16,
    parameterCount: 1_000_000,
    heartbeatIntervalMs: 1000,
    chunkBytes: 1 << 20,
    windowBytes: 16 << 20,
    checksum: true,
    nonce: hash,
  },
  join: {
    type: "join",
    helloId: id,
    workerName: "w1",
    configHash: hash,
    datasetHash: hash,
    layoutHash: hash,
    numericClass: "native/avx512/f32",
    publicKey: hash,
    signature: hash + hash,
  },
  welcome: { type: "welcome", helloId: id },
  refuse: { type: "refuse", helloId: id, code: "DATASET_MISMATCH", text: "other data" },
  lease: {
    type: "lease",
    leaseId: 9,
    purpose: "gradient",
    step: 4,
    revision: 3,
    attempt: 1,
    nodes: [
      { lo: 0, width: 8 },
      { lo: 8, width: 1 },
    ],
  },
  progress: { type: "progress", leaseId: 9, microshardsDone: 3, computedMicroshards: 77 },
  gradient: {
    type: "gradient",
    ...chunk,
    leaseId: 9,
    node: { lo: 0, width: 8 },
    leaves: [leaf, { ...leaf, lossSum: Number.NaN, tasks: [] }],
  },
  received: { type: "received", transferId: 7, offset: 1_048_576 },
  parameters: { type: "parameters", ...chunk, revision: 3 },
  evaluation: { type: "evaluation", leaseId: 9, leaves: [leaf] },
  revoke: { type: "revoke", leaseId: 9, reason: "beaten" },
  leave: { type: "leave", reason: "SIGTERM" },
  stale: { type: "stale", reason: "unknown session" },
  finished: { type: "finished", reason: "all steps done" },
  alive: { type: "alive", step: 4 },
};
