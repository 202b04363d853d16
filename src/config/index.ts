export { checkRunConfig, type RunConfig, readRunConfig } from "./run-config.ts";
