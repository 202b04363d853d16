// Imported before TensorFlow.js' own tests: which backend they run on. Test files read it while they load.

import "@tensorflow/tfjs-core/dist/register_all_gradients.js";
import "@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops.js";
import { setTestEnvs } from "@tensorflow/tfjs-core/dist/jasmine_util.js";
import { openEngine } from "../../src/tensor/index.ts";

const engine = process.env["AUSPEX_TFJS_SUITE_ENGINE"] === "cpu" ? "cpu" : "native";
await openEngine({ engine, precision: "f32" });
setTestEnvs([{ name: engine, backendName: engine, isDataSync: true }]);
