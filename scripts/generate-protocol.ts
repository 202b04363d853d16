// Generates the static protobuf code of src/protocol/generated from auspex.proto. The output is committed; a
// test compares it with a fresh run.

import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const FLAGS =
  "-t static-module -w esm --null-semantics --no-create --no-verify --no-delimited --no-service --no-comments --no-typeurl";

/** The text of src/protocol/generated/messages.ts. */
export function generateProtocol(): string {
  const code = execFileSync(
    process.execPath,
    [
      join(root, "node_modules/protobufjs-cli/bin/pbjs"),
      ...FLAGS.split(" "),
      "-r",
      "auspex",
      join(root, "src/protocol/auspex.proto"),
    ],
    { encoding: "utf8", maxBuffer: 1 << 24 },
  );
  return `// Generated from auspex.proto by npm run generate:protocol. Do not edit.\n// @ts-nocheck\n${code}`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(join(root, "src/protocol/generated/messages.ts"), generateProtocol());
}
