export * from "./batcher.ts";
export * from "./candidate.ts";
export * from "./predictor.ts";
export * from "./ranking.ts";
export * from "./sketch.ts";
export * from "./surrogate.ts";
export * from "./service/index.ts";
