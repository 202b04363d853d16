// Front door: pure functions over plain arrays.

export * from "./distribution.ts";
export * from "./error.ts";
export * from "./rank.ts";
export * from "./search.ts";
