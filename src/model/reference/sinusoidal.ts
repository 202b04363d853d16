/**
 * Absolute positions of "Attention is all you need": at width index 2i the sine, at 2i + 1 the cosine of
 * position * 10000^(-2i / width).
 *
 * @returns `[positions.length, width]`, row by row.
 */
export function sinusoidalPositions(positions: Int32Array, width: number): Float32Array {
  const out = new Float32Array(positions.length * width);
  for (let i = 0; i < width; i += 2) {
    const frequency = Math.exp((-i * Math.log(10_000)) / width);
    for (let m = 0; m < positions.length; m++) {
      const angle = positions[m]! * frequency;
      out[m * width + i] = Math.sin(angle);
      if (i + 1 < width) out[m * width + i + 1] = Math.cos(angle);
    }
  }
  return out;
}
