// Kernels over flat typed arrays, without tensors: what optimizers, collectives and files work with. In
// TypeScript, and in C++ where the addon loads; both give the same bits (native/API.md has the arithmetic).

export { type AdamwOptions, adamwStep } from "./adamw.ts";
export { bf16ToF32, f32ToBf16 } from "./bf16.ts";
export { orthogonalise, orthogonaliseClass } from "./orthogonalise.ts";
export {
  addInto,
  addScaledInto,
  SUM_OF_SQUARES_BLOCK,
  scaleInPlace,
  scatterAddRows,
  sumOfSquares,
  treeSumInto,
} from "./sums.ts";
