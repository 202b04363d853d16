// npm run bench [-- name... name=parameter...]: runs bench/<name>.bench.ts, each in a process of its own, and keeps what it
// printed in bench/results/<name>.txt with the machine and the command. Without names: all of them.

import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { loadNative } from "../src/tensor/native/binding.ts";

const here = dirname(fileURLToPath(import.meta.url));

function available(): string[] {
  return readdirSync(here)
    .filter((file) => file.endsWith(".bench.ts"))
    .map((file) => file.slice(0, -".bench.ts".length));
}

/** The machine in general words: what a figure depends on, not which machine it was. */
function machine(): string {
  const native = loadNative();
  const kernels = "unavailable" in native ? native.unavailable : describe(native.info());
  return `machine: ${cpus()[0]?.model ?? "unknown CPU"}, ${availableParallelism()} cores; node ${process.version}; ${kernels}`;
}

function describe({
  path,
  compiler,
  l2Bytes,
}: {
  path: string;
  compiler: string;
  l2Bytes: number;
}): string {
  return `kernels ${path}, L2 ${l2Bytes >> 10} KB, ${compiler}`;
}

function runBench(wanted: string): number {
  const [name, parameter] = wanted.split("=") as [string, string?];
  const argument = parameter === undefined ? "" : JSON.stringify(parameter);
  const code = `const { main } = await import("./bench/${name}.bench.ts"); await main(${argument});`;
  const child = spawnSync(
    process.execPath,
    ["--import", "tsx", "--input-type=module", "-e", code],
    {
      cwd: dirname(here),
      encoding: "utf8",
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  const text = `${machine()}\ncommand: npm run bench -- ${wanted}\n\n${child.stdout}`;
  process.stdout.write(`# ${name}\n${text}`);
  if (child.status === 0) {
    mkdirSync(join(here, "results"), { recursive: true });
    writeFileSync(join(here, "results", `${name}.txt`), `${text.trimEnd()}\n`);
  }
  return child.status ?? 1;
}

const wanted = process.argv.slice(2);
const unknown = wanted.find((name) => !available().includes(name.split("=")[0]!));
if (unknown === undefined) {
  const statuses = (wanted.length > 0 ? wanted : available()).map(runBench);
  process.exitCode = statuses.every((status) => status === 0) ? 0 : 1;
} else {
  process.stderr.write(`no benchmark "${unknown}"; there are: ${available().join(", ")}\n`);
  process.exitCode = 64;
}
