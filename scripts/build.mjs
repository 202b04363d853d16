// Compiles src/ to dist/ for the published package, and puts beside it what tsc does not copy.
import { spawnSync } from "node:child_process";
import { chmodSync, cpSync, existsSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
process.chdir(root);
rmSync("dist", { recursive: true, force: true });
const compiler = fileURLToPath(new URL("../node_modules/typescript/bin/tsc", import.meta.url));
const { status } = spawnSync(process.execPath, [compiler, "-p", "tsconfig.build.json"], {
  stdio: "inherit",
});
if (status !== 0) process.exit(status ?? 1);
// Generated JavaScript (protobuf codecs) is not TypeScript's to copy.
if (existsSync("src/protocol/generated"))
  cpSync("src/protocol/generated", "dist/protocol/generated", { recursive: true });
chmodSync("dist/cli/main.js", 0o755);
