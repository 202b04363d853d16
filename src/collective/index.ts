export {
  type ArrayFormat,
  bytesPerValue,
  valuesOf,
  writeValues,
} from "./array-format.ts";
export { FloatPool } from "./float-pool.ts";
export { PieceReducer } from "./piece-reducer.ts";
export { RunningSquares } from "./running-squares.ts";
export * from "./tree.ts";
export { TreeReducer } from "./tree-reducer.ts";
