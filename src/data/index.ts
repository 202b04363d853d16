// Front door: reading rows, choosing among them, and making batches.

export * from "./batches.ts";
export * from "./dataset.ts";
export * from "./example.ts";
export * from "./mixture.ts";
export * from "./read-examples.ts";
export * from "./select.ts";
