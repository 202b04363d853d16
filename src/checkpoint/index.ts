export * from "./atomic.ts";
export * from "./bundle.ts";
export * from "./safetensors.ts";
