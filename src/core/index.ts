export * from "./clock.ts";
export * from "./errors.ts";
export * from "./hash.ts";
export * from "./logger.ts";
export * from "./parameters.ts";
export * from "./random.ts";
export * from "./wire.ts";
