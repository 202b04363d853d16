export {
  type Address,
  expectSecure,
  formatAddress,
  isLoopback,
  parseAddress,
} from "./address.ts";
export { type ChunkVerdict, IncomingTransfer } from "./incoming-transfer.ts";
export {
  createMemoryNetwork,
  type Crossing,
  type MemoryNetwork,
  type NetworkPlan,
} from "./memory-transport.ts";
export { natsTransport, type NatsOptions } from "./nats/nats-transport.ts";
export {
  type Chunk,
  OutgoingTransfers,
  TransferError,
  type TransferOptions,
} from "./outgoing-transfers.ts";
export type {
  Connection,
  ConnectionEvents,
  Listener,
  ListenerEvents,
  Transport,
} from "./transport.ts";
export {
  createIdentity,
  formatPublicIdentity,
  type Identity,
  isSignedBy,
  parseAllowList,
  parseIdentity,
  type PublicIdentity,
  signStatement,
} from "./identity.ts";
export { transportFor, type TransportForOptions } from "./transport-for.ts";
export { type CurveClient, type CurveServer, zeroMqTransport } from "./zeromq/zeromq-transport.ts";
