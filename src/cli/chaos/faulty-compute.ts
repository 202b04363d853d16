// The real computing with failpoints in it: what a worker's compute thread loads instead of prepare-run. The
// failpoints come in the address that it is loaded from.

import type { PrepareRun } from "../../worker/index.ts";
import { prepareRun as prepareReal } from "../../worker/prepare-run.ts";
import { Failpoints } from "./failpoint.ts";

const failpoints = new Failpoints(new URL(import.meta.url).searchParams.getAll("failpoint"));

export const prepareRun: PrepareRun = async (runConfig, local, fetch) => {
  const real = await prepareReal(runConfig, local, fetch);
  const { parameterCount, layoutHash, datasetHash, numericClass } = real;
  return {
    parameterCount,
    layoutHash,
    datasetHash,
    numericClass,
    ...(real.openReplica && { openReplica: (allocate) => real.openReplica!(allocate) }),
    ...(real.prefetch && {
      prefetch: (step, microshards) => real.prefetch!(step, microshards),
    }),
    async gradient(parameters, parametersId, step, microshard, out, control) {
      const leaf = await real.gradient(parameters, parametersId, step, microshard, out, control);
      const change = failpoints.hit("worker.compute", { step });
      if (change === "nan") out[0] = Number.NaN;
      if (change === "flip") {
        new Uint32Array(out.buffer, out.byteOffset, out.length)[0]! ^= 1;
      }
      return leaf;
    },
    evaluate: (...args) => real.evaluate(...args),
  };
};
