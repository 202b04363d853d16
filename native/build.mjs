// Builds the native kernels: node native/build.mjs (npm ci runs it). Calls the C++ compiler directly, one file
// per instruction set with its own flags, from the headers beside the running node; nothing is downloaded.
// Without a compiler or headers it says so in one line and succeeds: the other engines then serve.
//
//   node native/build.mjs [--force] [--verbose]     the addon, native/build/auspex.node
//   node native/build.mjs --test [--sanitize]       the test program; prints its path
// CXX names the compiler; one for another target builds (only) the test program, for an emulator to run.

import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const argv = new Set(process.argv.slice(2));
const wantTest = argv.has("--test");
const sanitize = argv.has("--sanitize");
// The sanitizers triple the time to compile: portable and the best path here share all code that differs.
const SANITIZE = ["-O1", "-fno-omit-frame-pointer", "-fsanitize=address,undefined", "-fno-sanitize-recover"];

const COMMON = [
  "-std=c++17",
  "-O2",
  "-fPIC",
  "-ffp-contract=off",
  "-fno-math-errno",
  "-fvisibility=hidden",
];
// Only developers see warnings. GCC's own AVX-512 header trips the two that are off.
const WARNINGS = ["-Wall", "-Wextra", "-Wno-maybe-uninitialized", "-Wno-uninitialized", "-Wno-psabi"];
const AVX2 = ["-mavx2", "-mfma", "-mf16c"];
const AVX512 = [...AVX2, "-mavx512f", "-mavx512bw", "-mavx512dq", "-mavx512vl", "-mprefer-vector-width=512"];
const PATHS = {
  portable: [],
  avx2: AVX2,
  avx512: AVX512,
  avx512bf16: [...AVX512, "-mavx512bf16"],
  amx: [...AVX512, "-mavx512bf16", "-mamx-tile", "-mamx-bf16"],
};
// Flags that older compilers lack, and what is defined instead; the path then serves as the one before it.
const OPTIONAL = [
  { flags: ["-mavx512bf16"], define: "-DAUSPEX_NO_BF16" },
  { flags: ["-mamx-tile", "-mamx-bf16"], define: "-DAUSPEX_NO_AMX" },
];

/** The compiler to call, or undefined. */
function findCompiler() {
  const candidates = process.env.CXX ? [process.env.CXX] : ["c++", "g++", "clang++"];
  return candidates.find((name) => spawnSync(name, ["--version"]).status === 0);
}

/** The folder of node_api.h for the running node, or undefined. */
function findHeaders() {
  const places = [
    join(dirname(dirname(process.execPath)), "include", "node"),
    join(process.config.variables.node_prefix ?? "/usr", "include", "node"),
    ...(process.env.npm_config_nodedir ? [join(process.env.npm_config_nodedir, "include", "node")] : []),
  ];
  return places.find((place) => existsSync(join(place, "node_api.h")));
}

/** What the compiler builds for: x86_64, aarch64, ... */
function targetOf(compiler) {
  return spawnSync(compiler, ["-dumpmachine"], { encoding: "utf8" }).stdout?.split("-")[0] ?? "";
}

/** The paths to compile: all that the target has, or two for the sanitizers. */
function pathsFor(target) {
  if (!/^(x86_64|amd64)$/.test(target)) return ["portable"];
  if (!sanitize) return Object.keys(PATHS);
  let flags = "";
  try {
    flags = readFileSync("/proc/cpuinfo", "utf8").match(/^flags.*$/m)?.[0] ?? "";
  } catch {
    // Not Linux: the portable path alone.
  }
  const has = (flag) => flags.includes(` ${flag}`);
  if (has("avx512_bf16")) return ["portable", "avx512bf16"];
  if (has("avx512bw")) return ["portable", "avx512"];
  return has("avx2") && has("fma") ? ["portable", "avx2"] : ["portable"];
}

/** The optional flags that this compiler does not take, as definitions. */
function missingFlags(compiler, target) {
  if (!/^(x86_64|amd64)$/.test(target)) return [];
  return OPTIONAL.filter(({ flags }) => spawnSync(compiler, [...flags, "-E", "-x", "c++", "/dev/null"]).status !== 0);
}

function filesOf(folder) {
  return readdirSync(join(here, folder))
    .filter((name) => /\.(cpp|h|inl)$/.test(name))
    .map((name) => join(here, folder, name))
    .sort();
}

