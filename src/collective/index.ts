export { FloatPool } from "./float-pool.ts";
export * from "./tree.ts";
export { TreeReducer } from "./tree-reducer.ts";
