export {
  type Decoded,
  decodeMessage,
  encodeMessage,
  ProtocolError,
  type WireMessage,
} from "./codec.ts";
export { LIMITS } from "./limits.ts";
export {
  type Envelope,
  hasPayload,
  joinStatement,
  type LeafStats,
  type Message,
  type MessageOf,
  type MessageType,
  type RefuseCode,
} from "./messages.ts";
export { type ScalarEvent, tensorBoardHeader, tensorBoardRecord } from "./tensorboard.ts";
export { PROTOCOL_VERSION } from "./version.ts";