/** Runs the compiler. What it says is shown to developers; an installation shows one line of it. */
function run(command, args) {
  return new Promise((resolve, reject) => {
    const verbose = wantTest || argv.has("--verbose");
    const child = spawn(command, args, { stdio: ["ignore", "ignore", verbose ? "inherit" : "pipe"] });
    let said = "";
    child.stderr?.on("data", (chunk) => {
      said += chunk;
    });
    child.on("error", reject);
    child.on("close", (code) => {
      const reason = said.split("\n").find((line) => /error/i.test(line)) ?? `it ended with ${code}`;
      return code === 0 ? resolve() : reject(new Error(reason));
    });
  });
}

/** Runs the jobs, a few at a time, the longest first. */
async function runAll(jobs, width) {
  const queue = [...jobs];
  const worker = async () => {
    for (let job = queue.shift(); job; job = queue.shift()) await job();
  };
  await Promise.all(Array.from({ length: width }, worker));
}

/** Names what the bits of results depend on: kernels, flags and compiler; not where or when it was built. */
function buildOf(compiler, flags) {
  const { stdout } = spawnSync(compiler, ["--version"], { encoding: "utf8" });
  const hash = createHash("sha256").update([stdout?.split("\n")[0], process.arch, ...flags].join("\n"));
  for (const file of filesOf("src")) hash.update(readFileSync(file));
  return hash.digest("hex").slice(0, 8);
}

async function build() {
  const compiler = findCompiler();
  if (!compiler) return `no C++ compiler found (c++, g++, clang++ or $CXX)`;
  const headers = findHeaders();
  if (!headers && !wantTest) return `no node_api.h beside ${process.execPath}`;
  const target = targetOf(compiler);

  const variant = `${target}${sanitize ? "-sanitized" : ""}`;
  const output = join(here, "build", wantTest ? `kernels-test-${variant}` : "auspex.node");
  if (wantTest) console.log(output);
  const missing = missingFlags(compiler, target);
  const refused = new Set(missing.flatMap((item) => item.flags));
  const flags = [...COMMON, ...(wantTest ? WARNINGS : ["-w"]), ...(sanitize ? SANITIZE : []), ...missing.map((item) => item.define)];
  const sources = [...filesOf("src"), ...(wantTest ? filesOf("test") : []), fileURLToPath(import.meta.url)];
  const hash = createHash("sha256").update([compiler, process.version, process.arch, ...flags].join("\n"));
  for (const file of sources) hash.update(readFileSync(file));
  const stamp = `${output}.sha256`;
  const digest = hash.digest("hex");
  if (!argv.has("--force") && existsSync(output) && existsSync(stamp) && readFileSync(stamp, "utf8") === digest) {
    return undefined;
  }

  flags.push(`-DAUSPEX_BUILD="${buildOf(compiler, flags)}"`);
  const objects = join(here, "build", wantTest ? `objects-test-${variant}` : "objects");
  mkdirSync(objects, { recursive: true });
  const units = pathsFor(target).map((name) => ({
    file: join(here, "src", `path_${name}.cpp`),
    extra: PATHS[name],
  }));
  units.push({ file: join(here, "src", "pool.cpp"), extra: [] }, { file: join(here, "src", "cpu.cpp"), extra: [] });
  if (wantTest) {
    units.push({ file: join(here, "test", "main.cpp"), extra: [] });
    const withTiles = pathsFor(target).includes("avx512bf16") && missing.length === 0;
    if (withTiles) units.push({ file: join(here, "test", "path_amx_model.cpp"), extra: PATHS.avx512bf16 });
  } else {
    units.push({ file: join(here, "src", "addon.cpp"), extra: ["-I", headers] });
  }

  const compiled = units.map(({ file }) => join(objects, `${file.split(/[\\/]/).at(-1)}.o`));
  await runAll(
    units.map(({ file, extra }, i) => () => run(compiler, [...flags, ...extra.filter((flag) => !refused.has(flag)), "-I", join(here, "src"), "-c", file, "-o", compiled[i]])),
    Math.max(1, availableParallelism()),
  );
  const shared = wantTest ? [] : process.platform === "darwin" ? ["-bundle", "-undefined", "dynamic_lookup"] : ["-shared"];
  // Linked beside its place and renamed: a process that has the old addon open keeps it.
  const fresh = `${output}.${process.pid}`;
  await run(compiler, [...flags, ...shared, ...compiled, "-lpthread", "-o", fresh]);
  renameSync(fresh, output);
  writeFileSync(stamp, digest);
  return undefined;
}

const problem = await build().catch((error) => `the compiler failed: ${error.message}`);
if (problem) {
  console.error(`auspex: native kernels not built, ${problem}; the portable engines serve instead.`);
  process.exitCode = wantTest ? 1 : 0;
}
