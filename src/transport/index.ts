export {
  type Address,
  expectSecure,
  parseAddress,
} from "./address.ts";
export {
  createIdentity,
  formatPublicIdentity,
  type Identity,
  isSignedBy,
  type PublicIdentity,
  parseAllowList,
  parseIdentity,
  signStatement,
} from "./identity.ts";
export { type ChunkVerdict, IncomingTransfer } from "./incoming-transfer.ts";
export {
  type Crossing,
  createMemoryNetwork,
  type MemoryNetwork,
  type NetworkPlan,
} from "./memory-transport.ts";
export { largestPieceBytes } from "./message-room.ts";
export type { NatsCredentials } from "./nats/load.ts";
export { type NatsOptions, natsTransport } from "./nats/nats-transport.ts";
export { createNatsKey } from "./nats/nkey.ts";
export {
  type NatsRequest,
  type NatsResponder,
  type NatsResponderOptions,
  natsResponder,
} from "./nats/responder.ts";
export {
  type Chunk,
  OutgoingTransfers,
  type TransferOptions,
} from "./outgoing-transfers.ts";
export { peerAddressBeside } from "./peer-address.ts";
export type {
  Connection,
  ConnectionEvents,
  ConnectionRefusal,
  Listener,
  ListenerEvents,
  Transport,
} from "./transport.ts";
export { type TransportForOptions, transportFor } from "./transport-for.ts";
export { type CurveClient, type CurveServer, zeroMqTransport } from "./zeromq/zeromq-transport.ts";
