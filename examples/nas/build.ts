// Writes the ONNX file of an architecture string of the bundled data:
//
//   npx tsx examples/nas/build.ts "fbnet: k5_e6 skip k3_e1_g2 ..." net.onnx
//   npm run -s auspex -- onnx net.onnx --format features

import { writeFileSync } from "node:fs";
import { buildFbnet, buildOfa } from "./mobile.ts";
import { buildNb201 } from "./nb201.ts";

/** NAS-Bench-201 cells begin with a bar; the others name their family. */
export function buildOnnx(architecture: string): Uint8Array {
  if (architecture.startsWith("fbnet:")) return buildFbnet(architecture);
  if (architecture.startsWith("ofa-mobilenetv3:")) return buildOfa(architecture);
  return buildNb201(architecture);
}

const [architecture, file] = process.argv.slice(2);
if (process.argv[1]?.endsWith("build.ts") === true) {
  if (architecture === undefined || file === undefined) {
    process.stderr.write("usage: build.ts ARCHITECTURE FILE.onnx\n");
    process.exitCode = 64;
  } else {
    const bytes = buildOnnx(architecture);
    writeFileSync(file, bytes);
    process.stdout.write(`${file}: ${bytes.length} bytes\n`);
  }
}
