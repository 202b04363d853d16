// A connection has two sockets, so two routing ids: 32 hexadecimal digits that name the peer, then the socket.

export const CONTROL_SOCKET = 0;
export const DATA_SOCKET = 1;
export const SOCKET_MARKS = ["c", "d"] as const;

const ID_BYTES = 33;

export function routingId(peer: string, socket: number): string {
  return peer + SOCKET_MARKS[socket]!;
}

/** The peer, or undefined when the id is not one of ours for this socket. */
export function peerOf(id: Uint8Array, socket: number): string | undefined {
  if (id.byteLength !== ID_BYTES) return undefined;
  const text = Buffer.from(id.buffer, id.byteOffset, id.byteLength).toString("latin1");
  return text.endsWith(SOCKET_MARKS[socket]!) ? text.slice(0, -1) : undefined;
}
