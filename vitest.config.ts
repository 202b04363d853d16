import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Native kernels and worker threads live in the process: forks keep test files apart.
    pool: "forks",
    // Many files wait for child processes: every core has a file to run.
    maxWorkers: "100%",
    reporters: process.env["CI_REPORT"]
      ? ["default", ["json", { outputFile: process.env["CI_REPORT"] }]]
      : ["default"],
  },
});
