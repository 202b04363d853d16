// Bounds on what a peer may send, checked before anything is allocated for it.

export const LIMITS = {
  /** Preamble and envelope; the run configuration with its vocabulary is the longest thing in one. */
  headerBytes: 8 << 20,
  /** One raw frame. */
  payloadBytes: 4 << 20,
  /** One part of a dataset: its index is the longest. */
  spanBytes: 256 << 20,
  microshards: 1024,
  workers: 256,
  /** Parameters and the arrays of an optimizer. */
  stateArrays: 16,
  nameLength: 128,
  textLength: 1024,
  /** Bytes of one array on the wire: offsets are uint32. */
  arrayBytes: 2 ** 32 - 4,
} as const;
