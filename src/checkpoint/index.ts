export * from "./atomic.ts";
export * from "./bundle.ts";
export * from "./journal.ts";
export * from "./private-file.ts";
export * from "./run-lock.ts";
export * from "./run-store.ts";
export * from "./safetensors.ts";
export * from "./training-checkpoint.ts";
