export { type RunConfig, readRunConfig } from "./run-config.ts";
