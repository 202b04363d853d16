// Cuts text into the pieces within which byte pairs may merge. A piece never holds a digit beside anything
// else, never crosses a line start, and ends after a key (`  --no-cabac: `), so that the same key and the
// same value get the same tokens in every row. Pieces may span words: a phrase that thousands of rows
// share then costs one token instead of eight.
//
// This rule is part of every trained vocabulary: changing it needs a new PIECE_RULE number.

export const PIECE_RULE = 1;

/** A space at or beyond this many characters starts a new piece. */
const SOFT_LIMIT = 20;
/** No piece is longer, whatever it holds. */
const HARD_LIMIT = 40;

const NEWLINE = 10;
const CARRIAGE_RETURN = 13;
const SPACE = 32;
const TAB = 9;
const COLON = 58;

/** Calls `onPiece` with the bounds of every piece, in order. The pieces cover `text` without gaps. */
export function splitPieces(text: string, onPiece: (start: number, end: number) => void): void {
  for (let start = 0; start < text.length; ) {
    const end = pieceEnd(text, start);
    onPiece(start, end);
    start = end;
  }
}

function pieceEnd(text: string, start: number): number {
  if (isDigit(text.charCodeAt(start))) return start + 1;
  let end = start;
  if (isLineBreak(text.charCodeAt(end))) {
    if (text.charCodeAt(end) === CARRIAGE_RETURN && text.charCodeAt(end + 1) === NEWLINE) end += 1;
    end += 1;
    while (end - start < HARD_LIMIT && isBlank(text.charCodeAt(end))) end += 1;
  }
  const bodyStart = end;
  for (; end < text.length && end - bodyStart < HARD_LIMIT; end += 1) {
    const code = text.charCodeAt(end);
    if (isDigit(code) || isLineBreak(code)) break;
    if (code !== SPACE) continue;
    if (end > bodyStart && text.charCodeAt(end - 1) === COLON) {
      end += 1;
      break;
    }
    if (end - bodyStart >= SOFT_LIMIT) break;
  }
  // Never between the halves of a surrogate pair.
  const splitsPair =
    isLowSurrogate(text.charCodeAt(end)) && isHighSurrogate(text.charCodeAt(end - 1));
  return splitsPair && end - 1 > start ? end - 1 : end;
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

function isLineBreak(code: number): boolean {
  return code === NEWLINE || code === CARRIAGE_RETURN;
}

function isBlank(code: number): boolean {
  return code === SPACE || code === TAB;
}

function isHighSurrogate(code: number): boolean {
  return code >= 0xd800 && code < 0xdc00;
}

function isLowSurrogate(code: number): boolean {
  return code >= 0xdc00 && code < 0xe000;
}
