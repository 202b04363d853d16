// What fits into one message of a transport that bounds them.

import { AuspexError, EXIT } from "../core/index.ts";
import { LIMITS } from "../protocol/index.ts";

/** For the header of a message that carries a piece of an array, and for messages without one. */
export const HEADER_ROOM_BYTES = 64 << 10;
/** Smaller ones cost more than they carry. */
const MIN_PIECE_BYTES = 4096;

/**
 * The largest piece of an array that a message can carry, in whole floats.
 *
 * @param maxMessageBytes Header and piece together; undefined: no bound but the protocol's.
 * @param neededBytes The longest message without a piece.
 * @throws {AuspexError} code MAX_PAYLOAD where that is too little to train.
 */
export function largestPieceBytes(maxMessageBytes: number | undefined, neededBytes = 0): number {
  if (maxMessageBytes === undefined) return LIMITS.payloadBytes;
  const minimum = Math.max(HEADER_ROOM_BYTES + MIN_PIECE_BYTES, neededBytes);
  if (maxMessageBytes < minimum) {
    throw new AuspexError(
      "MAX_PAYLOAD",
      EXIT.unavailable,
      `the broker takes messages of up to ${maxMessageBytes} bytes, the run needs ${minimum}`,
      { hint: "Raise max_payload in the broker's configuration (1 MB is enough), then resume." },
    );
  }
  const room = Math.min(LIMITS.payloadBytes, maxMessageBytes - HEADER_ROOM_BYTES);
  return room - (room % 4);
}
