// TensorFlow.js' own tests on engine `native`, against the cpu backend: nothing may fail that passes there.
//
//   npm run test:tfjs [-- PATTERN]      only specs whose full name matches the pattern
//
// The tests are bundled, because Node cannot import the package's ES modules as they are.

import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = new URL("../", import.meta.url);
// Three folders deep, like src/tensor/native/binding.ts, which finds the addon relative to itself.
const bundle = fileURLToPath(new URL("node_modules/.cache/auspex/tfjs-suite.mjs", root));

if (process.env["AUSPEX_TFJS_SUITE_ENGINE"] === undefined) {
  await bundleSuite();
  const results = ["cpu", "native"].map(runSuite);
  const passedOnCpu = new Set(results[0].passed);
  const broken = results[1].failed.filter((name) => passedOnCpu.has(name));
  for (const name of broken) console.log(`fails on native only: ${name}`);
  process.exitCode = broken.length > 0 || results[1].passed.length === 0 ? 1 : 0;
} else {
  await runJasmine();
}

async function bundleSuite() {
  mkdirSync(new URL("node_modules/.cache/auspex/", root), { recursive: true });
  await build({
    absWorkingDir: fileURLToPath(root),
    entryPoints: ["test/tfjs-suite/entry.ts"],
    outfile: bundle,
    bundle: true,
    format: "esm",
    platform: "node",
    // One copy of tfjs-core for tests and engine, and nothing shaken away: registering is a side effect.
    mainFields: ["module", "main"],
    ignoreAnnotations: true,
    alias: { "@tensorflow/tfjs-layers": "@tensorflow/tfjs-core/dist/register_all_gradients" },
    external: ["webgpu", "@tensorflow/tfjs-node", "@tensorflow/tfjs-node-gpu"],
    banner: {
      js: 'import { createRequire as makeRequire } from "node:module"; const require = makeRequire(import.meta.url);',
    },
    logLevel: "error",
  });
}

/** In a process of its own: engines and jasmine keep global state. */
function runSuite(engine) {
  const { stdout, status } = spawnSync(process.execPath, process.argv.slice(1), {
    env: { ...process.env, AUSPEX_TFJS_SUITE_ENGINE: engine },
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
    maxBuffer: 2 ** 28,
  });
  const line = stdout.split("\n").find((text) => text.startsWith("RESULT "));
  if (line === undefined) throw new Error(`the suite on ${engine} ended with status ${status}`);
  const result = JSON.parse(line.slice("RESULT ".length));
  const { passed, failed, pending } = result;
  console.log(
    `tfjs suite on ${engine}: ${passed.length} passed, ${failed.length} failed, ${pending} pending, ${result.seconds.toFixed(1)} s`,
  );
  return result;
}

async function runJasmine() {
  const { default: Jasmine } = await import("jasmine");
  const jasmine = new Jasmine();
  jasmine.exitOnCompletion = false;
  jasmine.loadConfig({ random: false });
  const passed = [];
  const failed = [];
  let pending = 0;
  jasmine.clearReporters();
  jasmine.addReporter({
    specDone(spec) {
      // The engine's name is part of the suite's; without it the names of both engines agree.
      const name = spec.fullName.replaceAll(/\b(cpu|native) \{\}/g, "ENGINE");
      if (spec.status === "passed") passed.push(name);
      else if (spec.status === "failed") {
        failed.push(name);
        const [first] = spec.failedExpectations;
        console.error(`failed: ${spec.fullName}\n    ${first?.message.split("\n")[0]}`);
      } else pending++;
    },
  });
  const startMs = performance.now();
  const pattern = process.argv[2];
  await jasmine.execute([bundle], pattern);
  const seconds = (performance.now() - startMs) / 1000;
  console.log(`RESULT ${JSON.stringify({ passed, failed, pending, seconds })}`);
}
